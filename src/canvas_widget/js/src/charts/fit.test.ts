import { beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../protocol/types.ts";
import { chartContent, container, documentOf } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { chartIn, show } from "../testing/view.ts";
import { loadFonts } from "../theme/fonts.ts";
import { textWidth } from "../theme/measure.ts";
import { fitted, labelRoom } from "./fit.ts";

beforeAll(loadFonts);

const x = { field: "name", type: "nominal", sort: null, title: null };
const COLUMNS = {
  layer: [
    { mark: "bar" },
    {
      mark: { type: "text", baseline: "bottom", dy: -4 },
      encoding: { text: { field: "n", type: "quantitative", format: ",.0f" } },
    },
  ],
  encoding: { x, y: { field: "n", type: "quantitative", title: null } },
};
const LINES = {
  mark: "line",
  encoding: {
    x: { field: "t", type: "quantitative" },
    color: { field: "name", type: "nominal", title: "Name" },
  },
};
const rows = (names: string[], n = 1): Row[] => names.map((name) => ({ name, n, t: 1 }));
const named = (count: number, word: string) =>
  Array.from({ length: count }, (_, index) => `${word} ${index}`);
const legend = (names: string[], width: number) =>
  (
    fitted(LINES, rows(names), width) as unknown as typeof LINES & {
      encoding: { color: { legend: unknown } };
    }
  ).encoding.color.legend;
const axis = (names: string[], width: number, spec: object = COLUMNS) =>
  (fitted(spec as never, rows(names), width) as { encoding: { x: { axis: unknown } } }).encoding.x.axis;

describe("charts fit the width they get", () => {
  test("[N1] legends have no title and wrap, or stand beside the chart, before an entry is lost", () => {
    expect(legend(["a", "b", "c"], 356)).toEqual({ title: null });
    expect(legend(named(8, "make"), 356)).toEqual({ title: null, columns: 4 });
    expect(legend(named(8, "a quite long name"), 356)).toEqual({
      title: null,
      orient: "right",
      labelLimit: 96,
    });
    expect(legend(named(8, "a quite long name"), 760)).toEqual({ title: null, columns: 4 });
  });

  test("[N1] short names stand and long ones turn; where turned ones would touch, some are left out", () => {
    expect(axis(["Europe", "Japan", "USA"], 356)).toEqual({ labelAngle: 0, labelOverlap: "parity" });
    expect(axis(named(6, "a rather long name"), 356)).toEqual({ labelAngle: -40, labelOverlap: false });
    expect(axis(named(60, "a rather long name"), 356)).toEqual({ labelAngle: -40, labelOverlap: "parity" });
    const bare = { ...COLUMNS, encoding: { ...COLUMNS.encoding, x: { ...x, axis: null } } };
    expect(axis(["a"], 356, bare)).toBeNull();
  });

  test("[N1] numbers above columns stay unless they would touch", () => {
    const layers = (n: number) =>
      (fitted(COLUMNS, rows(named(8, "a"), n), 356) as typeof COLUMNS).layer.length;
    expect(layers(12)).toBe(2);
    expect(layers(123_456_789)).toBe(1);
  });

  test("[N1] labels at the ends of marks get their room, measured as they are written", () => {
    const label = {
      mark: { type: "text", align: "left", dx: 4 },
      encoding: { text: { field: "a\\.b", format: ",.1f" } },
    };
    const room = labelRoom({ layer: [label] }, [{ "a.b": 1234.56 }]);
    expect(room).toBe(Math.ceil(4 + textWidth("1,234.6", 11, 600)));
    expect(labelRoom(COLUMNS, rows(["a"]))).toBe(0);
  });

  test("[X7] axis titles go where a chart is low, and that of y is no longer than the chart", () => {
    const y = { field: "n", title: "Mean miles per gallon of all cars" };
    const spec = { layer: [{ mark: "bar", encoding: { x: { field: "name", title: "Origin" }, y } }] };
    const titles = (height: number) => {
      const { layer } = fitted(spec as never, rows(["a"]), 300, height) as unknown as typeof spec;
      const found = layer[0]?.encoding as { x: { title: unknown }; y: { title: unknown; axis?: unknown } };
      return [found.x.title, found.y.title, found.y.axis];
    };
    expect(titles(100)).toEqual([null, null, undefined]);
    expect(titles(150)).toEqual(["Origin", y.title, { titleLimit: 112 }]);
    expect(titles(400)).toEqual(["Origin", y.title, undefined]);
  });

  test("[X7] a legend leaves a small chart room to draw in", () => {
    const color = { field: "name", type: "nominal" };
    const names = rows(["Alpha", "Beta", "Gamma", "Delta", "Epsilon"]);
    const legend = (width: number, height: number) => {
      const spec = { layer: [{ mark: "line", encoding: { x: { field: "n" }, color } }] };
      const { layer } = fitted(spec as never, names, width, height) as unknown as typeof spec;
      return (layer[0]?.encoding.color as Record<string, unknown> | undefined)?.legend;
    };
    expect(legend(600, 300)).toEqual({ title: null });
    expect(legend(260, 300)).toEqual({ title: null, columns: 3 });
    expect(legend(236, 144)).toEqual({ title: null, orient: "right", labelLimit: 50 });
    expect(legend(236, 94)).toEqual({ title: null, orient: "right", labelLimit: 60, symbolLimit: 3 });
    expect(legend(176, 144)).toBeNull();
    expect(legend(236, 50)).toBeNull();
  });

  test("[X7] the legend of a number moves beside a low chart and goes from a tiny one", () => {
    const spec = { mark: "rect", encoding: { color: { field: "n", type: "quantitative" } } };
    const legend = (width: number, height: number) =>
      (
        fitted(spec as never, rows(["a"]), width, height) as unknown as {
          encoding: { color: { legend: unknown } };
        }
      ).encoding.color.legend;
    expect(legend(300, 300)).toEqual({ title: null });
    expect(legend(236, 144)).toEqual({ title: null, orient: "right", gradientLength: 84 });
    expect(legend(200, 144)).toBeNull();
    expect(legend(236, 94)).toBeNull();
  });

  test("[X7] the words around a pie go where they would be cut, and the pie takes their room", () => {
    const radius = { datum: 1, type: "quantitative", scale: { type: "linear", domain: [0, 1.3] } };
    const color = { field: "name", type: "nominal", legend: { orient: "right" } };
    const text = { field: "share", format: ".0%" };
    const spec = {
      layer: [
        { mark: { type: "arc" }, encoding: { color, radius } },
        { mark: { type: "text" }, encoding: { text } },
      ],
    };
    const shares = [
      { name: "Europe", share: 0.18 },
      { name: "Japan", share: 0.19 },
      { name: "USA", share: 0.63 },
    ];
    const drawn = (width: number, height: number) => {
      const { layer } = fitted(spec as never, shares, width, height) as unknown as typeof spec;
      return [layer.length, layer[0]?.encoding.radius?.scale.domain[1]];
    };
    expect(drawn(144, 92)).toEqual([1, 1]);
    expect(drawn(200, 92)).toEqual([2, 1.3]);
    expect(drawn(176, 240)).toEqual([1, 1]);
    expect(drawn(400, 240)).toEqual([2, 1.3]);
    expect(drawn(400, 0)).toEqual([2, 1.3]);
    expect(spec.layer[0]?.encoding.radius).toEqual(radius);
  });

  test("[N1] a spec is left as it was", () => {
    const before = structuredClone(COLUMNS);
    fitted(COLUMNS, rows(named(40, "long name")), 200);
    expect(COLUMNS).toEqual(before);
  });

  test("[N1] a chart made narrower is fitted anew: its numbers go when they would touch", async () => {
    const data = rows(named(6, "make"), 123_456);
    const content = {
      ...chartContent("mpg"),
      spec: COLUMNS,
      result_id: "r",
      encoding: { x: "name", y: "n" },
    };
    const schema = Object.entries({ name: "string", n: "integer", t: "integer" }).map(([name, type]) => ({
      name,
      type,
    }));
    const server = new FakeServer(
      documentOf([container("c", { width: 640, height: 240, content } as never)]),
      [{ container_id: "c", result_id: "r", schema, row_count: 6, offset: 0, stale: false, rows: data }],
    );
    const { element } = show(server);
    const figure = await chartIn(element, "c");
    const wide = figure.querySelector("canvas");
    server.commit([{ action: "update", path: "/containers/c", node: { width: 240 } }]);
    await expect.poll(() => figure.querySelector("canvas") !== wide).toBe(true);
    expect(figure.querySelector("canvas")?.clientWidth).toBe(240 - 24);
  });
});

describe("words on charts", () => {
  const words = (text: string, encoding: object) => ({
    mark: { type: "text", text, baseline: "bottom", dy: -3 },
    encoding,
  });
  const shown = (text: string, encoding: object, width: number) => {
    const spec = { layer: [{ mark: "line", encoding: { x: { field: "t" } } }, words(text, encoding)] };
    return (fitted(spec as never, rows(["a"]), width) as { layer: { mark: { text: unknown; dy: number } }[] })
      .layer[1]?.mark;
  };
  const long = "The new price list came into force on this very day in all our shops";

  test("[X7] beside a rule they break into lines of its side, along one of the whole plot", () => {
    const beside = shown(long, { x: { datum: 3 }, y: { value: 0 } }, 400);
    expect(beside?.text).toEqual([
      "The new price list came",
      "into force on this very day",
      "in all our shops",
    ]);
    expect(beside?.dy).toBe(-3 - 2 * 13);
    expect(shown(long, { x: { value: "width" } }, 600)?.text).toBe(long);
    const cut = shown(`${long} ${long}`, { x: { datum: 3 } }, 200)?.text;
    expect(cut).toHaveLength(3);
    expect(String(cut)).toMatch(/…$/);
  });

  test("[E7] labels on both sides of zero take no room beside the plot", () => {
    const text = { field: "n", type: "quantitative" };
    const label = { mark: { type: "text", align: "left", dx: 4 }, encoding: { text } };
    expect(labelRoom({ layer: [label] }, rows(["a"], 12_345))).toBeGreaterThan(20);
    const both = { ...label, encoding: { text, opacity: text } };
    expect(labelRoom({ layer: [both] } as never, rows(["a"], 12_345))).toBe(0);
  });
});
