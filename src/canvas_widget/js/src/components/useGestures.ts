/** Boxes under the pointer or the arrow keys: shown at once, sent as one edit when the gesture ends. */
import { type NodeChange, useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Guide, snapTo, unionOf } from "../canvas/snap.ts";
import type { Change } from "../protocol/types.ts";
import { useView } from "./context.ts";
import { type CanvasNode, FIELDS, inside, type Rect } from "./nodes.ts";

/** How long after the last arrow key a move is sent, in ms. */
const KEY_PAUSE = 400;

/** How near, px on the screen, a dragged box is drawn to its neighbours. */
const REACH = 6;
/** More neighbours than this are not looked at: nobody could tell the lines apart. */
const MOST_NEAR = 400;
const GRID = 8;
const NO_GUIDES: readonly Guide[] = [];

export interface Gestures {
  boxes: ReadonlyMap<string, Rect>;
  /** Lines that show what a dragged box meets. */
  guides: readonly Guide[];
  /** Moves containers by px from where they stand; ended by `commit` or `cancel`. */
  carry(ids: Iterable<string>, dx: number, dy: number): void;
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
  const flow = useReactFlow();
  const [guides, setGuides] = useState(NO_GUIDES);
  const [boxes, setBoxes] = useState<ReadonlyMap<string, Rect>>(new Map());
  const current = useRef(boxes);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const set = useCallback((next: ReadonlyMap<string, Rect>) => {
    current.current = next;
    setBoxes(next);
  }, []);

  const commit = useCallback(() => {
    clearTimeout(timer.current);
    setGuides(NO_GUIDES);
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
    setGuides(NO_GUIDES);
    if (current.current.size > 0) set(new Map());
  }, [set]);

  /** Draws the boxes that are dragged to their neighbours in sight. */
  const settle = useCallback(
    (next: Map<string, Rect>, ids: ReadonlySet<string>) => {
      const dragged = [...ids].map((id) => next.get(id)).filter((box) => box !== undefined);
      const outer = unionOf(dragged);
      if (!outer) return;
      const near: Rect[] = [];
      const reach = REACH / flow.getZoom();
      for (const id of store.order) {
        const node = store.node(id);
        if (!node || node.hidden || ids.has(id)) continue;
        near.push(node);
        if (near.length > MOST_NEAR) return setGuides(NO_GUIDES);
      }
      const { dx, dy, guides: lines } = snapTo(outer, near, reach);
      for (const id of ids) {
        const box = next.get(id);
        if (box) next.set(id, { ...box, x: box.x + dx, y: box.y + dy });
      }
      setGuides(lines.length > 0 ? lines : NO_GUIDES);
    },
    [store, flow],
  );

  const follow = useCallback(
    (changes: readonly NodeChange<CanvasNode>[]) => {
      let next: Map<string, Rect> | undefined;
      const dragged = new Set<string>();
      for (const change of changes) {
        if (change.type !== "position" && change.type !== "dimensions") continue;
        const container = store.node(change.id);
        if (!container) continue;
        if (change.type === "dimensions" && change.resizing !== true) continue;
        if (change.type === "position" && !change.position) continue;
        next ??= new Map(current.current);
        const { x, y, width, height } = next.get(change.id) ?? container;
        if (change.type === "position") {
          if (change.dragging) dragged.add(change.id);
          next.set(change.id, { x, y, width, height, ...change.position });
        } else next.set(change.id, { x, y, width, height, ...change.dimensions });
      }
      if (!next) return;
      if (dragged.size > 0) settle(next, dragged);
      set(next);
    },
    [store, set, settle],
  );

  const carry = useCallback(
    (ids: Iterable<string>, dx: number, dy: number) => {
      const next = new Map(current.current);
      const step = (value: number) => Math.round(value / GRID) * GRID;
      for (const id of ids) {
        const node = store.node(id);
        if (!node || node.locked) continue;
        next.set(id, inside({ ...pick(node), x: node.x + step(dx), y: node.y + step(dy) }, store.canvas));
      }
      set(next);
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
  return useMemo(
    () => ({ boxes, guides, follow, carry, nudge, commit, cancel }),
    [boxes, guides, follow, carry, nudge, commit, cancel],
  );
}

const pick = ({ x, y, width, height }: Rect): Rect => ({ x, y, width, height });
