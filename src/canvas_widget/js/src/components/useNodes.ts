/** The nodes to draw, the same list as long as none of them is another: most changes of a document are out of sight. */
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import { useView } from "./context.ts";
import { type CanvasNode, NodeMaker, type Rect } from "./nodes.ts";
import type { Gestures } from "./useGestures.ts";

const NO_NODES: CanvasNode[] = [];
const CAUSES = ["document", "order", "selection"] as const;

const same = (one: readonly CanvasNode[], other: readonly CanvasNode[]) =>
  one.length === other.length && one.every((node, index) => node === other[index]);

/** Those in `sight`, or none where there is nothing to be drawn in full. */
export function useNodes(gestures: Gestures, sight: Rect | null): CanvasNode[] {
  const { store } = useView();
  const { signals } = store;
  const maker = useMemo(() => new NodeMaker(), []);
  const made = useRef({ store, boxes: gestures.formed, sight, version: -1, nodes: NO_NODES });
  const subscribe = useCallback(
    (changed: () => void) => {
      const stops = CAUSES.map((key) => signals.subscribe(key, changed));
      stops.push(gestures.subscribe(changed));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [signals, gestures],
  );
  return useSyncExternalStore(subscribe, () => {
    if (sight === null) return NO_NODES;
    const before = made.current;
    const boxes = gestures.formed;
    const version = signals.version(CAUSES);
    const known = before.store === store && before.boxes === boxes && before.sight === sight;
    if (known && before.version === version) return before.nodes;
    const fresh = maker.nodes(store, boxes, sight);
    const nodes = same(before.nodes, fresh) ? before.nodes : fresh;
    made.current = { store, boxes, sight, version, nodes };
    return nodes;
  });
}
