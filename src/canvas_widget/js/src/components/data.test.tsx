import { describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Container, ResultData } from "../protocol/types.ts";
import { carsDocument, carsResult, carsResults, container, documentOf } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { chartIn, containerIn, show } from "../testing/view.ts";

const FEATURES = ["brush", "drill", "redraw", "code", "controls"];

/** The cars, by a session that offers everything; it answers as the kernel does. */
async function cars(more: Container[] = [], results: ResultData[] = []) {
  const cars = carsDocument();
  const document = { ...cars, containers: [...cars.containers, ...more] };
  const server = new FakeServer(document, [...carsResults(), ...results]);
  const shown = show(server);
  await vi.waitFor(() => expect(shown.session.store.value("connection")).toBe("live"));
  shown.session.store.set("offer", { ...shown.session.store.value("offer"), features: new Set(FEATURES) });
  return { ...shown, server };
}

function at(figure: Element, x: number, y: number): { clientX: number; clientY: number } {
  const rect = figure.getBoundingClientRect();
  const zoom = rect.width / (figure as HTMLElement).offsetWidth;
  return { clientX: rect.left + x * zoom, clientY: rect.top + y * zoom };
}

function press(figure: Element, x: number, y: number, more: PointerEventInit = {}): void {
  const place = { ...at(figure, x, y), pointerId: 1, button: 0, bubbles: true, ...more };
  figure.dispatchEvent(new PointerEvent("pointerdown", place));
  figure.dispatchEvent(new PointerEvent("pointerup", place));
  figure.dispatchEvent(new MouseEvent("click", place));
}

function boxOf(figure: Element, mark: number): { x: number; y: number } {
  const rows = figure.parentElement?.querySelectorAll<HTMLElement>("table.drawn tbody tr");
  const [x = 0, y = 0, width = 0, height = 0] = (rows?.[mark]?.dataset.box ?? "").split(" ").map(Number);
  return { x: x + width / 2, y: y + height / 2 };
}

const last = <T,>(items: readonly T[]): T | undefined => items[items.length - 1];

async function arm(element: Element, id: string) {
  const figure = await chartIn(element, id);
  (await containerIn(element, id)).focus();
  await userEvent.keyboard("b");
  await vi.waitFor(() => expect(figure.className).toContain("brushing"));
  figure.setPointerCapture = () => undefined;
  return figure;
}

