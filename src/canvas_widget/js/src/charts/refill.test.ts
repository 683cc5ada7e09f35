import { afterEach, describe, expect, test } from "vitest";
import type { Row, SchemaField } from "../protocol/types.ts";
import built from "../testing/built.json";
import { drawnIn, register, sceneIn } from "./drawn.ts";
import { drawChart, fitKey, refillChart } from "./engine.ts";

interface Built {
  name: string;
  spec: Record<string, unknown>;
  rows: Row[];
  schema: SchemaField[];
}

const BUILT = built as unknown as Built[];

/** One small chart for each origin. */
function small({ name, spec: { data, mark, encoding }, ...chart }: Built): Built {
  const { color: _, ...channels } = encoding as Record<string, unknown>;
  const facet = { field: "Origin", type: "nominal", title: null };
  return {
    ...chart,
    name: `small ${name}`,
    spec: { data, facet, columns: 3, spec: { mark, encoding: channels } },
  };
}

const SMALL = BUILT.filter(({ name }) => name === "lines" || name === "points").map(small);
const SIZE = { width: 380, height: 220 };
const finals: (() => void)[] = [];

afterEach(() => {
  for (const end of finals.splice(0)) end();
});

async function draw(chart: Built, rows: Row[]) {
  const element = document.createElement("div");
  document.body.append(element);
  const input = { ...chart, ...SIZE, rows, mode: "light" as const, stale: false };
  const view = await drawChart(element, input, () => undefined);
  register(element, view);
  finals.push(() => {
    view.finalize();
    element.remove();
  });
  // Ticks that stay stand before those that come; what they are painted over is the same.
  const scene = () =>
    sceneIn(element)
      ?.map((entry) => JSON.stringify(entry))
      .sort();
  const items = () => drawnIn(element);
  const picture = () => element.querySelector("canvas")?.toDataURL();
  return { view, input, fit: fitKey(input), scene, items, picture };
}

/** Other rows of the same names: fewer, in another order, other numbers. */
const OTHERS: Record<string, (rows: Row[]) => Row[]> = {
  "other numbers": (rows) =>
    rows.map((row, at) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === "number" && !Number.isInteger(value) ? value * (0.5 + ((at * 7) % 5) / 4) : value,
        ]),
      ),
    ),
  "another order": (rows) => [...rows].reverse(),
  "every other row": (rows) => rows.filter((_, at) => at % 2 === 0),
  "one row": (rows) => rows.slice(0, 1),
};

describe("other rows in a drawn chart", () => {
  test.each(
    [...BUILT, ...SMALL].flatMap((chart) =>
      Object.keys(OTHERS).map((how) => [chart.name, how, chart] as const),
    ),
  )("[X14] %s, %s: just as drawn anew, there and back", async (_name, how, chart) => {
    const others = OTHERS[how]?.(chart.rows) ?? [];
    const [was, wanted] = [await draw(chart, chart.rows), await draw(chart, others)];
    const could = await refillChart(was.view, { ...was.input, rows: others }, was.fit);
    expect(could).toBe(was.fit === wanted.fit);
    if (!could) return;
    expect(was.scene()).toEqual(wanted.scene());
    expect(was.picture()).toBe(wanted.picture());
    const back = await draw(chart, chart.rows);
    expect(await refillChart(was.view, back.input, was.fit)).toBe(true);
    expect(was.scene()).toEqual(back.scene());
    expect(was.picture()).toBe(back.picture());
  });
});
