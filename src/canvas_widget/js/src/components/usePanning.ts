/** While the view only moves, what stands on it is a picture that the browser shifts; at rest it is drawn sharply. */
import { useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect } from "react";

/** How long a view has to rest, ms. */
const REST = 200;

/**
 * Marks `area` with `data-pan` while the view moves at one zoom. The mark goes with a zoom at once: its picture
 * would be drawn larger instead of anew.
 */
export function usePanning(area: RefObject<HTMLElement | null>): void {
  const flow = useStoreApi();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let panning = false;
    const set = (on: boolean) => {
      if (panning !== on) area.current?.toggleAttribute("data-pan", on);
      panning = on;
    };
    const stop = flow.subscribe(({ transform }, before) => {
      if (transform === before.transform) return;
      const [x, y, zoom] = transform;
      const [oldX, oldY, oldZoom] = before.transform;
      if (x === oldX && y === oldY && zoom === oldZoom) return;
      clearTimeout(timer);
      set(zoom === oldZoom);
      timer = setTimeout(() => set(false), REST);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [flow, area]);
}