describe("selecting in charts", () => {
  test("[C4] a click selects a bar's value, Control adds another, Escape clears", async () => {
    const { element, server } = await cars();
    const figure = await arm(element, "mpg");
    const [first, second] = carsResult("mpg").rows.map(({ Origin }) => Origin);
    const one = boxOf(figure, 0);
    press(figure, one.x, one.y);
    await vi.waitFor(() =>
      expect(last(server.of("select"))?.data).toEqual({
        container_id: "mpg",
        selection: { Origin: { values: [first] } },
      }),
    );
    server.send("ack", {}, { reply_to: last(server.of("select"))?.id });
    await vi.waitFor(() => expect(element.querySelector(".picked")?.textContent).toContain(String(first)));
    const two = boxOf(figure, 1);
    press(figure, two.x, two.y, { ctrlKey: true });
    await vi.waitFor(() =>
      expect(last(server.of("select"))?.data).toMatchObject({
        selection: { Origin: { values: [first, second] } },
      }),
    );
    server.send("ack", {}, { reply_to: last(server.of("select"))?.id });
    await userEvent.keyboard("{Escape}");
    await vi.waitFor(() => expect(last(server.of("select"))?.data).toMatchObject({ selection: null }));
    expect(element.querySelector(".picked")).toBeNull();
  });

  test("[C4] dragging across a line selects the interval under the pointer, and it is drawn", async () => {
    const { element, server } = await cars();
    const figure = await arm(element, "power");
    const [from, to] = [boxOf(figure, 2), boxOf(figure, 6)];
    const send = (type: string, x: number, y: number) =>
      figure.dispatchEvent(
        new PointerEvent(type, { ...at(figure, x, y), pointerId: 1, button: 0, buttons: 1, bubbles: true }),
      );
    send("pointerdown", from.x, from.y);
    send("pointermove", from.x + 8, from.y);
    send("pointermove", to.x, to.y);
    send("pointerup", to.x, to.y);
    await vi.waitFor(() => expect(element.querySelector(".band")).not.toBeNull());
    server.send("ack", {}, { reply_to: server.of("select")[0]?.id });
    const rows = carsResult("power").rows;
    await vi.waitFor(() => {
      const data = last(server.of("select"))?.data as
        | { selection: { year_Year: { range: number[] } } }
        | undefined;
      const [low = 0, high = 0] = data?.selection.year_Year.range ?? [];
      expect(Math.abs(low - Number(rows[2]?.year_Year))).toBeLessThan(0.1);
      expect(Math.abs(high - Number(rows[6]?.year_Year))).toBeLessThan(0.1);
    });
    const band = element.querySelector(".band")?.getBoundingClientRect();
    const start = at(figure, from.x, 0).clientX;
    expect(Math.abs((band?.left ?? 0) - start)).toBeLessThan(2);
    expect(server.of("canvas_edit")).toHaveLength(0);
  });

  test("[X10] by keyboard: rows of the chart's table become the selection", async () => {
    const { element, server } = await cars();
    await chartIn(element, "mpg");
    (await containerIn(element, "mpg")).focus();
    await userEvent.keyboard("d");
    const grid = await vi.waitFor(() => {
      const found = element.querySelector<HTMLElement>(".insp [role=grid]");
      if (!found) throw new Error("no table");
      return found;
    });
    grid.focus();
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    await userEvent.click(page.getByRole("button", { name: "Select these in the chart" }).element());
    await vi.waitFor(() => expect(server.of("select")).toHaveLength(1));
    const { Origin } = carsResult("mpg").rows[1] ?? {};
    expect(server.of("select")[0]?.data).toEqual({
      container_id: "mpg",
      selection: { Origin: { values: [Origin] } },
    });
  });

  test("[C4] another client's selection is shown, and what it filters is said", async () => {
    const { element, server } = await cars();
    await chartIn(element, "mpg");
    server.broadcast("selection", {
      container_id: "mpg",
      selection: { Origin: { values: ["Japan"] } },
      linked: ["power", "heavy"],
    });
    await vi.waitFor(() => expect(element.querySelector(".picked")?.textContent).toContain("Japan"));
    expect(element.querySelector(".picked span")?.getAttribute("title")).toContain("filters 2 more");
    server.broadcast("selection", { container_id: "mpg", selection: null, linked: [] });
    await vi.waitFor(() => expect(element.querySelector(".picked")).toBeNull());
  });
});

