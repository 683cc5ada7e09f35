/** The part of the canvas whose containers are drawn: what is seen and some way around it. */
import { useStoreApi } from "@xyflow/react";
import { useCallback, useRef, useSyncExternalStore } from "react";
import { FAR } from "../canvas/farPicture.ts";
import type { CanvasStore } from "../store/store.ts";
import { useView } from "./context.ts";
import type { Movement } from "./movement.ts";
import { holds, meets, type Rect } from "./nodes.ts";

/** So much more than the view, in views, to each side: as far as not more containers lie there than these. */
const AROUND = [
  [0.5, 200],
  [0.25, 200],
  [0.1, 400],
] as const;
const NOWHERE: Rect = { x: 0, y: 0, width: 0, height: 0 };

export interface Sight {
  /** What is drawn in full lies here, px of the page; null where nothing is: it could not be read, or is too much. */
  full: Rect | null;
  /** Whether more is seen than that. */
  bare: boolean;
}

/** Whether more than `most` lie there: nobody could read them, and the page would stand still. */
function crowded(store: CanvasStore, sight: Rect, most: number): boolean {
  if (store.order.length <= most) return false;
  let count = 0;
  for (const id of store.order) {
    const node = store.node(id);
    if (node && !node.hidden && meets(node, sight)) count += 1;
    if (count > most) return true;
  }
  return false;
}

/**
 * It changes only when the view leaves it or is much smaller by now, so that panning asks for nothing; and in a zoom
 * once that rests, so that its steps mount nothing that the next ones unmount. React Flow gets no other containers: when
 * the view jumps far out it would mount all that it knows before it heard of fewer.
 */
export function useSight(movement: Movement): Sight {
  const { store } = useView();
  const flow = useStoreApi();
  const kept = useRef({ sight: { full: NOWHERE, bare: false } as Sight, order: store.order });
  const subscribe = useCallback(
    (changed: () => void) => {
      const stops = [movement.subscribe(changed), flow.subscribe(changed)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    [movement, flow],
  );
  return useSyncExternalStore(subscribe, () => {
    const { transform, width, height } = flow.getState();
    const { sight: before, order } = kept.current;
    if (width === 0 || height === 0 || transform !== movement.transform) return before;
    const [x, y, zoom] = transform;
    const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
    const { full } = before;
    const known = order === store.order && full !== NOWHERE;
    const frozen = known && movement.moving === "zoom";
    const same =
      frozen || (known && zoom >= FAR && full && holds(full, view) && full.width <= view.width * 4);
    const next = same ? full : around(store, view, zoom);
    const bare = next === null || !holds(next, view);
    const sight = next === full && bare === before.bare ? before : { full: next, bare };
    kept.current = { sight, order: store.order };
    return sight;
  });
}

function around(store: CanvasStore, view: Rect, zoom: number): Rect | null {
  if (zoom < FAR) return null;
  for (const [share, most] of AROUND) {
    const wider = {
      x: view.x - view.width * share,
      y: view.y - view.height * share,
      width: view.width * (1 + 2 * share),
      height: view.height * (1 + 2 * share),
    };
    if (!crowded(store, wider, most)) return wider;
  }
  return null;
}
