/** Boxes under the pointer or the arrow keys: shown at once, sent as one edit when the gesture ends. */
import type { NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Change } from "../protocol/types.ts";
import { useView } from "./context.ts";
import { type CanvasNode, FIELDS, inside, type Rect } from "./nodes.ts";

/** How long after the last arrow key a move is sent, in ms. */
const KEY_PAUSE = 400;

export interface Gestures {
  boxes: ReadonlyMap<string, Rect>;
  /** React Flow's position and size changes. */
  follow(changes: readonly NodeChange<CanvasNode>[]): void;
  /** Moves or grows containers by px; sent when the keys rest, or at `commit`. */
  nudge(ids: Iterable<string>, by: Partial<Rect>): void;
  /** Ends all gestures: one edit with what they changed. */
  commit(): void;
  /** Ends all gestures as if they had not been. */
  cancel(): void;
}

export function useGestures(): Gestures {
  const { store, session } = useView();
  const [boxes, setBoxes] = useState<ReadonlyMap<string, Rect>>(new Map());
  const current = useRef(boxes);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const set = useCallback((next: ReadonlyMap<string, Rect>) => {
    current.current = next;
    setBoxes(next);
  }, []);

  const commit = useCallback(() => {
    clearTimeout(timer.current);
    if (current.current.size === 0) return;
    const changes: Change[] = [];
    for (const [id, box] of current.current) {
      const container = store.node(id);
      if (!container) continue;
      const end = inside(box, store.canvas);
      for (const field of FIELDS)
        if (end[field] !== container[field])
          changes.push({ op: "set", path: `/containers/${id}/${field}`, value: end[field] });
    }
    session?.edit(changes);
    set(new Map());
  }, [store, session, set]);

  const cancel = useCallback(() => {
    clearTimeout(timer.current);
    if (current.current.size > 0) set(new Map());
  }, [set]);

  const follow = useCallback(
    (changes: readonly NodeChange<CanvasNode>[]) => {
      let next: Map<string, Rect> | undefined;
      for (const change of changes) {
        if (change.type !== "position" && change.type !== "dimensions") continue;
        const container = store.node(change.id);
        if (!container) continue;
        if (change.type === "dimensions" && change.resizing !== true) continue;
        if (change.type === "position" && !change.position) continue;
        next ??= new Map(current.current);
        const { x, y, width, height } = next.get(change.id) ?? container;
        if (change.type === "position") next.set(change.id, { x, y, width, height, ...change.position });
        else next.set(change.id, { x, y, width, height, ...change.dimensions });
      }
      if (next) set(next);
    },
    [store, set],
  );

  const nudge = useCallback(
    (ids: Iterable<string>, by: Partial<Rect>) => {
      const next = new Map(current.current);
      for (const id of ids) {
        const container = store.node(id);
        if (!container || container.locked) continue;
        const box = next.get(id) ?? container;
        const wanted = {
          x: box.x + (by.x ?? 0),
          y: box.y + (by.y ?? 0),
          width: Math.max(1, Math.min(box.width + (by.width ?? 0), store.canvas.width - box.x)),
          height: Math.max(1, Math.min(box.height + (by.height ?? 0), store.canvas.height - box.y)),
        };
        next.set(id, inside(wanted, store.canvas));
      }
      set(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(commit, KEY_PAUSE);
    },
    [store, set, commit],
  );

  useEffect(() => () => clearTimeout(timer.current), []);
  return { boxes, follow, nudge, commit, cancel };
}
