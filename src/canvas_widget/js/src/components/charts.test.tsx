import { describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { DrawnItem } from "../charts/drawn.ts";
import { drawnIn } from "../index.tsx";
import type { Row } from "../protocol/types.ts";
import built from "../testing/built.json";
import cars from "../testing/cars.json";
import {
  carsDocument,
  carsResult,
  carsResults,
  chartContent,
  container,
  documentOf,
} from "../testing/fixtures.ts";
import { rested } from "../testing/rest.ts";
import { FakeServer } from "../testing/server.ts";
import { chartIn, containerIn, show } from "../testing/view.ts";

function drawn(figure: HTMLElement): DrawnItem[] {
  const host = figure.firstElementChild;
  const items = host && drawnIn(host);
  if (!items) throw new Error("nothing is drawn");
  return items;
}

/** What a reader calls each mark. */
const KINDS: Record<string, string> = {
  bar: "Bar chart",
  line: "Line chart",
  area: "Area chart",
  point: "Scatter plot",
  arc: "Pie chart",
  histogram: "Histogram",
};

function spread(values: number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function cells(table: Element | null): string[][] {
  const rows = [...(table?.querySelectorAll("tbody tr") ?? [])];
  return rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? ""));
}

describe("charts", () => {
  test("[N1] the bars drawn are the rows: their values, their order, heights in proportion", async () => {
    const { element } = show(new FakeServer(carsDocument(), carsResults()));
    const figure = await chartIn(element, "mpg");
    const rows = carsResult("mpg").rows;
    const bars = drawn(figure);
    expect(bars.map(({ mark }) => mark)).toEqual(["rect", "rect", "rect"]);
    expect(bars.map(({ datum }) => [datum.Origin, datum.mean_Miles_per_Gallon])).toEqual(
      rows.map((row) => [row.Origin, row.mean_Miles_per_Gallon]),
    );
    const scale = bars.map(({ height }, index) => height / Number(rows[index]?.mean_Miles_per_Gallon));
    expect(spread(scale)).toBeLessThan(0.2);
    const left = bars.map(({ x }) => x);
    expect(left).toEqual([...left].sort((a, b) => a - b));
    expect(figure.dataset.marks).toBe("3");
  });

  test("[X10] a chart says in a sentence what it shows, and has its drawn values as a table", async () => {
    const { element } = show(new FakeServer(carsDocument(), carsResults()));
    const figure = await chartIn(element, "power");
    expect(figure.getAttribute("role")).toBe("img");
    expect(figure.getAttribute("aria-label")).toContain("Line chart: Horsepower per year. 12 values");
    const rows = carsResult("power").rows;
    const table = figure.parentElement?.querySelector("table.drawn") ?? null;
    expect([...(table?.querySelectorAll("th") ?? [])].map((cell) => cell.textContent)).toEqual([
      "year_Year",
      "mean_Horsepower",
    ]);
    expect(cells(table)).toEqual(rows.map((row) => [String(row.year_Year), String(row.mean_Horsepower)]));
  });

  test("[N1] several series are drawn as several lines with all their points", async () => {
    const { spec, rows, schema } = cars.series;
    const content = {
      ...chartContent("power"),
      spec,
      encoding: { x: "year_Year", y: "mean_Miles_per_Gallon", series: "Origin" },
      result_id: "r",
    };
    const server = new FakeServer(documentOf([container("many", { width: 400, height: 240, content })]), [
      {
        container_id: "many",
        result_id: "r",
        schema,
        row_count: rows.length,
        offset: 0,
        stale: false,
        rows: rows as Row[],
      },
    ]);
    const { element } = show(server);
    const items = drawn(await chartIn(element, "many"));
    const key = (row: Record<string, unknown>) =>
      `${row.Origin} ${row.year_Year} ${row.mean_Miles_per_Gallon}`;
    expect(items.map(({ datum }) => key(datum)).sort()).toEqual(rows.map(key).sort());
  });

  test.each(built.map(({ name }, index) => [name, index] as const))(
    "[N1] what the kernel builds is drawn whole: %s",
    async (_name, index) => {
      const { spec, mark, encoding, rows, schema } = built[index] as unknown as (typeof built)[0];
      const content = { ...chartContent("mpg"), mark, encoding, spec, result_id: "r" };
      const server = new FakeServer(documentOf([container("c", { width: 400, height: 280, content })]), [
        {
          container_id: "c",
          result_id: "r",
          schema,
          row_count: rows.length,
          offset: 0,
          stale: false,
          rows: rows as Row[],
        },
      ]);
      const { element } = show(server);
      const items = drawn(await chartIn(element, "c"));
      const columns = Object.values(encoding).filter((field) => field !== null);
      const key = (row: Record<string, unknown>) => columns.map((field) => row[field]).join(" | ");
      expect(items.map(({ datum }) => key(datum)).sort()).toEqual((rows as Row[]).map(key).sort());
      expect(element.querySelector("[role=alert]")).toBeNull();
      const figure = element.querySelector("figure");
      expect(figure?.getAttribute("aria-label")).toContain(`${KINDS[mark]}: `);
      const table = element.querySelector("table.drawn");
      const names = [...(table?.querySelectorAll("th") ?? [])].map((cell) => cell.textContent ?? "");
      expect([...names].sort()).toEqual([...new Set(columns)].sort());
      const written = (row: Row) => names.map((name) => String(row[name] ?? "")).join(" | ");
      expect(
        cells(table)
          .map((line) => line.join(" | "))
          .sort(),
      ).toEqual((rows as Row[]).map(written).sort());
    },
  );

  test("[X10] of many values the table has the first 200 and says of how many", async () => {
    const rows = Array.from({ length: 250 }, (_, at) => ({
      Origin: `o${at}`,
      mean_Miles_per_Gallon: at + 1,
    }));
    const content = { ...chartContent("mpg"), result_id: "many" };
    const server = new FakeServer(documentOf([container("many", { width: 600, height: 280, content })]), [
      { ...carsResult("mpg"), container_id: "many", result_id: "many", rows, row_count: 250 },
    ]);
    const { element } = show(server);
    await chartIn(element, "many");
    expect(element.querySelectorAll("table.drawn tbody tr")).toHaveLength(200);
    expect(element.querySelector("table.drawn caption")?.textContent).toBe(
      "Values drawn in many. The first 200 of 250 values",
    );
  });

  test("[C2] a bar under the pointer shows its values, as text whatever they hold", async () => {
    const evil = `<img src="x" onerror="window.hit = 1">`;
    const rows = [{ Origin: evil, mean_Miles_per_Gallon: 12.345 }];
    const content = { ...chartContent("mpg"), result_id: "evil" };
    const server = new FakeServer(documentOf([container("evil", { width: 400, height: 280, content })]), [
      { ...carsResult("mpg"), container_id: "evil", result_id: "evil", rows, row_count: 1 },
    ]);
    const { element } = show(server);
    const figure = await chartIn(element, "evil");
    const canvas = figure.querySelector("canvas") as HTMLCanvasElement;
    const [bar] = drawn(figure);
    if (!bar) throw new Error("no bar is drawn");
    const box = await rested(() => canvas.getBoundingClientRect());
    const scale = box.width / canvas.clientWidth;
    await userEvent.hover(canvas, {
      position: { x: (bar.x + bar.width / 2) * scale, y: (bar.y + bar.height / 2) * scale },
    } as never);
    await vi.waitFor(() => expect(element.querySelector(".tip")?.textContent).toContain("12.3"));
    const tip = element.querySelector(".tip");
    expect(tip?.textContent).toContain(evil);
    expect(tip?.querySelector("img")).toBeNull();
    expect("hit" in window).toBe(false);
    await userEvent.unhover(canvas);
    await vi.waitFor(() => expect(element.querySelector(".tip")).toBeNull());
  });

  test("[X14] new rows replace the drawing; until they are here the old pair stays", async () => {
    const server = new FakeServer(carsDocument(), carsResults());
    const { element } = show(server);
    await chartIn(element, "mpg");
    const renamed = JSON.parse(JSON.stringify(chartContent("mpg").spec).replaceAll("Origin", "Planet"));
    const content = { ...chartContent("mpg"), spec: renamed, result_id: "r-new" };
    server.commit([{ action: "update", path: "/containers/mpg", node: { content, title: "Planets" } }]);
    await vi.waitFor(() => expect(element.textContent).toContain("Planets"));
    for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
    const figure = await chartIn(element, "mpg");
    expect(new Set(drawn(figure).map(({ x }) => x)).size).toBe(3);
    const rows = [{ Planet: "Mars", mean_Miles_per_Gallon: 99 }];
    server.broadcast("result", { ...carsResult("mpg"), result_id: "r-new", rows, row_count: 1 });
    await vi.waitFor(() => expect(drawn(figure).map(({ datum }) => datum.Planet)).toEqual(["Mars"]));
  });

  test("[X14] other numbers change the drawing where it stands, other names draw it anew", async () => {
    const server = new FakeServer(carsDocument(), carsResults());
    const { element } = show(server);
    const figure = await chartIn(element, "mpg");
    const canvas = figure.querySelector("canvas");
    const result = carsResult("mpg");
    const other = result.rows.map((row, at) => ({ ...row, mean_Miles_per_Gallon: 5 + at }));
    const shown = () => drawn(figure).map(({ datum }) => datum.mean_Miles_per_Gallon);
    server.broadcast("result", { ...result, rows: other });
    await vi.waitFor(() => expect(shown()).toEqual([5, 6, 7]));
    expect(figure.querySelector("canvas")).toBe(canvas);
    const table = () =>
      cells(figure.parentElement?.querySelector("table.drawn") ?? null).map(([, value]) => value);
    expect(table()).toEqual(["5", "6", "7"]);
    const long = other.map((row, at) => ({ ...row, Origin: `A place with a long name ${at}` }));
    server.broadcast("result", { ...result, rows: long });
    await vi.waitFor(() => expect(figure.querySelector("canvas")).not.toBe(canvas));
    expect(drawn(figure).map(({ datum }) => datum.Origin)).toEqual(long.map(({ Origin }) => Origin));
    server.broadcast("result", { ...result, rows: [], row_count: 0 });
    await vi.waitFor(() => expect(element.textContent).toContain("The query found no rows"));
    server.broadcast("result", result);
    const first = result.rows.map((row) => row.mean_Miles_per_Gallon);
    await vi.waitFor(() => expect(shown()).toEqual(first));
    expect(element.textContent).not.toContain("The query found no rows");
  });

  test("[N1] a chart grows with its container, its bars with it", async () => {
    const server = new FakeServer(carsDocument(), carsResults());
    const { element } = show(server);
    const figure = await chartIn(element, "mpg");
    const before = drawn(figure)[0]?.height ?? 0;
    server.commit([{ action: "update", path: "/containers/mpg", node: { height: 400 } }]);
    await vi.waitFor(() => expect(drawn(figure)[0]?.height).toBeGreaterThan(before * 1.5));
  });

  test("[X14] stale marks fade while the text keeps its contrast, and Refresh asks for this container", async () => {
    const document = carsDocument();
    for (const { content } of document.containers) if (content.kind === "chart") content.stale = true;
    const server = new FakeServer(document, carsResults());
    const { element } = show(server);
    const figure = await chartIn(element, "mpg");
    const owner = await containerIn(element, "mpg");
    expect(owner.textContent).toContain("Data changed since");
    expect(figure.querySelector("canvas")).not.toBeNull();
    owner.querySelector<HTMLButtonElement>("button.lk")?.click();
    expect(server.of("refresh").map(({ data }) => data)).toEqual([{ container_ids: ["mpg"] }]);
  });

  test("[N1] no rows, only nulls, and a size too small for a chart all show calmly", async () => {
    const nulls = [{ Origin: null, mean_Miles_per_Gallon: null }];
    const content = chartContent("mpg");
    const make = (id: string, size = {}) =>
      container(id, { width: 300, height: 200, content: { ...content, result_id: id }, ...size });
    const server = new FakeServer(
      documentOf([make("none"), make("nulls"), make("tiny", { width: 30, height: 20 })]),
      [
        { ...carsResult("mpg"), container_id: "none", result_id: "none", rows: [], row_count: 0 },
        { ...carsResult("mpg"), container_id: "nulls", result_id: "nulls", rows: nulls, row_count: 1 },
        { ...carsResult("mpg"), container_id: "tiny", result_id: "tiny" },
      ],
    );
    const { element } = show(server);
    expect((await containerIn(element, "none")).textContent).toContain("The query found no rows");
    await chartIn(element, "nulls");
    await containerIn(element, "tiny");
    expect(element.querySelector("[role=alert]")).toBeNull();
  });

  test("[C2] a spec that may not be drawn shows why, and asks the network for nothing", async () => {
    const content = {
      ...chartContent("mpg"),
      spec: { mark: "image", encoding: { url: { value: "https://evil.example/x.png" } } },
    };
    const server = new FakeServer(documentOf([container("bad", { width: 300, height: 200, content })]), [
      { ...carsResult("mpg"), container_id: "bad" },
    ]);
    const fetched = vi.spyOn(globalThis, "fetch");
    const { element } = show(server);
    const owner = await containerIn(element, "bad");
    await vi.waitFor(() =>
      expect(owner.querySelector("[role=alert]")?.textContent).toContain('mark "image" is not allowed'),
    );
    expect(fetched).not.toHaveBeenCalled();
    expect(performance.getEntriesByType("resource").some(({ name }) => name.includes("evil.example"))).toBe(
      false,
    );
  });

  test("[N1] light and dark are drawn in their own colours, and change with the page", async () => {
    document.body.setAttribute("data-jp-theme-light", "true");
    const { element } = show(new FakeServer(carsDocument(), carsResults()));
    const colour = async () => {
      const canvas = (await chartIn(element, "mpg")).querySelector("canvas");
      const bar = drawn(await chartIn(element, "mpg"))[0];
      if (!canvas || !bar) return "";
      const ratio = canvas.width / canvas.clientWidth;
      const at = [(bar.x + bar.width / 2) * ratio, (bar.y + bar.height - 8) * ratio].map(Math.round) as [
        number,
        number,
      ];
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
      copy?.drawImage(canvas, 0, 0);
      const pixel = copy?.getImageData(...at, 1, 1).data ?? [];
      return [...pixel].slice(0, 3).join(",");
    };
    await vi.waitFor(async () => expect(await colour()).toBe("27,119,136"));
    document.body.setAttribute("data-jp-theme-light", "false");
    await vi.waitFor(async () => expect(await colour()).toBe("39,177,168"));
    expect(element.querySelector(".cw")?.classList.contains("dark")).toBe(true);
  });

  test("[N1] forty charts are drawn one a frame, none left out", async () => {
    const content = chartContent("mpg");
    const all = Array.from({ length: 40 }, (_, index) =>
      container(`c${index}`, {
        x: (index % 8) * 96,
        y: Math.floor(index / 8) * 112,
        width: 96,
        height: 112,
        content: { ...content, result_id: "r-mpg" },
      }),
    );
    const server = new FakeServer(
      documentOf(all),
      all.map(({ id }) => ({ ...carsResult("mpg"), container_id: id })),
    );
    const { element } = show(server);
    await vi.waitFor(() => expect(element.querySelectorAll("figure[data-marks='3']")).toHaveLength(40), {
      timeout: 15_000,
    });
  });
});
