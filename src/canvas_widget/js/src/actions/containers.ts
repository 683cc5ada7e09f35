/** What a person can do with containers: each gives the changes that are sent as one edit. */
import type { Change, Container } from "../protocol/types.ts";
import type { CanvasStore } from "../store/store.ts";

type Boxed = Pick<Container, "id" | "x" | "y" | "width" | "height">;

const set = (id: string, field: string, value: unknown): Change => ({
  op: "set",
  path: `/containers/${id}/${field}`,
  value,
});

function found(store: CanvasStore, ids: Iterable<string>): Container[] {
  return [...ids].map((id) => store.node(id)).filter((node) => node !== null);
}

export function rename(store: CanvasStore, id: string, title: string): Change[] {
  const wanted = title.trim();
  const node = store.node(id);
  return node && node.title !== wanted ? [set(id, "title", wanted)] : [];
}

/** Hides those that are shown; shows them all when none is. */
export function toggleHidden(store: CanvasStore, ids: Iterable<string>): Change[] {
  const nodes = found(store, ids);
  const hide = nodes.some(({ hidden }) => !hidden);
  return nodes.filter(({ hidden }) => hidden !== hide).map(({ id }) => set(id, "hidden", hide));
}

export function toggleLocked(store: CanvasStore, ids: Iterable<string>): Change[] {
  const nodes = found(store, ids);
  const lock = nodes.some(({ locked }) => !locked);
  return nodes.filter(({ locked }) => locked !== lock).map(({ id }) => set(id, "locked", lock));
}

/** Takes away those that are not locked. */
export function remove(store: CanvasStore, ids: Iterable<string>): Change[] {
  return found(store, ids)
    .filter(({ locked }) => !locked)
    .map(({ id }) => ({ op: "remove", path: `/containers/${id}` }));
}

export function toFront(store: CanvasStore, ids: Iterable<string>): Change[] {
  const chosen = new Set(ids);
  const others = found(store, store.order).filter(({ id }) => !chosen.has(id));
  const top = Math.max(0, ...others.map(({ z }) => z));
  const ordered = found(store, chosen).sort((a, b) => a.z - b.z);
  return ordered.flatMap(({ id, z }, index) =>
    z === top + 1 + index ? [] : [set(id, "z", top + 1 + index)],
  );
}

/** Moves one to `index` in reading order. */
export function reorder(store: CanvasStore, id: string, index: number): Change[] {
  const at = store.order.indexOf(id);
  const to = Math.min(Math.max(index, 0), store.order.length - 1);
  return at < 0 || at === to ? [] : [{ op: "move", path: `/containers/${id}`, value: to }];
}

export function place(id: string, box: Partial<Boxed>): Change[] {
  return Object.entries(box).map(([field, value]) => set(id, field, value));
}

/** An id that is not taken, like the one given. */
export function freeId(store: CanvasStore, wanted: string): string {
  const base = wanted.replace(/_\d+$/, "").slice(0, 48) || "container";
  if (!store.node(base)) return base;
  for (let number = 2; ; number++) {
    const id = `${base}_${number}`;
    if (!store.node(id)) return id;
  }
}

const OFFSET = 16;

/** A copy of each, a little down and to the right. Returns the new ids too. */
export function duplicate(store: CanvasStore, ids: Iterable<string>): { changes: Change[]; ids: string[] } {
  const { width, height } = store.canvas;
  const made: Container[] = [];
  const taken = new Set<string>();
  for (const node of found(store, ids)) {
    let id = freeId(store, node.id);
    while (taken.has(id)) id = `${id}_2`;
    taken.add(id);
    made.push({
      ...structuredClone(node),
      id,
      x: Math.max(0, Math.min(node.x + OFFSET, width - node.width)),
      y: Math.max(0, Math.min(node.y + OFFSET, height - node.height)),
      locked: false,
      placement: "pinned",
      relations: { above: null, below: null, left_of: null, right_of: null, top: false },
    });
  }
  const changes = made.map((value): Change => ({ op: "add", path: `/containers/${value.id}`, value }));
  return { changes, ids: made.map(({ id }) => id) };
}

/** A new note, where the canvas has room for it. */
export function newNote(
  store: CanvasStore,
  markdown: string,
  title: string,
): { changes: Change[]; id: string } {
  const id = freeId(store, "note");
  const size = { width: 240, height: 120 };
  const now = new Date().toISOString();
  const value: Container = {
    id,
    title,
    ...freePlace(store, size),
    ...size,
    z: 0,
    placement: "auto",
    locked: false,
    hidden: false,
    relations: { above: null, below: null, left_of: null, right_of: null, top: false },
    created_at: now,
    updated_at: now,
    content: { kind: "text", markdown } as Container["content"],
  };
  return { changes: [{ op: "add", path: `/containers/${id}`, value }], id };
}

const STEP = 16;

/** The first place on the grid, row by row, where nothing stands; the upper left corner when there is none. */
export function freePlace(
  store: CanvasStore,
  size: { width: number; height: number },
): { x: number; y: number } {
  const boxes = found(store, store.order).filter(({ hidden }) => !hidden);
  const { width, height } = store.canvas;
  for (let y = STEP; y + size.height <= height; y += STEP) {
    for (let x = STEP; x + size.width <= width; x += STEP) {
      const hit = boxes.find(
        (box) =>
          x < box.x + box.width + STEP &&
          x + size.width + STEP > box.x &&
          y < box.y + box.height + STEP &&
          y + size.height + STEP > box.y,
      );
      if (!hit) return { x, y };
      x = Math.max(x, Math.ceil((hit.x + hit.width) / STEP) * STEP - STEP);
    }
  }
  return { x: STEP, y: STEP };
}
