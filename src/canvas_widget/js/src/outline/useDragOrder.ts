/** Dragging a row of the outline to another place in reading order. */
import { type PointerEvent, type RefObject, useRef, useState } from "react";
import { ROW } from "./rows.ts";

/** A press that moves less than this, in px, is a click. */
const STILL = 5;

export function useDragOrder(
  scroller: RefObject<HTMLElement | null>,
  ids: readonly string[],
  drop: (id: string, index: number) => void,
  enabled: boolean,
) {
  const [state, setState] = useState<{ id: string; over: number } | null>(null);
  const latest = useRef({ ids, drop });
  latest.current = { ids, drop };

  const grab = (event: PointerEvent, id: string) => {
    if (!enabled || event.button !== 0) return;
    const startY = event.clientY;
    const stop = new AbortController();
    const { ownerDocument: root } = event.currentTarget;
    let over: number | null = null;
    const move = (moved: globalThis.PointerEvent) => {
      const tree = scroller.current?.firstElementChild;
      if (!tree || (over === null && Math.abs(moved.clientY - startY) < STILL)) return;
      const y = (moved.clientY - tree.getBoundingClientRect().top) / ROW - 1;
      over = Math.max(0, Math.min(Math.round(y), latest.current.ids.length));
      setState({ id, over });
    };
    const end = (ended: Event) => {
      stop.abort();
      setState(null);
      if (over === null || ended.type !== "pointerup") return;
      const from = latest.current.ids.indexOf(id);
      latest.current.drop(id, over > from ? over - 1 : over);
    };
    root.addEventListener("pointermove", move, { signal: stop.signal });
    root.addEventListener("pointerup", end, { signal: stop.signal });
    root.addEventListener("pointercancel", end, { signal: stop.signal });
  };
  return { grab, dragged: state?.id ?? null, over: state?.over ?? null };
}
