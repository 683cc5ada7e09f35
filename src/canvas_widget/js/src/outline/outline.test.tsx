import { describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { edits } from "../testing/canvas.ts";
import { chartContent, container, documentOf } from "../testing/fixtures.ts";
import { rested } from "../testing/rest.ts";
import { FakeServer } from "../testing/server.ts";
import { containerIn, show } from "../testing/view.ts";
import { iconOf } from "./rows.ts";

const three = () =>
  documentOf([
    container("a", { title: "Alpha", x: 16, y: 16, width: 200, height: 120 }),
    container("b", { title: "Beta", x: 240, y: 16, width: 200, height: 120 }),
    container("c", { title: "Gamma", x: 464, y: 16, width: 200, height: 120 }),
  ]);

async function opened(server = new FakeServer(three())) {
  const shown = show(server);
  const tab = await vi.waitFor(() => {
    const found = shown.element.querySelector<HTMLElement>("[data-tab=outline]");
    if (!found) throw new Error("no panel");
    return found;
  });
  await userEvent.click(tab);
  const tree = await vi.waitFor(() => {
    const found = shown.element.querySelector<HTMLElement>("[role=tree]");
    if (!found) throw new Error("no tree");
    return found;
  });
  const items = () => [...tree.querySelectorAll<HTMLElement>("[role=treeitem]")];
  const row = (id: string) => tree.querySelector<HTMLElement>(`[data-row="${id}"]`) as HTMLElement;
  return { ...shown, tree, items, row };
}

const focusedRow = () => document.activeElement?.getAttribute("data-row");

describe("the outline", () => {
  test("[C4] shows the containers in reading order and follows what others do", async () => {
    const { server, items } = await opened();
    expect(items().map((item) => item.getAttribute("aria-label"))).toEqual([
      "main, 3 containers",
      "Alpha, note",
      "Beta, note",
      "Gamma, note",
    ]);
    server.commit([
      { action: "remove", path: "/containers/b" },
      { action: "update", path: "/containers/a", node: { title: "First", hidden: true } },
      { action: "add", path: "/containers/d", node: { ...container("d", { title: "Delta" }) } },
      { action: "move", path: "/containers/c", node: { index: 0 } },
    ]);
    await vi.waitFor(() =>
      expect(items().map((item) => item.getAttribute("aria-label"))).toEqual([
        "main, 3 containers",
        "Gamma, note",
        "First, note, hidden",
        "Delta, note",
      ]),
    );
  });

  test("[C4] charts are told apart by the icon of their mark", () => {
    const marks = ["bar", "line", "area", "point", "arc", "histogram", "box", "heatmap"];
    const icons = marks.map((mark) => iconOf({ ...chartContent("mpg"), mark }));
    expect(new Set(icons).size).toBe(marks.length);
    expect(iconOf({ ...chartContent("mpg"), mark: "density" })).toBe(
      iconOf({ ...chartContent("mpg"), mark: "area" }),
    );
  });

  test("[C4] what is chosen comes into sight by the shortest way, and nothing moves when it is there", async () => {
    const wide = documentOf([
      container("near", { x: 16, y: 16, width: 200, height: 120 }),
      container("far", { x: 1600, y: 16, width: 200, height: 120 }),
    ]);
    wide.canvas = { ...wide.canvas, width: 2400 };
    const { element, row } = await opened(new FakeServer(wide));
    await userEvent.click(page.getByRole("button", { name: "Zoom to 100 %" }));
    const box = (id: string) =>
      element.querySelector(`.react-flow__node[data-container-id=${id}]`)?.getBoundingClientRect();
    const view = () => (element.querySelector(".cv") as HTMLElement).getBoundingClientRect();
    await vi.waitFor(() => expect(box("near")?.width).toBe(200));
    await userEvent.click(row("far"));
    await vi.waitFor(() => expect(box("far")?.right).toBeCloseTo(view().right - 16, 0));
    const shown = await rested(() => box("far"));
    expect(shown?.width).toBeCloseTo(200, 0);
    expect(shown?.right).toBeCloseTo(view().right - 16, 0);
    await userEvent.click(row("near"));
    await vi.waitFor(() => expect(box("near")?.left).toBeCloseTo(view().left + 16, 0));
    const before = await rested(() => box("near"));
    await userEvent.click(row("near"));
    for (let frame = 0; frame < 20; frame++) await new Promise(requestAnimationFrame);
    expect(box("near")).toEqual(before);
  });

  test("[X10] arrows, Home, End and letters walk it; Left goes up and closes, Right opens", async () => {
    const { row, items } = await opened();
    row("").focus();
    await userEvent.keyboard("{ArrowDown}");
    expect(focusedRow()).toBe("a");
    await userEvent.keyboard("{End}");
    expect(focusedRow()).toBe("c");
    await userEvent.keyboard("b");
    expect(focusedRow()).toBe("b");
    await userEvent.keyboard("{ArrowLeft}");
    expect(focusedRow()).toBe("");
    await userEvent.keyboard("{ArrowLeft}");
    await vi.waitFor(() => expect(items()).toHaveLength(1));
    expect(row("").getAttribute("aria-expanded")).toBe("false");
    await userEvent.keyboard("{ArrowRight}");
    await vi.waitFor(() => expect(items()).toHaveLength(4));
    await userEvent.keyboard("{ArrowRight}");
    expect(focusedRow()).toBe("a");
  });

  test("[C4] F2 renames, H hides, Control L locks, Alt with arrows reorders, Delete removes", async () => {
    const { server, row } = await opened();
    row("b").focus();
    await userEvent.keyboard("{F2}");
    await vi.waitFor(() => expect(document.activeElement?.classList.contains("ren")).toBe(true));
    await userEvent.keyboard("Second{Enter}");
    await vi.waitFor(() => expect(server.state.nodes.get("b")?.title).toBe("Second"));
    await vi.waitFor(() => expect(focusedRow()).toBe("b"));
    await userEvent.keyboard("{F2}");
    await vi.waitFor(() => expect(document.activeElement?.classList.contains("ren")).toBe(true));
    await userEvent.keyboard("No{Escape}");
    await vi.waitFor(() => expect(focusedRow()).toBe("b"));
    expect(server.state.nodes.get("b")?.title).toBe("Second");
    await userEvent.keyboard("h");
    await vi.waitFor(() => expect(server.state.nodes.get("b")?.hidden).toBe(true));
    await userEvent.keyboard("h");
    await userEvent.keyboard("{Control>}l{/Control}");
    await vi.waitFor(() =>
      expect(server.state.nodes.get("b")).toMatchObject({ hidden: false, locked: true }),
    );
    await userEvent.keyboard("{Delete}");
    expect(server.state.nodes.has("b")).toBe(true);
    await userEvent.keyboard("{Control>}l{/Control}{Alt>}{ArrowUp}{/Alt}");
    await vi.waitFor(() => expect(server.state.order).toEqual(["b", "a", "c"]));
    await userEvent.keyboard("{Delete}");
    await vi.waitFor(() => expect(server.state.order).toEqual(["a", "c"]));
    await vi.waitFor(() => expect(focusedRow()).toBe("a"));
  });

  test("[X10] Enter goes to the container on the canvas", async () => {
    const { element, row, session } = await opened();
    await containerIn(element, "c");
    row("c").focus();
    await userEvent.keyboard("{Enter}");
    await vi.waitFor(() => expect(document.activeElement?.getAttribute("data-container-id")).toBe("c"));
    expect([...session.store.value("selection")]).toEqual(["c"]);
  });

  test("[C4] a row dragged to another place changes the reading order", async () => {
    const { server, row } = await opened();
    await userEvent.dragAndDrop(row("c"), row("a"), { targetPosition: { x: 60, y: 2 }, steps: 6 } as never);
    await vi.waitFor(() => expect(server.state.order).toEqual(["c", "a", "b"]));
  });

  test("[X10] position and size can be typed, kept inside the canvas", async () => {
    const { server, element, row } = await opened();
    await userEvent.click(row("a"));
    const fields = await vi.waitFor(() => {
      const found = [...element.querySelectorAll<HTMLInputElement>(".fields input")];
      if (found.length !== 4) throw new Error("no fields");
      return found;
    });
    await userEvent.fill(fields[0] as HTMLInputElement, "5000");
    await userEvent.keyboard("{Enter}");
    await vi.waitFor(() => expect(server.state.nodes.get("a")?.x).toBe(600));
    expect(edits(server)).toHaveLength(1);
    await userEvent.fill(fields[2] as HTMLInputElement, "x");
    await userEvent.keyboard("{Enter}");
    expect(edits(server)).toHaveLength(1);
    expect(fields[2]?.value).toBe("200");
  });

  test("[C4] 5,000 containers on one spot: few rows are in the page, and the search finds one", async () => {
    const many = Array.from({ length: 5_000 }, (_, index) =>
      container(`n${index}`, { title: `Box ${index}` }),
    );
    const { tree, items, element, row } = await opened(
      new FakeServer({ ...documentOf(many), canvas: { name: "main", width: 9_000, height: 3_000 } }),
    );
    expect(items().length).toBeLessThan(80);
    row("").focus();
    await userEvent.keyboard("{End}");
    await vi.waitFor(() => expect(focusedRow()).toBe("n4999"));
    expect(tree.querySelector("[data-row=n4999]")?.getAttribute("aria-posinset")).toBe("5000");
    await userEvent.fill(element.querySelector("[data-find]") as HTMLElement, "box 4321");
    await vi.waitFor(() => expect(items().map((item) => item.dataset.row)).toEqual(["", "n4321"]));
  });

  test("[C4] a row that was clicked is renamed by F2", async () => {
    const { server, row } = await opened();
    await userEvent.click(row("b"));
    await vi.waitFor(() => expect(focusedRow()).toBe("b"));
    await userEvent.keyboard("{F2}");
    await vi.waitFor(() => expect(document.activeElement?.tagName).toBe("INPUT"));
    await userEvent.keyboard("{Control>}a{/Control}Other{Enter}");
    await vi.waitFor(() => expect(server.state.nodes.get("b")).toMatchObject({ title: "Other" }));
  });
});
