/** Boxes under the pointer or the arrow keys: shown at once, sent as one edit when the gesture ends. */
import { type NodeChange, useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect, useMemo } from "react";
import { type Guide, snapTo, unionOf } from "../canvas/snap.ts";
import type { Change } from "../protocol/types.ts";
import type { Session } from "../store/session.ts";
import type { CanvasStore } from "../store/store.ts";
import { Carried } from "./carried.ts";
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
  /** Where containers are that a gesture moves or sizes. */
  readonly boxes: ReadonlyMap<string, Rect>;
  /** Those of them that are to be drawn so; the others are carried as pictures. */
  readonly formed: ReadonlyMap<string, Rect>;
  /** Lines that show what a dragged box meets. */
  readonly guides: readonly Guide[];
  /** Told after each step. */
  subscribe(this: void, listener: () => void): () => void;
  /** Moves containers by px from where they stand; ended by `commit` or `cancel`. */
  carry(this: void, ids: Iterable<string>, dx: number, dy: number): void;
  /** React Flow's position and size changes. */
  follow(this: void, changes: readonly NodeChange<CanvasNode>[]): void;
  /** Moves or grows containers by px; sent when the keys rest, or at `commit`. */
  nudge(this: void, ids: Iterable<string>, by: Partial<Rect>): void;
  /** Ends all gestures: one edit with what they changed. */
  commit(this: void): void;
  /** Ends all gestures as if they had not been. */
  cancel(this: void): void;
}

const NO_BOXES: ReadonlyMap<string, Rect> = new Map();

/** Of one view: the containers in `area`. It stays the same object; who shows its boxes subscribes to it. */
export function useGestures(area: RefObject<HTMLElement | null>): Gestures {
  const { store, session } = useView();
  const flow = useReactFlow();
  const gestures = useMemo(
    () => gesturesOf(store, session, flow.getZoom, area),
    [store, session, flow, area],
  );
  useEffect(() => gestures.leave, [gestures]);
  return gestures;
}

function gesturesOf(
  store: CanvasStore,
  session: Session | null,
  zoom: () => number,
  area: RefObject<HTMLElement | null>,
): Gestures & { leave: () => void } {
  let boxes = NO_BOXES;
  let formed = NO_BOXES;
  let guides = NO_GUIDES;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();
  const carried = new Carried(
    (id) => area.current?.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`) ?? null,
  );

  const set = (next: ReadonlyMap<string, Rect>, lines: readonly Guide[] = NO_GUIDES) => {
    const shaped = [...next].filter(([id]) => !carried.has(id));
    if (shaped.length > 0 || formed.size > 0) formed = new Map(shaped);
    boxes = next;
    guides = lines;
    for (const listener of [...listeners]) listener();
  };

  const end = (ends: ReadonlyMap<string, Rect>) => {
    clearTimeout(timer);
    carried.end(ends);
    if (boxes.size > 0 || guides.length > 0) set(NO_BOXES);
  };

  const commit = () => {
    const changes: Change[] = [];
    const ends = new Map<string, Rect>();
    for (const [id, box] of boxes) {
      const container = store.node(id);
      if (!container) continue;
      const at = inside(box, store.canvas);
      ends.set(id, at);
      for (const field of FIELDS)
        if (at[field] !== container[field])
          changes.push({ op: "set", path: `/containers/${id}/${field}`, value: at[field] });
    }
    if (boxes.size > 0) session?.edit(changes);
    end(session ? ends : NO_BOXES);
  };

  /** Where the dragged boxes meet their neighbours; shifts them there. */
  const settle = (next: Map<string, Rect>, ids: ReadonlySet<string>): readonly Guide[] => {
    const dragged = [...ids].map((id) => next.get(id)).filter((box) => box !== undefined);
    const outer = unionOf(dragged);
    if (!outer) return NO_GUIDES;
    const near: Rect[] = [];
    for (const id of store.order) {
      const node = store.node(id);
      if (!node || node.hidden || ids.has(id)) continue;
      near.push(node);
      if (near.length > MOST_NEAR) return NO_GUIDES;
    }
    const { dx, dy, guides: lines } = snapTo(outer, near, REACH / zoom());
    for (const id of ids) {
      const box = next.get(id);
      if (box) next.set(id, { ...box, x: box.x + dx, y: box.y + dy });
    }
    return lines.length > 0 ? lines : NO_GUIDES;
  };

  const follow = (changes: readonly NodeChange<CanvasNode>[]) => {
    let next: Map<string, Rect> | undefined;
    const dragged = new Set<string>();
    for (const change of changes) {
      if (change.type !== "position" && change.type !== "dimensions") continue;
      const container = store.node(change.id);
      if (!container) continue;
      if (change.type === "dimensions" && change.resizing !== true) continue;
      if (change.type === "position" && !change.position) continue;
      // The last word of a drag is where the pointer is; the box has met its neighbours by then.
      if (change.type === "position" && !change.dragging && carried.has(change.id)) continue;
      next ??= new Map(boxes);
      const { x, y, width, height } = next.get(change.id) ?? container;
      if (change.type === "position") {
        if (change.dragging) dragged.add(change.id);
        next.set(change.id, { x, y, width, height, ...change.position });
      } else next.set(change.id, { x, y, width, height, ...change.dimensions });
    }
    if (!next) return;
    const lines = dragged.size > 0 ? settle(next, dragged) : guides;
    for (const id of dragged) {
      const box = next.get(id);
      if (box) carried.to(id, box);
    }
    set(next, lines);
  };

  const carry = (ids: Iterable<string>, dx: number, dy: number) => {
    const next = new Map(boxes);
    const step = (value: number) => Math.round(value / GRID) * GRID;
    for (const id of ids) {
      const node = store.node(id);
      if (!node || node.locked) continue;
      next.set(id, inside({ ...pick(node), x: node.x + step(dx), y: node.y + step(dy) }, store.canvas));
    }
    set(next);
  };

  const nudge = (ids: Iterable<string>, by: Partial<Rect>) => {
    const next = new Map(boxes);
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
    clearTimeout(timer);
    timer = setTimeout(commit, KEY_PAUSE);
  };

  return {
    get boxes() {
      return boxes;
    },
    get formed() {
      return formed;
    },
    get guides() {
      return guides;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    carry,
    follow,
    nudge,
    commit,
    cancel: () => end(NO_BOXES),
    leave: () => {
      clearTimeout(timer);
      carried.end(NO_BOXES);
    },
  };
}

const pick = ({ x, y, width, height }: Rect): Rect => ({ x, y, width, height });
