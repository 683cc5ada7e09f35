/** The wheel moves the view, but for a text or table below it that has more to show and was there before. */
import { type RefObject, useEffect } from "react";
import type { Movement } from "./movement.ts";

/** What floats over the canvas, has nothing to scroll, and comes under the pointer when what it belongs to moves. */
const BARS = ".fl.tb, .fl.zm, .fl.mm";

/**
 * A text that shows all it has leaves the wheel to the view. A pan or zoom that has begun goes on over what else would
 * take the wheel: the pane gets those turns, and all of them over a bar. (A style that lets the pointer through would cost
 * all tables their style at the beginning and end of each movement.)
 */
export function useWheel(area: RefObject<HTMLElement | null>, movement: Movement): void {
  useEffect(() => {
    const element = area.current;
    const look = (event: WheelEvent) => {
      const { target } = event;
      if (!(target instanceof Element)) return;
      const text = target.closest(".md");
      text?.classList.toggle("nowheel", text.scrollHeight > text.clientHeight);
      const bar = target.closest(BARS) !== null && element?.classList.contains("live");
      const begun = movement.moving !== "rest" && target.closest(".react-flow__nodes .nowheel") !== null;
      if (!bar && !begun) return;
      event.preventDefault();
      event.stopPropagation();
      element?.querySelector(".react-flow__pane")?.dispatchEvent(new WheelEvent(event.type, event));
    };
    element?.addEventListener("wheel", look, { capture: true, passive: false });
    return () => element?.removeEventListener("wheel", look, { capture: true });
  }, [area, movement]);
}
