import { describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { mount, mountStatic } from "../index.tsx";
import { edits, fields, pair } from "../testing/canvas.ts";
import { carsDocument, carsResults, container, documentOf } from "../testing/fixtures.ts";
import { rested } from "../testing/rest.ts";
import { FakeServer } from "../testing/server.ts";
import { box, containerIn, later, show } from "../testing/view.ts";

const zoomOf = (element: HTMLElement) =>
  new DOMMatrix(getComputedStyle(element.querySelector(".react-flow__viewport") as Element).transform).a;

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

describe("the view", () => {
  test("[N1] the wheel scrolls the notebook until the canvas has the focus; then it pans", async () => {
    const { element } = show(new FakeServer(pair()));
    await containerIn(element, "a");
    const pane = element.querySelector(".react-flow__pane") as HTMLElement;
    const wheel = () => {
      const event = new WheelEvent("wheel", { deltaY: 60, bubbles: true, cancelable: true });
      pane.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(wheel()).toBe(false);
    element.querySelector<HTMLElement>(".cv")?.focus();
    await vi.waitFor(() => expect(wheel()).toBe(true));
  });

  test("[N1] at first everything is in view; the bar zooms, fits and says how large", async () => {
    const { element } = show(new FakeServer(carsDocument(), carsResults()));
    await containerIn(element, "heavy");
    await vi.waitFor(() => {
      const area = (element.querySelector(".cv") as Element).getBoundingClientRect();
      for (const node of element.querySelectorAll("[data-container-id]")) {
        const { left, right, top, bottom } = node.getBoundingClientRect();
        expect(left).toBeGreaterThanOrEqual(area.left);
        expect(right).toBeLessThanOrEqual(area.right);
        expect(top).toBeGreaterThanOrEqual(area.top);
        expect(bottom).toBeLessThanOrEqual(area.bottom);
      }
    });
    const fitted = zoomOf(element);
    element.querySelector<HTMLButtonElement>('[aria-label="Zoom in"]')?.click();
    await vi.waitFor(() => expect(zoomOf(element)).toBeGreaterThan(fitted * 1.15));
    element.querySelector<HTMLButtonElement>('[aria-label="Fit all"]')?.click();
    await vi.waitFor(() => expect(zoomOf(element)).toBeCloseTo(fitted, 2));
    expect(element.querySelector(".pc")?.textContent).toBe(`${Math.round(fitted * 100)} %`);
  });

  test("[A16] every view of a session shows the same, a late one too, and leaves nothing behind", async () => {
    const { session, server, element, unmount } = show(new FakeServer(pair()));
    await containerIn(element, "a");
    server.commit([{ action: "update", path: "/containers/a", node: { title: "Changed" } }]);
    const { signals } = session.store;
    await vi.waitFor(() => expect(element.textContent).toContain("Changed"));
    const withOne = signals.size;
    const other = box(700);
    const close = mount(other, session);
    expect((await containerIn(other, "a")).textContent).toContain("Changed");
    await vi.waitFor(() => expect(signals.size).toBeGreaterThan(withOne * 1.5));
    close();
    expect(other.innerHTML).toBe("");
    await vi.waitFor(() => expect(signals.size).toBe(withOne));
    server.commit([{ action: "update", path: "/containers/a", node: { title: "Again" } }]);
    await vi.waitFor(() => expect(element.textContent).toContain("Again"));
    unmount();
    await vi.waitFor(() => expect(signals.size).toBe(1));
    expect(document.head.textContent).not.toContain(".react-flow__pane");
  });

  test("[N1] an empty canvas asks what the user wants to know, and the turn's progress is told", async () => {
    const { element, server } = show(new FakeServer(documentOf([])));
    await vi.waitFor(() =>
      expect(element.textContent).toContain("What do you want to know about your data?"),
    );
    expect(element.textContent).toContain("%%canvas");
    server.broadcast("tool_call", { turn_id: "t", tool: "create_table", arguments: {} });
    const status = element.querySelector("[role=status]");
    await vi.waitFor(() => expect(status?.textContent).toBe("Making a table…"));
    server.commit([{ action: "add", path: "/containers/n", node: { ...container("n", { title: "New" }) } }]);
    await containerIn(element, "n");
    expect(element.textContent).not.toContain("What do you want to know");
  });

  test("[C8] an empty canvas offers three prompts at most, and a click asks one", async () => {
    const { element, server } = show(new FakeServer(documentOf([])));
    const prompts = ["Mean mpg by origin", "Horsepower per year", "The heaviest cars", "One too many"];
    await vi.waitFor(() => expect(element.querySelector(".em")).not.toBeNull());
    server.send("suggestions", { prompts });
    const offered = () => [...element.querySelectorAll<HTMLElement>(".em .sug")];
    await vi.waitFor(() => expect(offered().map((one) => one.textContent)).toEqual(prompts.slice(0, 3)));
    expect(element.querySelectorAll(".sug")).toHaveLength(3);
    await userEvent.click(offered()[1] as HTMLElement);
    expect(server.of("user_prompt").map(({ data }) => data?.prompt)).toEqual(["Horsepower per year"]);
  });

  test("[N1] how far a query is: a bar where that is measured, words where it is not, nothing when it is over", async () => {
    const { element, server } = show(new FakeServer(carsDocument()));
    const mpg = await containerIn(element, "mpg");
    const about = { turn_id: "t", container_id: "mpg" };
    server.broadcast("progress", { ...about, message: "Reading cars", fraction: 0.404 });
    const bar = await vi.waitFor(() => {
      const found = mpg.querySelector("[role=progressbar]");
      if (!found) throw new Error("no bar");
      return found;
    });
    expect(["now", "min", "max"].map((name) => bar.getAttribute(`aria-value${name}`))).toEqual([
      "40",
      "0",
      "100",
    ]);
    expect(mpg.querySelector(".sknote")?.textContent).toBe("Reading cars40 %");
    expect(element.querySelectorAll("[role=progressbar]")).toHaveLength(1);
    server.broadcast("progress", { ...about, message: "Grouping" });
    await vi.waitFor(() => expect(mpg.querySelector(".sknote")?.textContent).toBe("Grouping"));
    expect(mpg.querySelector("[role=progressbar]")).toBeNull();
    server.broadcast("progress", { ...about, message: "" });
    await vi.waitFor(() => expect(mpg.querySelector(".sknote")).toBeNull());
  });

  test("[N1] a toast leaves after six seconds unless it is hovered; an error stays until it is dismissed", async () => {
    const { element, session } = show(new FakeServer(pair()));
    await containerIn(element, "a");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    later(() => vi.useRealTimers());
    const toast = () => element.querySelector<HTMLElement>(".toast");
    const said = async (text: string | null) => {
      for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
      expect(toast()?.querySelector("span")?.textContent ?? null).toBe(text);
    };
    await userEvent.hover(element.querySelector(".hd") as HTMLElement);
    session.store.toast("Saved");
    await said("Saved");
    vi.advanceTimersByTime(5_900);
    await said("Saved");
    vi.advanceTimersByTime(200);
    await said(null);
    session.store.toast("Kept");
    await said("Kept");
    await userEvent.hover(toast()?.querySelector("span") as HTMLElement);
    await said("Kept");
    vi.advanceTimersByTime(30_000);
    await said("Kept");
    await userEvent.hover(element.querySelector(".hd") as HTMLElement);
    await said("Kept");
    vi.advanceTimersByTime(6_100);
    await said(null);
    session.store.toast("It failed", true);
    await said("It failed");
    expect(toast()?.getAttribute("role")).toBe("alert");
    vi.advanceTimersByTime(30_000);
    await said("It failed");
    await userEvent.click(toast()?.querySelector("[aria-label=Dismiss]") as HTMLElement);
    await said(null);
  });

  test("[N1] the colours are those of the page around it", async () => {
    const { element } = show(new FakeServer(pair()));
    const node = await containerIn(element, "a");
    node.focus();
    await userEvent.keyboard("{Enter}");
    await vi.waitFor(() => expect(node.classList.contains("sel")).toBe(true));
    const colours = () => [
      getComputedStyle(node.querySelector(".ct") ?? node).backgroundColor,
      getComputedStyle(node.querySelector(".ct") ?? node, "::after").borderTopColor,
    ];
    const before = colours();
    element.style.setProperty("--jp-layout-color1", "rgb(250, 240, 230)");
    element.style.setProperty("--jp-brand-color1", "rgb(120, 20, 140)");
    await vi.waitFor(() => expect(colours()).toEqual(["rgb(250, 240, 230)", "rgb(120, 20, 140)"]));
    expect(before).not.toContain("rgb(250, 240, 230)");
    expect(before).not.toContain("rgb(120, 20, 140)");
  });

  test("[N1] a failed query shows its message in its container, one still running a skeleton", async () => {
    const server = new FakeServer(carsDocument());
    const { element } = show(server);
    await containerIn(element, "mpg");
    const message = 'No column "mpgs" in cars. Closest match: Miles_per_Gallon.';
    server.broadcast("result", {
      container_id: "mpg",
      result_id: "",
      schema: [],
      row_count: 0,
      rows: [],
      error: message,
    });
    const alert = await vi.waitFor(() => {
      const found = element.querySelector('[data-container-id="mpg"] [role=alert]');
      if (!found) throw new Error("no message");
      return found;
    });
    expect(alert.textContent).toBe('No column "mpgs" in carsClosest match: Miles_per_Gallon. Try again');
    expect(element.querySelectorAll("[aria-busy=true]")).toHaveLength(3);
    expect(element.querySelector("[role=status]")?.textContent).toBe("1 failed · 3 running");
    alert.querySelector<HTMLElement>("button")?.click();
    await vi.waitFor(() => expect(alert.textContent).toContain("Trying again…"));
    expect(server.of("refresh").map(({ data }) => data)).toEqual([{ container_ids: ["mpg"] }]);
  });

  test("[X6] a query that fails later leaves its picture, says so below it and offers to try again", async () => {
    const server = new FakeServer(carsDocument(), carsResults());
    const { element, session } = show(server);
    const mpg = await containerIn(element, "mpg");
    await vi.waitFor(() => expect(mpg.querySelector("figure[data-marks]")).not.toBeNull(), {
      timeout: 8_000,
    });
    session.refresh();
    const message = 'The table "cars" cannot be read: PostgreSQL says: the connection is lost.';
    const error = { code: 422, message, node: { id: "mpg" } };
    server.send("error", { message }, { reply_to: server.of("refresh")[0]?.id, error });
    const alert = await vi.waitFor(() => {
      const found = mpg.querySelector("[role=alert]");
      if (!found) throw new Error("no message");
      return found;
    });
    expect(alert.getAttribute("title")).toBe(message);
    expect(mpg.querySelector("figure[data-marks]")).not.toBeNull();
    expect(element.querySelectorAll("[role=alert]")).toHaveLength(1);
    alert.querySelector<HTMLElement>("button")?.click();
    expect(server.of("refresh")[1]?.data).toEqual({ container_ids: ["mpg"] });
  });

  test("[N1] a still picture needs no session, offers nothing that would need one, and obeys its theme", async () => {
    const element = box();
    const results = Object.fromEntries(carsResults().map((result) => [result.container_id, result]));
    later(mountStatic(element, { document: carsDocument(), results, theme: "dark" }));
    await vi.waitFor(() => expect(element.querySelectorAll("figure[data-marks]")).toHaveLength(2), {
      timeout: 8_000,
    });
    expect(element.querySelector(".cw")?.classList.contains("dark")).toBe(true);
    expect(element.querySelector('[aria-label="Undo"]')).toBeNull();
    (element.querySelector('[data-container-id="cars"] .kpi') as HTMLElement).click();
    await new Promise(requestAnimationFrame);
    expect(element.querySelectorAll(".hdl")).toHaveLength(0);
  });

  test("[A1] 500 containers are drawn where they are seen, and none breaks", async () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      container(`c${index}`, {
        x: (index % 25) * 160,
        y: Math.floor(index / 25) * 120,
        width: 144,
        height: 104,
      }),
    );
    const big = documentOf(many);
    big.canvas = { name: "big", width: 4000, height: 2400 };
    const { element } = show(new FakeServer(big));
    await vi.waitFor(() => expect(element.querySelector(".far canvas")).not.toBeNull());
    expect(element.querySelectorAll("[data-container-id]")).toHaveLength(0);
    element.querySelector<HTMLButtonElement>(".pc")?.click();
    await vi.waitFor(() => expect(zoomOf(element)).toBe(1), { timeout: 8_000 });
    await vi.waitFor(() => expect(element.querySelectorAll("[data-container-id]").length).toBeLessThan(120));
  });
});
