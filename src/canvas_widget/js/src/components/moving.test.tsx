import { describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { edits, fields, pair, zoomOf } from "../testing/canvas.ts";
import { container, documentOf } from "../testing/fixtures.ts";
import { rested } from "../testing/rest.ts";
import { FakeServer } from "../testing/server.ts";
import { containerIn, show } from "../testing/view.ts";

async function drag(element: HTMLElement, from: { x: number; y: number }, by: { x: number; y: number }) {
  await rested(() => element.getBoundingClientRect());
  const { left, top } = element.getBoundingClientRect();
  const frame = element.closest(".cw") as HTMLElement;
  const outer = frame.getBoundingClientRect();
  const start = { x: left - outer.left + from.x, y: top - outer.top + from.y };
  await userEvent.dragAndDrop(page.elementLocator(frame), page.elementLocator(frame), {
    sourcePosition: start,
    targetPosition: { x: start.x + by.x, y: start.y + by.y },
    steps: 8,
  } as never);
}

describe("moving and sizing", () => {
  test("[A16] a drag ends in one edit, on the grid, inside the canvas", async () => {
    const { element, server } = show(new FakeServer(pair()));
    const node = await containerIn(element, "a");
    await vi.waitFor(() => expect(zoomOf(element)).toBeGreaterThan(0.5));
    const zoom = zoomOf(element);
    await drag(node, { x: 60, y: 18 }, { x: 64 * zoom, y: 200 * zoom });
    await vi.waitFor(() => expect(edits(server)).toHaveLength(1));
    const change = fields(edits(server)[0]);
    expect(Object.keys(change).sort()).toEqual(["/containers/a/x", "/containers/a/y"]);
    for (const value of Object.values(change)) expect(Number(value) % 8).toBe(0);
    const { x = 0, y = 0 } = server.state.nodes.get("a") ?? {};
    expect([change["/containers/a/x"], change["/containers/a/y"]]).toEqual([x, y]);
    expect(Math.abs(x - 80)).toBeLessThanOrEqual(8);
    expect(Math.abs(y - 216)).toBeLessThanOrEqual(8);
  });

  test("[A16] a dragged box is carried as a picture, meets its neighbour off the grid and stays there when it is let go", async () => {
    const document = documentOf([
      container("a", { x: 16, y: 16, width: 200, height: 120 }),
      container("b", { x: 203, y: 400, width: 300, height: 120 }),
    ]);
    const { element, server } = show(new FakeServer(document));
    const node = await containerIn(element, "a");
    await vi.waitFor(() => expect(zoomOf(element)).toBeGreaterThan(0.5));
    await rested(() => node.getBoundingClientRect());
    const zoom = zoomOf(element);
    const seen: { x: number; held: boolean; carried: boolean }[] = [];
    const other = (await containerIn(element, "b")).getBoundingClientRect();
    let met = false;
    let watching = true;
    const watch = () => {
      const held = node.classList.contains("dragging");
      seen.push({ x: node.getBoundingClientRect().x, held, carried: node.getAnimations().length > 0 });
      for (const line of element.querySelectorAll(".gd.x:not(.gp)")) {
        const { left, top, bottom } = line.getBoundingClientRect();
        if (Math.abs(left - other.left) < 1 && bottom >= other.bottom - 1 && top < other.top) met = true;
      }
      if (watching) requestAnimationFrame(watch);
    };
    watch();
    const before = node.getBoundingClientRect().x;
    await drag(node, { x: 60, y: 18 }, { x: 184 * zoom, y: 40 * zoom });
    await vi.waitFor(() => expect(server.state.nodes.get("a")?.x).toBe(203));
    await vi.waitFor(() => expect(node.getAnimations()).toEqual([]));
    const after = await rested(() => node.getBoundingClientRect().x);
    watching = false;
    expect(after - before).toBeCloseTo(187 * zoom, 0);
    expect(seen.some(({ held, carried }) => held && carried)).toBe(true);
    expect(met).toBe(true);
    expect(element.querySelectorAll(".gd")).toHaveLength(0);
    const last = seen.findLastIndex(({ x }) => Math.abs(x - after) > 0.5);
    expect(seen.slice(last + 1).some(({ held }) => held)).toBe(true);
    expect(seen.slice(0, last + 1).every(({ held, x }) => held || Math.abs(x - before) < 0.5)).toBe(true);
  });

  test("[A16] a click that trembles moves nothing; with Shift it adds to the selection", async () => {
    const { element, server, session } = show(new FakeServer(pair()));
    const node = await containerIn(element, "a");
    await vi.waitFor(() => expect(zoomOf(element)).toBeGreaterThan(0.5));
    for (const x of [40, 52]) await drag(node, { x, y: 18 }, { x: 2, y: 1 });
    expect(edits(server)).toEqual([]);
    expect([...session.store.value("selection")]).toEqual(["a"]);
    await userEvent.click(await containerIn(element, "b"), { modifiers: ["Shift"] } as never);
    expect([...session.store.value("selection")]).toEqual(["a", "b"]);
    await userEvent.click(await containerIn(element, "b"), { modifiers: ["Shift"] } as never);
    expect([...session.store.value("selection")]).toEqual(["a"]);
  });

  test("[A16] a container can not be dragged off the canvas", async () => {
    const { element, server } = show(new FakeServer(pair()));
    const node = await containerIn(element, "b");
    await vi.waitFor(() => expect(zoomOf(element)).toBeGreaterThan(0.5));
    await drag(node, { x: 60, y: 18 }, { x: 420, y: -60 });
    await vi.waitFor(() => expect(edits(server)).toHaveLength(1));
    expect(server.state.nodes.get("b")).toMatchObject({ x: 560, y: 0 });
  });

  test("[A16] a handle resizes: one edit with the new size", async () => {
    const { element, server } = show(new FakeServer(pair()));
    const node = await containerIn(element, "a");
    node.querySelector("h2")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    const handle = await vi.waitFor(() => {
      const found = node.querySelector<HTMLElement>(".hdl.bottom.right");
      if (!found) throw new Error("no handle");
      return found;
    });
    expect(node.querySelectorAll(".hdl")).toHaveLength(8);
    const zoom = zoomOf(element);
    await drag(handle, { x: 4, y: 4 }, { x: 48 * zoom, y: 80 * zoom });
    await vi.waitFor(() => expect(edits(server)).toHaveLength(1));
    expect(Object.keys(fields(edits(server)[0])).sort()).toEqual([
      "/containers/a/height",
      "/containers/a/width",
    ]);
    const { width = 0, height = 0 } = server.state.nodes.get("a") ?? {};
    expect(Math.abs(width - 288)).toBeLessThanOrEqual(8);
    expect(Math.abs(height - 240)).toBeLessThanOrEqual(8);
  });

  test("[A16] what others do arrives during a drag without moving what is under the pointer", async () => {
    const { element, server, session } = show(new FakeServer(pair()));
    const node = await containerIn(element, "a");
    await vi.waitFor(() => expect(zoomOf(element)).toBeGreaterThan(0.5));
    await rested(() => node.getBoundingClientRect());
    const { left, top } = node.getBoundingClientRect();
    const at = (type: string, x: number, y: number, target: EventTarget) =>
      target.dispatchEvent(
        new MouseEvent(type, {
          bubbles: true,
          cancelable: true,
          clientX: left + x,
          clientY: top + y,
          button: 0,
          buttons: 1,
          view: window,
        }),
      );
    at("mousedown", 40, 20, node);
    for (let step = 1; step <= 10; step++) at("mousemove", 40 + step * 8, 20, window);
    await vi.waitFor(() => expect(node.getBoundingClientRect().left).toBeGreaterThan(left + 40));
    const held = node.getBoundingClientRect().left;
    server.commit([
      { action: "update", path: "/containers/a", node: { x: 0, title: "Renamed" } },
      { action: "update", path: "/containers/b", node: { y: 240 } },
    ]);
    await vi.waitFor(() => expect(node.textContent).toContain("Renamed"));
    expect(node.getBoundingClientRect().left).toBe(held);
    at("mouseup", 120, 20, window);
    await vi.waitFor(() => expect(edits(server)).toHaveLength(1));
    expect(session.store.node("a")?.x).toBeGreaterThan(16);
    expect(session.store.node("b")?.y).toBe(240);
  });
});