describe("behind a mark", () => {
  test("[C4] a click on a mark of the selected chart shows its rows and their SQL", async () => {
    const { element, server, session } = await cars();
    const figure = await chartIn(element, "mpg");
    session.store.select(["mpg"]);
    await vi.waitFor(() => expect(figure.className).toContain("drills"));
    const one = boxOf(figure, 0);
    press(figure, one.x, one.y);
    const asked = await vi.waitFor(() => {
      const found = server.of("rows_behind")[0];
      if (!found) throw new Error("nothing was asked");
      return found;
    });
    const row = carsResult("mpg").rows[0];
    expect(asked.data).toMatchObject({ container_id: "mpg", values: { Origin: row?.Origin }, offset: 0 });
    server.send(
      "result",
      {
        container_id: "mpg",
        result_id: "behind",
        schema: [{ name: "Name", type: "string" }],
        row_count: 2,
        offset: 0,
        rows: [{ Name: "honda civic" }, { Name: "<img src=x onerror=alert(1)>" }],
        sql: "SELECT * FROM cars WHERE Origin = 'x'",
      },
      { reply_to: asked.id },
    );
    const panel = await vi.waitFor(() => {
      const found = element.querySelector<HTMLElement>(".behind");
      expect(found?.textContent).toContain("honda civic");
      return found as HTMLElement;
    });
    expect(panel.querySelector("img")).toBeNull();
    expect(panel.textContent).toContain("2 rows");
    await userEvent.click(panel.querySelector("summary") as HTMLElement);
    expect(panel.querySelector("details")?.textContent).toContain("WHERE Origin");
    await userEvent.keyboard("{Escape}");
    await vi.waitFor(() => expect(element.querySelector(".behind")).toBeNull());
    expect(session.store.result("mpg")?.rowCount).toBe(carsResult("mpg").rows.length);
  });

  test("[C4] what the kernel refuses is said in the panel", async () => {
    const { element, server, session } = await cars();
    const figure = await chartIn(element, "mpg");
    session.store.select(["mpg"]);
    await vi.waitFor(() => expect(figure.className).toContain("drills"));
    const one = boxOf(figure, 0);
    press(figure, one.x, one.y);
    await vi.waitFor(() => expect(server.of("rows_behind")).toHaveLength(1));
    const message = "The rows behind this cannot be told from its SQL.";
    server.send(
      "error",
      { message },
      { reply_to: server.of("rows_behind")[0]?.id, error: { code: 422, message } },
    );
    await vi.waitFor(() => expect(element.querySelector(".behind")?.textContent).toContain(message));
  });
});

describe("redrawing and code", () => {
  test("[C4] the chart's type is changed by keyboard; a refusal stays in the form", async () => {
    const { element, server } = await cars();
    await chartIn(element, "mpg");
    (await containerIn(element, "mpg")).focus();
    await userEvent.keyboard("m");
    await vi.waitFor(() => page.getByRole("menuitem", { name: "Change chart" }).element());
    await userEvent.click(page.getByRole("menuitem", { name: "Change chart" }).element());
    const type = await vi.waitFor(() => page.getByRole("combobox", { name: "Type" }).element());
    await userEvent.selectOptions(type, "Line");
    await userEvent.keyboard("{Enter}");
    await userEvent.click(page.getByRole("button", { name: "Redraw" }).element());
    await vi.waitFor(() => expect(server.of("redraw")).toHaveLength(1));
    expect(server.of("redraw")[0]?.data).toEqual({ container_id: "mpg", mark: "line" });
    const message = "A line needs an ordered x.";
    server.send(
      "error",
      { message },
      { reply_to: server.of("redraw")[0]?.id, error: { code: 422, message } },
    );
    await vi.waitFor(() => expect(element.querySelector("[role=alert]")?.textContent).toBe(message));
    await userEvent.click(page.getByRole("button", { name: "Redraw" }).element());
    await vi.waitFor(() => expect(server.of("redraw")).toHaveLength(2));
    server.send("ack", {}, { reply_to: server.of("redraw")[1]?.id });
    await vi.waitFor(() => expect(element.querySelector(".edit")).toBeNull());
  });
});

const control = (fields: object) =>
  container("pick", {
    title: "Region",
    width: 260,
    height: 96,
    content: {
      kind: "control",
      control: "choice",
      dataset: "sales",
      field: "region",
      options: ["North", "South"],
      value: null,
      targets: ["mpg"],
      ...fields,
    } as unknown as Container["content"],
  });

function controlled(fields: object) {
  const server = new FakeServer(documentOf([control(fields)]));
  return { ...show(server), server };
}

