import { describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { mount, mountStatic } from "../index.tsx";
import { pair, zoomOf } from "../testing/canvas.ts";
import { carsDocument, carsResults, container, documentOf } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { box, containerIn, later, show } from "../testing/view.ts";

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

  test("[N1] a zoom goes on when a floating bar comes under the pointer", async () => {
    const { element, session } = show(new FakeServer(pair()));
    await containerIn(element, "a");
    session.store.select(["a"]);
    element.querySelector<HTMLElement>(".cv")?.focus();
    const scale = () =>
      new DOMMatrix(getComputedStyle(element.querySelector(".react-flow__viewport") as Element).transform).a;
    for (const bar of [".tb", ".zm"]) {
      const over = await vi.waitFor(() => {
        const found = element.querySelector(`.cv.live .fl${bar}`);
        if (!found) throw new Error(`${bar} is not shown`);
        return found;
      });
      const before = scale();
      const turn = { deltaY: 20, ctrlKey: true, bubbles: true, cancelable: true };
      expect(over.dispatchEvent(new WheelEvent("wheel", turn))).toBe(false);
      await vi.waitFor(() => expect(scale()).toBeLessThan(before));
    }
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
