/** The nodes to draw, the same list as long as none of them is another: most changes of a document are out of sight. */
import { useCallback, useEffect, useMemo, useReducer, useRef, useSyncExternalStore } from "react";
import { nextFrame } from "../store/signals.ts";
import { useView } from "./context.ts";
import type { Movement } from "./movement.ts";
import { type CanvasNode, NodeMaker, type Rect } from "./nodes.ts";
import type { Gestures } from "./useGestures.ts";

const CAUSES = ["document", "order", "selection"] as const;

const sameNodes = (one: readonly CanvasNode[], other: readonly CanvasNode[]) =>
  one.length === other.length && one.every((node, index) => node === other[index]);

/** Frames without a step after which a pan pauses also where frames take long. */
const CALM = 3;

export interface Drawn {
  nodes: CanvasNode[];
  /** Whether not all that is to be drawn is: on a large canvas they come over some frames. */
  more: boolean;
}

const NONE: Drawn = { nodes: [], more: false };

/** Those in `sight`, or none where there is nothing to be drawn in full. */
export function useNodes(gestures: Gestures, sight: Rect | null, movement: Movement): Drawn {
  const { store } = useView();
  const { signals } = store;
  const maker = useMemo(() => new NodeMaker(), []);
  const [frame, next] = useReducer((count: number) => count + 1, 0);
  const made = useRef({ store, boxes: gestures.formed, sight, version: -1, frame, drawn: NONE });
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
  const drawn = useSyncExternalStore(subscribe, () => {
    const before = made.current;
    const boxes = gestures.formed;
    const version = signals.version(CAUSES);
    const same =
      before.store === store && before.boxes === boxes && before.sight === sight && before.frame === frame;
    if (same && before.version === version) return before.drawn;
    const nodes = maker.nodes(store, boxes, sight, movement.pauses);
    const { more } = maker;
    const { drawn: old } = before;
    const equal = old.more === more && sameNodes(old.nodes, nodes);
    made.current = { store, boxes, sight, version, frame, drawn: equal ? old : { nodes, more } };
    return made.current.drawn;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each frame asks for the one after it
  useEffect(() => {
    if (!drawn.more) return;
    let live = true;
    let calm = 0;
    const look = () => {
      if (!live) return;
      calm = movement.pauses ? calm + 1 : 0;
      if (movement.moving === "rest" || calm >= CALM) next();
      else nextFrame(look);
    };
    nextFrame(look);
    return () => {
      live = false;
    };
  }, [drawn.more, frame, drawn]);
  return drawn;
}