describe("controls", () => {
  test("[C8] a choice is a real list: its options, all, and what is chosen is told", async () => {
    const { element, server } = controlled({});
    await containerIn(element, "pick");
    const list = page.getByRole("combobox", { name: "Region" }).element();
    expect([...list.querySelectorAll("option")].map(({ textContent }) => textContent)).toEqual([
      "All",
      "North",
      "South",
    ]);
    await userEvent.selectOptions(list, "South");
    await vi.waitFor(() =>
      expect(server.of("set_control")[0]?.data).toEqual({ container_id: "pick", value: "South" }),
    );
  });

  test("[C8] a range takes two numbers, once the keys rest; a wrong order is not sent", async () => {
    const { element, server } = controlled({ control: "range", field: "price", options: [0, 100] });
    await containerIn(element, "pick");
    await userEvent.fill(page.getByRole("spinbutton", { name: "Region, from" }).element(), "20");
    await vi.waitFor(() => expect(last(server.of("set_control"))?.data).toMatchObject({ value: [20, 100] }));
    const sent = server.of("set_control").length;
    server.send("ack", {}, { reply_to: last(server.of("set_control"))?.id });
    await userEvent.fill(page.getByRole("spinbutton", { name: "Region, to" }).element(), "10");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(server.of("set_control")).toHaveLength(sent);
  });

  test("[C8] days are chosen as days", async () => {
    const { element, server } = controlled({
      control: "date",
      field: "day",
      options: ["2024-01-01", "2024-12-31"],
      value: ["2024-02-01", "2024-03-01"],
    });
    const node = await containerIn(element, "pick");
    const days = node.querySelectorAll<HTMLInputElement>("input[type=date]");
    expect([...days].map(({ value }) => value)).toEqual(["2024-02-01", "2024-03-01"]);
    await userEvent.click(page.getByRole("button", { name: "Show all" }).element());
    await vi.waitFor(() => expect(server.of("set_control")[0]?.data).toMatchObject({ value: null }));
  });
});

describe("metrics", () => {
  /** Metrics of some heights, px, that are compared and have a course. */
  function metrics(heights: number[], stale: boolean) {
    const content = {
      kind: "metric",
      dataset: "sales",
      sql: "…",
      format: ",.0f",
      label: null,
      previous: "before",
      compared_with: "the month before",
      trend: "course",
      request: null,
      result_id: "r",
      stale,
    } as unknown as Container["content"];
    const nodes = heights.map((height, at) =>
      container(`m${height}`, { title: "Revenue", x: at * 160, width: 220, height, content }),
    );
    const schema = [
      { name: "now", type: "number" },
      { name: "before", type: "number" },
      { name: "course", type: "other" },
    ];
    const rows = [{ now: 120, before: 100, course: [80, 100, 120] }];
    const results = nodes.map(({ id }) => ({
      ...{ container_id: id, result_id: "r", schema, row_count: 1, offset: 0, stale },
      rows,
    }));
    return show(new FakeServer(documentOf(nodes), results));
  }

  test("[N1] a metric says how it stands to the one before, and draws its course", async () => {
    const { element } = metrics([140], false);
    const node = await containerIn(element, "m140");
    await vi.waitFor(() =>
      expect(node.querySelector(".nt")?.textContent).toBe("▲ 20.0% on 100, the month before"),
    );
    expect(node.querySelector(".spark path")?.getAttribute("d")).toMatch(/^M0\.00,.*L196\.00,0\.00$/);
  });

  test("[X14] what a metric says and draws ends above the line that says it is out of date", async () => {
    const heights = [96, 112, 128, 160];
    const { element } = metrics([72, ...heights], true);
    const low = await containerIn(element, "m72");
    await vi.waitFor(() =>
      expect(low.querySelector(".stale-dot")?.getAttribute("aria-label")).toContain("Data changed"),
    );
    for (const height of heights) {
      const node = await containerIn(element, `m${height}`);
      const line = await vi.waitFor(() => {
        const found = node.querySelector(".stale-line");
        if (!found) throw new Error("it does not say that it is out of date");
        return found.getBoundingClientRect();
      });
      const ends = [...node.querySelectorAll(".nt, .spark")].map((one) => one.getBoundingClientRect().bottom);
      expect(ends.length, `${height} px`).toBe(height < 128 ? 1 : 2);
      expect(Math.max(0, ...ends) - line.top, `${height} px`).toBeLessThanOrEqual(3);
    }
  });
});
