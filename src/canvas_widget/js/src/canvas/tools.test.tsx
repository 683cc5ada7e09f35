import { describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { edits, fields, pair } from "../testing/canvas.ts";
import { carsDocument, carsResults, container, documentOf } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { containerIn, show } from "../testing/view.ts";

const item = (name: string) => page.getByRole("menuitem", { name, exact: false }).element() as HTMLElement;

async function cars() {
  const server = new FakeServer(carsDocument(), carsResults());
  const shown = show(server);
  const node = await containerIn(shown.element, "heavy");
  return { ...shown, node };
}

describe("the menu of a container", () => {
  test("[X10] opens by key, walks by arrows, and gives the focus back", async () => {
    const { element } = show(new FakeServer(pair()));
    const node = await containerIn(element, "a");
    node.focus();
    await userEvent.keyboard("{Shift>}{F10}{/Shift}");
    await vi.waitFor(() => expect(document.activeElement?.getAttribute("role")).toBe("menuitem"));
    await userEvent.keyboard("{End}");
    expect(document.activeElement?.textContent).toContain("Delete");
    await userEvent.keyboard("{ArrowDown}");
    expect(document.activeElement?.textContent).toContain("Edit");
    await userEvent.keyboard("{Escape}");
    await vi.waitFor(() => expect(document.activeElement).toBe(node));
    expect(element.querySelector("[role=menu]")).toBeNull();
  });

  test("[C8] duplicates, brings to front, locks, hides and deletes, with undo in the toast", async () => {
    const { element, server } = show(new FakeServer(pair()));
    const node = await containerIn(element, "a");
    node.focus();
    await userEvent.keyboard("m");
    await vi.waitFor(() => item("Duplicate"));
    await userEvent.click(item("Duplicate"));
    await vi.waitFor(() => expect(server.state.order).toEqual(["a", "b", "a_2"]));
    expect(server.state.nodes.get("a_2")).toMatchObject({
      x: 32,
      y: 32,
      title: "First",
      placement: "pinned",
    });
    (await containerIn(element, "a")).focus();
    for (const [name, field] of [
      ["Bring to front", { z: 1 }],
      ["Lock", { locked: true }],
      ["Unlock", { locked: false }],
    ] as const) {
      await userEvent.keyboard("m");
      await vi.waitFor(() => item(name));
      await userEvent.click(item(name));
      await vi.waitFor(() => expect(server.state.nodes.get("a")).toMatchObject(field));
    }
    await userEvent.keyboard("{Delete}");
    await vi.waitFor(() => expect(server.state.nodes.has("a")).toBe(false));
    await userEvent.click(
      page.getByRole("button", { name: "Undo", exact: true }).last().element() as HTMLElement,
    );
    expect(server.of("undo")).toHaveLength(1);
  });

  test("[C8] what is brought to front lies on what covered it", async () => {
    const boxes = [
      container("a", { x: 16, y: 16, width: 240, height: 160 }),
      container("b", { x: 100, y: 60, width: 240, height: 160 }),
    ];
    const { element } = show(new FakeServer(documentOf(boxes)));
    const node = await containerIn(element, "a");
    const front = () => {
      const [one, other] = ["a", "b"].map((id) =>
        element.querySelector(`[data-container-id=${id}]`)?.getBoundingClientRect(),
      );
      if (!one || !other) throw new Error("a box is gone");
      const [x, y] = [(other.left + one.right) / 2, (other.top + one.bottom) / 2];
      const top = document.elementFromPoint(x, y)?.closest("[data-container-id]");
      return top?.getAttribute("data-container-id");
    };
    expect(front()).toBe("b");
    node.focus();
    await userEvent.keyboard("m");
    await userEvent.click(await vi.waitFor(() => item("Bring to front")));
    await userEvent.keyboard("{Escape}");
    (await containerIn(element, "b")).focus();
    await vi.waitFor(() => expect(front()).toBe("a"));
  });

  test("[C8] F2 renames; a note is edited with its text", async () => {
    const { element, server } = show(new FakeServer(pair()));
    (await containerIn(element, "a")).focus();
    await userEvent.keyboard("{F2}");
    await vi.waitFor(() => expect(document.activeElement?.tagName).toBe("TEXTAREA"));
    await userEvent.keyboard("Hello **world**");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await vi.waitFor(() =>
      expect(server.state.nodes.get("a")?.content).toMatchObject({
        kind: "text",
        markdown: "Hello **world**",
      }),
    );
    await vi.waitFor(() => expect(document.activeElement?.getAttribute("data-container-id")).toBe("a"));
  });

  test("[X10] a note is made, opened and written by keyboard alone", async () => {
    const { element, server } = show(new FakeServer(pair()));
    (await containerIn(element, "a")).focus();
    await userEvent.keyboard("/");
    await vi.waitFor(() => expect(document.activeElement?.tagName).toBe("TEXTAREA"));
    await userEvent.keyboard("Mine{Control>}{Enter}{/Control}");
    await vi.waitFor(() =>
      expect(server.state.nodes.get("note")?.content).toMatchObject({ markdown: "Mine" }),
    );
    const { x = 0, y = 0, width = 0 } = server.state.nodes.get("note") ?? {};
    const clear = server
      .document()
      .containers.every(
        (box) => box.id === "note" || x >= box.x + box.width || x + width <= box.x || y >= box.y + box.height,
      );
    expect(clear).toBe(true);
  });
});

describe("where numbers come from", () => {
  test("[X10] S shows the SQL, D the rows; Escape closes and gives the focus back", async () => {
    const { element, node } = await cars();
    node.focus();
    await userEvent.keyboard("s");
    const sql = carsDocument().containers.find(({ id }) => id === "heavy")?.content as { sql: string };
    await vi.waitFor(() =>
      expect(element.querySelector(".insp .code")?.textContent?.replace(/\s+/g, " ")).toBe(
        sql.sql.replace(/\s+/g, " ").trim(),
      ),
    );
    await userEvent.keyboard("{ArrowRight}");
    await vi.waitFor(() => expect(element.querySelector(".insp [role=grid]")).not.toBeNull());
    await userEvent.keyboard("{Escape}");
    await vi.waitFor(() => expect(document.activeElement).toBe(node));
  });

  test("[C8] the view makes way for the panel and goes back with it, unless it was moved meanwhile", async () => {
    const canvas = carsDocument();
    for (const one of canvas.containers) if (one.id === "heavy") Object.assign(one, { x: 300, width: 200 });
    const { element } = show(new FakeServer(canvas, carsResults()));
    const node = await containerIn(element, "heavy");
    const left = () => node.getBoundingClientRect().left;
    const panel = () => element.querySelector(".insp");
    const open = async (key: string) => {
      node.focus();
      await userEvent.keyboard(key);
      await vi.waitFor(() => expect(panel()).not.toBeNull());
    };
    const close = async () => {
      await userEvent.keyboard("{Escape}");
      await vi.waitFor(() => expect(panel()).toBeNull());
    };
    const before = left();
    await open("s");
    await vi.waitFor(() => expect(Math.abs(left() - before)).toBeGreaterThan(20));
    await close();
    await vi.waitFor(() => expect(left()).toBeCloseTo(before, 0));
    await open("s");
    await vi.waitFor(() => expect(Math.abs(left() - before)).toBeGreaterThan(20));
    await userEvent.click(page.getByRole("button", { name: "Zoom out" }));
    await vi.waitFor(() => expect(element.querySelector(".zm .pc")?.textContent).not.toBe("100 %"));
    await userEvent.click(element.querySelector(".insp [aria-label=Close]") as HTMLElement);
    await vi.waitFor(() => expect(panel()).toBeNull());
    expect(Math.abs(left() - before)).toBeGreaterThan(20);
  });

  test("[N1] rows are sorted and filtered by the session, and the canvas keeps its own", async () => {
    const { element, node, server } = await cars();
    node.focus();
    await userEvent.keyboard("d");
    const grid = await vi.waitFor(() => {
      const found = element.querySelector<HTMLElement>(".insp [role=grid]");
      if (!found) throw new Error("no grid");
      return found;
    });
    const before = node.textContent;
    await userEvent.click(grid.querySelector("[role=columnheader]") as HTMLElement);
    await vi.waitFor(() => expect(server.of("get_result")).toHaveLength(1));
    const [asked] = server.of("get_result");
    expect(asked?.data).toMatchObject({ sort: [{ field: "Name", order: "ascending" }], filter: [] });
    server.send(
      "result",
      {
        container_id: "heavy",
        result_id: "sorted",
        schema: [],
        row_count: 1,
        offset: 0,
        stale: false,
        rows: [{ Name: "amc" }],
      },
      { reply_to: asked?.id },
    );
    await vi.waitFor(() => expect(grid.querySelectorAll(".tr")).toHaveLength(1));
    expect(node.textContent).toBe(before);
    await userEvent.fill(grid.querySelectorAll("input")[2] as HTMLElement, "> 4,800");
    await vi.waitFor(() =>
      expect(server.of("get_result").at(-1)?.data).toMatchObject({
        filter: [{ field: "Weight_in_lbs", op: ">", value: 4800 }],
      }),
    );
  });

  test("[N1] a column is made wider by its edge, and by Alt with an arrow", async () => {
    const { element, node } = await cars();
    node.focus();
    await userEvent.keyboard("d");
    const grid = await vi.waitFor(() => {
      const found = element.querySelector<HTMLElement>(".insp [role=grid]");
      if (!found) throw new Error("no grid");
      return found;
    });
    const head = (at = 0) => grid.querySelectorAll<HTMLElement>("[role=columnheader]")[at] as HTMLElement;
    const [before, other] = [head().offsetWidth, head(1).offsetWidth];
    const edge = head().querySelector(".edge")?.getBoundingClientRect() as DOMRect;
    const outer = grid.getBoundingClientRect();
    const [x, y] = [(edge.left + edge.right) / 2 - outer.left, (edge.top + edge.bottom) / 2 - outer.top];
    await userEvent.dragAndDrop(page.elementLocator(grid), page.elementLocator(grid), {
      sourcePosition: { x, y },
      targetPosition: { x: x + 40, y },
      steps: 4,
    } as never);
    await vi.waitFor(() => expect(Math.abs(head().offsetWidth - before - 40)).toBeLessThanOrEqual(1));
    expect([head(1).offsetWidth, head().getAttribute("aria-sort")]).toEqual([other, "none"]);
    const dragged = head().offsetWidth;
    grid.focus();
    await userEvent.keyboard("{ArrowDown}{ArrowUp}{Alt>}{ArrowRight}{ArrowRight}{/Alt}");
    await vi.waitFor(() => expect(head().offsetWidth).toBe(dragged + 16));
  });

  test("[X10] cells are walked and selected by key, and copied as text with tabs", async () => {
    const { node } = await cars();
    const copied: string[] = [];
    vi.spyOn(navigator.clipboard, "writeText").mockImplementation(async (text) => {
      copied.push(text);
    });
    const grid = await vi.waitFor(() => node.querySelector<HTMLElement>("[role=grid]") as HTMLElement);
    grid.focus();
    await userEvent.keyboard("{ArrowDown}{Shift>}{ArrowRight}{ArrowDown}{/Shift}{Control>}c{/Control}");
    const [first, second] = carsResults().find(({ container_id }) => container_id === "heavy")?.rows ?? [];
    await vi.waitFor(() =>
      expect(copied).toEqual([
        `Name\tOrigin\n${first?.Name}\t${first?.Origin}\n${second?.Name}\t${second?.Origin}`,
      ]),
    );
    vi.restoreAllMocks();
  });
});

describe("several at once", () => {
  const row = () =>
    documentOf(
      ["a", "b", "c"].map((id, index) =>
        container(id, { x: 16 + index * 200, y: 16 + index * 40, width: 120, height: 80 }),
      ),
    );

  test("[A16] a box drawn with Shift selects, and the bar aligns in one edit", async () => {
    const { element, server, session } = show(new FakeServer(row()));
    await containerIn(element, "c");
    const pane = element.querySelector(".react-flow__pane") as HTMLElement;
    const from = (await containerIn(element, "a")).getBoundingClientRect();
    const to = (await containerIn(element, "b")).getBoundingClientRect();
    const at = (type: string, target: EventTarget, clientX: number, clientY: number) =>
      target.dispatchEvent(
        new MouseEvent(type, {
          bubbles: true,
          cancelable: true,
          clientX,
          clientY,
          shiftKey: true,
          button: 0,
          buttons: 1,
        }),
      );
    at("mousedown", pane, from.left - 6, from.top - 6);
    at("mousemove", document, to.right + 4, to.bottom + 4);
    at("mouseup", document, to.right + 4, to.bottom + 4);
    await vi.waitFor(() => expect([...session.store.value("selection")]).toEqual(["a", "b"]));
    const button = await vi.waitFor(
      () => page.getByRole("button", { name: "Align top edges" }).element() as HTMLElement,
    );
    await userEvent.click(button);
    await vi.waitFor(() => expect(edits(server)).toHaveLength(1));
    expect(fields(edits(server)[0])).toEqual({ "/containers/b/y": 16 });
  });

  test("[A16] three are spread across and down with equal gaps, one edit a press", async () => {
    const places: [string, number, number][] = [
      ["a", 16, 16],
      ["b", 160, 120],
      ["c", 500, 240],
    ];
    const boxes = places.map(([id, x, y]) => container(id, { x, y, width: 120, height: 80 }));
    const { element, server } = show(new FakeServer(documentOf(boxes)));
    (await containerIn(element, "a")).focus();
    await userEvent.keyboard("{Control>}a{/Control}");
    for (const name of ["Distribute across", "Distribute down"])
      await userEvent.click(
        await vi.waitFor(() => page.getByRole("button", { name }).element() as HTMLElement),
      );
    // From 16 to 620 there are 604 px, 360 of them boxes; from 16 to 320 there are 304, 240 of them boxes.
    await vi.waitFor(() =>
      expect(edits(server).map(fields)).toEqual([
        { "/containers/b/x": 16 + 120 + 122 },
        { "/containers/b/y": 16 + 80 + 32 },
      ]),
    );
  });

  test("[A9] arrange asks the session and says how much of the canvas is covered", async () => {
    const server = new FakeServer(row());
    const { element } = show(server);
    await containerIn(element, "a");
    server.send("server_info", { protocol: 1, version: "0", features: ["arrange"], limits: {} });
    const button = await vi.waitFor(
      () => page.getByRole("button", { name: "Arrange" }).element() as HTMLElement,
    );
    await userEvent.click(button);
    const [asked] = server.of("arrange");
    server.seq += 1;
    const deltas = [{ action: "update", path: "/containers/b", node: { y: 16 } }];
    server.send("ack", { rev: 2, seq: server.seq, deltas }, { reply_to: asked?.id, seq: server.seq });
    await vi.waitFor(() =>
      expect(element.querySelector(".toast")?.textContent).toContain("cover 6 % of the canvas"),
    );
  });
});
