/** The wheel moves the view, but for a text or table below it that has more to show and was there before. */
import { type RefObject, useEffect } from "react";

/**
 * A text that shows all it has leaves the wheel to the view. That a pan goes on over what it brings below the pointer is
 * told by the style (`data-moving`).
 */
export function useWheel(area: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = area.current;
    const look = ({ target }: WheelEvent) => {
      const text = target instanceof Element ? target.closest(".md") : null;
      text?.classList.toggle("nowheel", text.scrollHeight > text.clientHeight);
    };
    element?.addEventListener("wheel", look, { capture: true, passive: true });
    return () => element?.removeEventListener("wheel", look, { capture: true });
  }, [area]);
}
