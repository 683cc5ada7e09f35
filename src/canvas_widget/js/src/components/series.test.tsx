import { describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { drawnIn } from "../index.tsx";
import type { JsonValue, Row } from "../protocol/types.ts";
import built from "../testing/built.json";
import { carsDocument, carsResults, chartContent, container, documentOf } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { chartIn, containerIn, show } from "../testing/view.ts";

const LEGENDS = built.filter(({ spec }) => JSON.stringify(spec).includes('"color"'));

/** A view of one chart that the kernel has built, its rows, and the column of its series. */
async function view(name: string) {
  const chart = built.find((one) => one.name === name) as unknown as (typeof built)[0];
  const content = { ...chartContent("mpg"), ...chart, result_id: "r" };
  const { schema } = chart;
  const rows = chart.rows as Row[];
  const result = {
    container_id: "c",
    result_id: "r",
    schema,
    row_count: rows.length,
    offset: 0,
    stale: false,
  };
  const server = new FakeServer(
    documentOf([container("c", { x: 40, y: 40, width: 460, height: 300, content })]),
    [{ ...result, rows }],
  );
  const { element } = show(server);
  const figure = await chartIn(element, "c");
  const encoding = chart.encoding as Record<string, string | null>;
  return { server, result, element, figure, rows, series: encoding.series ?? encoding.x ?? "" };
}

const drawn = (figure: HTMLElement, field: string) => [
  ...new Set((drawnIn(figure.firstElementChild as Element) ?? []).map(({ datum }) => datum[field])),
];
const button = (name: JsonValue) => page.getByRole("button", { name: String(name), exact: true });
const pressedOnes = (element: HTMLElement) =>
  [...element.querySelectorAll(".series [aria-pressed=true]")].map((one) => one.getAttribute("aria-label"));

/** How many pixels of a chart's plot have each colour that is no grey. */
function colours(figure: HTMLElement): Map<string, number> {
  const canvas = figure.querySelector("canvas") as HTMLCanvasElement;
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
  copy?.drawImage(canvas, 0, 0);
  const top = 60; // below the legend
  const { data } = copy?.getImageData(0, top, canvas.width, canvas.height - top) ?? { data: [] };
  const found = new Map<string, number>();
  for (let at = 0; at < data.length; at += 4) {
    const [r = 0, g = 0, b = 0, alpha = 0] = data.slice(at, at + 4);
    if (alpha < 255 || Math.max(r, g, b) - Math.min(r, g, b) < 24) continue;
    const colour = `${r},${g},${b}`;
    found.set(colour, (found.get(colour) ?? 0) + 1);
  }
  for (const [colour, count] of found) if (count < 100) found.delete(colour);
  return found;
}

describe("the series of a chart", () => {
  test("[N1] a click on the legend shows one alone in its own colour, with Shift one more, twice all", async () => {
    const { element, figure, series } = await view("lines");
    const all = [...colours(figure).keys()].sort();
    expect(all).toHaveLength(3);
    await userEvent.click(button("Japan"));
    await vi.waitFor(() => expect(drawn(figure, series)).toEqual(["Japan"]));
    expect(pressedOnes(element)).toEqual(["Japan"]);
    await vi.waitFor(() => expect(colours(figure).size).toBe(1));
    const [japan] = colours(figure).keys();
    expect(all).toContain(japan);
    await userEvent.click(button("USA"), { modifiers: ["Shift"] } as never);
    await vi.waitFor(() => expect(drawn(figure, series).sort()).toEqual(["Japan", "USA"]));
    expect(element.querySelector(".react-flow__node.sel")).toBeNull();
    await vi.waitFor(() => expect(colours(figure).size).toBe(2));
    expect([...colours(figure).keys()]).toContain(japan);
    await userEvent.dblClick(button("USA"));
    await vi.waitFor(() => expect(drawn(figure, series).sort()).toEqual(["Europe", "Japan", "USA"]));
    await vi.waitFor(() => expect([...colours(figure).keys()].sort()).toEqual(all));
    await userEvent.click(button("Europe"), { modifiers: ["Shift"] } as never);
    await vi.waitFor(() => expect(pressedOnes(element)).toEqual(["Japan", "USA"]));
  });

  test.each(LEGENDS.map(({ name }) => name))("[N1] one series alone is its rows, whole: %s", async (name) => {
    const { element, figure, rows, series } = await view(name);
    const values = [...new Set(rows.map((row) => row[series] ?? null))];
    const one = values[1] ?? null;
    await vi.waitFor(() => expect(pressedOnes(element).sort()).toEqual(values.map(String).sort()));
    await userEvent.click(button(one));
    await vi.waitFor(() => expect(drawn(figure, series)).toEqual([one]));
    const marks = drawnIn(figure.firstElementChild as Element) ?? [];
    expect(marks).toHaveLength(rows.filter((row) => row[series] === one).length);
    await userEvent.click(button(one));
    await vi.waitFor(() => expect(drawn(figure, series)).toHaveLength(values.length));
  });

  test("[X10] by keys alone: L goes to the legend, arrows walk it, what is shown is said", async () => {
    const { element, figure, series } = await view("lines");
    const node = await containerIn(element, "c");
    node.focus();
    await userEvent.keyboard("{Enter}l");
    await vi.waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe("Europe"));
    await userEvent.keyboard("{ArrowRight} ");
    await vi.waitFor(() => expect(drawn(figure, series)).toEqual(["Japan"]));
    const said = () => [...node.querySelectorAll("[role=status]")].map((one) => one.textContent).join();
    expect(said()).toBe("Shown: Japan; 1 of 3 series");
    await userEvent.keyboard("{ArrowRight}{Shift>}{Enter}{/Shift}");
    await vi.waitFor(() => expect(said()).toBe("Shown: Japan, USA; 2 of 3 series"));
    await vi.waitFor(() => expect(drawn(figure, series).sort()).toEqual(["Japan", "USA"]));
    await userEvent.keyboard("{Escape}");
    await vi.waitFor(() => expect(drawn(figure, series)).toHaveLength(3));
    expect(said()).toBe("All 3 series are shown");
    await userEvent.keyboard("{Escape}");
    expect(document.activeElement).toBe(node);
  });

  test("[X4] the menu of a chart leads to its legend, and has no such entry where there is none", async () => {
    const { element } = await view("lines");
    (await containerIn(element, "c")).focus();
    await userEvent.keyboard("m");
    await userEvent.click(page.getByRole("menuitem", { name: "Choose series" }));
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Europe");
    expect(document.activeElement?.closest(".series")).not.toBeNull();
    const plain = show(new FakeServer(carsDocument(), carsResults()));
    await chartIn(plain.element, "mpg");
    (await containerIn(plain.element, "mpg")).focus();
    await userEvent.keyboard("m");
    await vi.waitFor(() => expect(plain.element.querySelector("[role=menu]")).not.toBeNull());
    expect(plain.element.querySelector("[role=menu]")?.textContent).not.toContain("Choose series");
  });

  test("[X14] what is chosen stays with new rows, and goes where none of it is left", async () => {
    const { server, result, element, figure, rows, series } = await view("lines");
    await userEvent.click(button("Japan"));
    await vi.waitFor(() => expect(drawn(figure, series)).toEqual(["Japan"]));
    const fewer = rows.slice(0, rows.length - 6);
    server.broadcast("result", { ...result, rows: fewer, row_count: fewer.length });
    const count = fewer.filter((row) => row[series] === "Japan").length;
    await vi.waitFor(() => expect(drawnIn(figure.firstElementChild as Element)).toHaveLength(count));
    expect(drawn(figure, series)).toEqual(["Japan"]);
    const others = rows.filter((row) => row[series] !== "Japan");
    server.broadcast("result", { ...result, rows: others, row_count: others.length });
    await vi.waitFor(() => expect(drawn(figure, series).sort()).toEqual(["Europe", "USA"]));
    expect(pressedOnes(element)).toEqual(["Europe", "USA"]);
  });
});
