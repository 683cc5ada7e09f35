/** The part of the canvas whose containers are drawn: what is seen and some way around it. */
import { useStore } from "@xyflow/react";
import { useRef } from "react";
import { FAR } from "../canvas/Overview.tsx";
import type { CanvasStore } from "../store/store.ts";
import { useView } from "./context.ts";
import { meets, type Rect } from "./nodes.ts";

/** So much more than the view, in views, to each side: as far as not too many containers lie there. */
const AROUND = [0.5, 0.25, 0.1];
/** More containers than this at once are drawn plainly: nobody could read them, and the page would stand still. */
const MOST_DRAWN = 400;
/** Nothing to draw in full: nothing is known of the view yet, or too much is in sight. */
export const NOTHING: Rect = { x: 0, y: 0, width: 0, height: 0 };
export const TOO_MUCH: Rect = { x: 0, y: 0, width: 0, height: 0 };

function holds(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function crowded(store: CanvasStore, sight: Rect): boolean {
  if (store.order.length <= MOST_DRAWN) return false;
  let count = 0;
  for (const id of store.order) {
    const node = store.node(id);
    if (node && !node.hidden && meets(node, sight)) count += 1;
    if (count > MOST_DRAWN) return true;
  }
  return false;
}

/**
 * It changes only when the view leaves it or is much smaller by now, so that panning asks for nothing. React Flow gets
 * no other containers: when the view jumps far out it would mount all that it knows before it heard of fewer.
 */
export function useSight(): Rect {
  const { store } = useView();
  const kept = useRef({ sight: NOTHING, order: store.order });
  return useStore(({ transform: [x, y, zoom], width, height }) => {
    const { sight: before, order } = kept.current;
    if (width === 0 || height === 0) return before;
    const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
    const same = order === store.order && before !== TOO_MUCH;
    if (same && holds(before, view) && before.width <= view.width * 4) return before;
    let sight = TOO_MUCH;
    if (zoom >= FAR)
      for (const around of AROUND) {
        const wider = {
          x: view.x - view.width * around,
          y: view.y - view.height * around,
          width: view.width * (1 + 2 * around),
          height: view.height * (1 + 2 * around),
        };
        if (crowded(store, wider)) continue;
        sight = wider;
        break;
      }
    kept.current = { sight, order: store.order };
    return sight;
  });
}
