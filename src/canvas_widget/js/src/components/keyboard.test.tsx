import { describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { edits, pair } from "../testing/canvas.ts";
import { carsDocument, carsResults } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { containerIn, later, show } from "../testing/view.ts";

describe("keyboard", () => {
  test("[N1] arrows move by 8, with Shift by 1, with Alt they resize; held keys become one edit", async () => {
    const { element, server } = show(new FakeServer(pair()));
    const node = await containerIn(element, "a");
    node.focus();
    await userEvent.keyboard("{Enter}");
    await vi.waitFor(() => expect(node.classList.contains("sel")).toBe(true));
    await userEvent.keyboard("{ArrowRight}");
    await vi.waitFor(() => expect(server.state.nodes.get("a")?.x).toBe(24));
    await userEvent.keyboard("{Shift>}{ArrowDown}{/Shift}");
    await vi.waitFor(() => expect(server.state.nodes.get("a")?.y).toBe(17));
    await userEvent.keyboard("{Alt>}{ArrowLeft}{/Alt}");
    await vi.waitFor(() => expect(server.state.nodes.get("a")?.width).toBe(232));
    const before = edits(server).length;
    for (let press = 0; press < 5; press++)
      node.dispatchEvent(
        new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }),
      );
    node.dispatchEvent(new KeyboardEvent("keyup", { key: "ArrowRight", bubbles: true }));
    await vi.waitFor(() => expect(server.state.nodes.get("a")?.x).toBe(64));
    expect(edits(server)).toHaveLength(before + 1);
  });

  test("[X4] undo and select all mean the canvas from the header and the outline too, but not where text is", async () => {
    const { element, server } = show(new FakeServer(pair()));
    await containerIn(element, "a");
    const add = element.querySelector<HTMLElement>(".hd button");
    add?.focus();
    await userEvent.keyboard("{Control>}a{/Control}");
    await vi.waitFor(() => expect(element.querySelectorAll(".react-flow__node.sel")).toHaveLength(2));
    await userEvent.keyboard("{Control>}z{/Control}");
    expect(server.of("undo")).toHaveLength(1);
    expect(String(getSelection())).toBe("");
    element.querySelector<HTMLElement>("textarea[data-ask]")?.focus();
    await userEvent.keyboard("words{Control>}a{/Control}{Control>}z{/Control}");
    expect(server.of("undo")).toHaveLength(1);
  });

  test("[X4] Ctrl+Z and Shift+Ctrl+Z send undo and redo, Delete removes, Escape lets go", async () => {
    const { element, server } = show(new FakeServer(pair()));
    const node = await containerIn(element, "a");
    node.focus();
    await userEvent.keyboard("{Control>}z{/Control}");
    await userEvent.keyboard("{Control>}{Shift>}Z{/Shift}{/Control}");
    expect(server.of("undo")).toHaveLength(1);
    expect(server.of("redo")).toHaveLength(1);
    await userEvent.keyboard("{Enter}{Escape}");
    await vi.waitFor(() => expect(node.classList.contains("sel")).toBe(false));
    await userEvent.keyboard("{Enter}{Delete}");
    await vi.waitFor(() => expect(element.querySelector('[data-container-id="a"]')).toBeNull());
    expect(server.state.order).toEqual(["b"]);
  });

  test("[X4] Ctrl+D duplicates and Ctrl+L locks what is selected; no arrow moves or sizes a locked one", async () => {
    const { element, server, session } = show(new FakeServer(pair()));
    (await containerIn(element, "a")).focus();
    await userEvent.keyboard("{Enter}{Control>}d{/Control}");
    await vi.waitFor(() => expect(server.state.nodes.size).toBe(3));
    const copy = [...server.state.nodes.keys()].find((id) => id !== "a" && id !== "b") ?? "";
    expect([...session.store.value("selection")]).toEqual([copy]);
    await userEvent.keyboard("{Control>}l{/Control}");
    await vi.waitFor(() => expect(server.state.nodes.get(copy)?.locked).toBe(true));
    session.store.select([copy, "b"]);
    const { x, y, width } = server.state.nodes.get(copy) ?? {};
    await userEvent.keyboard("{ArrowDown}{Alt>}{ArrowLeft}{/Alt}");
    await vi.waitFor(() => expect(server.state.nodes.get("b")).toMatchObject({ y: 24, width: 232 }));
    expect(server.state.nodes.get(copy)).toMatchObject({ x, y, width });
    await userEvent.keyboard("{Control>}l{/Control}");
    await vi.waitFor(() => expect(server.state.nodes.get("b")?.locked).toBe(true));
  });

  test("[N1] keys stay inside the widget, save those of the notebook and the browser", async () => {
    const { element } = show(new FakeServer(pair()));
    (await containerIn(element, "a")).focus();
    const outside = vi.fn();
    document.addEventListener("keydown", outside);
    later(() => document.removeEventListener("keydown", outside));
    await userEvent.keyboard("dd");
    await userEvent.keyboard("{ArrowDown}");
    await userEvent.keyboard("{Control>}z{/Control}");
    expect(outside.mock.calls.map(([event]) => event.key)).toEqual(["Control"]);
    await userEvent.keyboard("{Control>}s{/Control}");
    expect(outside.mock.calls.map(([event]) => event.key)).toEqual(["Control", "Control", "s"]);
  });

  test("[N1] Tab goes through the containers in reading order, then to the bars", async () => {
    const { element } = show(new FakeServer(pair()));
    (await containerIn(element, "a")).focus();
    await userEvent.keyboard("{Tab}");
    expect(document.activeElement?.getAttribute("data-container-id")).toBe("b");
    await userEvent.keyboard("{Tab}");
    expect(document.activeElement?.closest("[role=toolbar]")?.getAttribute("aria-label")).toBe("Container");
    await userEvent.keyboard("{Tab}");
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Zoom out");
    await userEvent.keyboard("{ArrowRight}{ArrowRight}");
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Zoom in");
  });

  test("[X10] when the reading order changes, Tab and the outline follow it", async () => {
    const { element, server } = show(new FakeServer(pair()));
    await containerIn(element, "b");
    server.commit([{ action: "move", path: "/containers/b", node: { index: 0 } } as never]);
    await vi.waitFor(() =>
      expect(
        [...element.querySelectorAll("[data-container-id]")].map((one) =>
          one.getAttribute("data-container-id"),
        ),
      ).toEqual(["b", "a"]),
    );
    (await containerIn(element, "b")).focus();
    await userEvent.keyboard("{Tab}");
    expect(document.activeElement?.getAttribute("data-container-id")).toBe("a");
  });

  test("[X10] whatever has the focus shows it", async () => {
    const { element } = show(new FakeServer(carsDocument(), carsResults()));
    await containerIn(element, "heavy");
    await userEvent.click(page.getByRole("tab", { name: "Outline" }));
    await userEvent.click(element.querySelector("[data-row=mpg]") as HTMLElement);
    await vi.waitFor(() => expect(element.querySelectorAll(".fields input")).toHaveLength(4));
    element.querySelector<HTMLElement>(".cv")?.focus();
    const still = document.head.appendChild(document.createElement("style"));
    still.textContent = "*, ::before, ::after { transition: none !important }"; // what fades in shows itself later
    later(() => still.remove());
    const look = (one: Element) =>
      [
        one.parentElement?.parentElement,
        one.parentElement,
        one,
        one.firstElementChild,
        one.querySelector(".ct"),
      ].flatMap((at) =>
        [undefined, "::before", "::after"].map((part) => {
          if (!at) return "";
          const { outline, boxShadow, border, background } = getComputedStyle(at, part);
          return `${outline} ${boxShadow} ${border} ${background}`;
        }),
      );
    const seen = new Set<Element>();
    const mute: string[] = [];
    for (;;) {
      await userEvent.keyboard("{Tab}");
      const one = document.activeElement;
      if (!one || !element.contains(one) || seen.has(one)) break;
      seen.add(one);
      const focused = look(one).join();
      (one as HTMLElement).blur();
      if (look(one).join() === focused) mute.push(one.outerHTML.slice(0, 120));
      (one as HTMLElement).focus({ preventScroll: true });
    }
    expect([...seen].filter((one) => one.closest(".fields"))).toHaveLength(4);
    expect(mute).toEqual([]);
  });
});
