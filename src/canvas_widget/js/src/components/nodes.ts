/** Containers as React Flow nodes: the same object as long as nothing that it shows has changed. */
import type { Node } from "@xyflow/react";
import type { Container } from "../protocol/types.ts";
import type { CanvasStore } from "../store/store.ts";
import { strings } from "../strings.ts";

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type CanvasNode = Node<Record<string, never>, "container">;

interface Made {
  container: Container;
  gesture: Rect | undefined;
  selected: boolean;
  node: CanvasNode;
}

/** On a canvas of at most so many containers those that were seen stay drawn, so that panning draws no chart again. */
export const FEW = 96;

const NO_DATA: Record<string, never> = {};

/** On a larger canvas so many are mounted, or twice as many taken away, in one frame. */
const BATCH = 16;
/** More than this are never mounted, whatever has to wait. */
const MOST = 600;

interface Entry {
  id: string;
  container: Container;
  gesture: Rect | undefined;
  selected: boolean;
  /** Drawn before; to be drawn. */
  known: Made | undefined;
  wanted: boolean;
}

export class NodeMaker {
  #made = new Map<string, Made>();
  /** Whether others wait to be mounted or taken away by the next call. */
  more = false;

  /**
   * The nodes to draw in `sight` (none where it is null), and the selected. `gestures` are boxes that a pointer or key
   * is changing right now. On a large canvas those nearest to the middle come first, and none where it may not `mount`.
   */
  nodes(
    store: CanvasStore,
    gestures: ReadonlyMap<string, Rect>,
    sight: Rect | null,
    mount: boolean,
  ): CanvasNode[] {
    const entries = this.#entries(store, gestures, sight);
    this.more = false;
    const few = store.order.length <= FEW;
    const drawn = few
      ? entries.filter(({ wanted }) => wanted)
      : this.#batch(entries, sight, mount ? BATCH : 0);
    const before = this.#made;
    this.#made = new Map();
    return drawn.map(({ id, container, gesture, selected }) => {
      const known = before.get(id);
      const same = known?.container === container && known.gesture === gesture && known.selected === selected;
      const made = same ? known : { container, gesture, selected, node: make(container, gesture, selected) };
      this.#made.set(id, made);
      return made.node;
    });
  }

  /** What was drawn or is to be drawn, in reading order. */
  #entries(store: CanvasStore, gestures: ReadonlyMap<string, Rect>, sight: Rect | null): Entry[] {
    const selection = store.value("selection");
    const stay = store.order.length <= FEW;
    const entries: Entry[] = [];
    if (sight === null && this.#made.size === 0) return entries;
    for (const id of store.order) {
      const container = store.node(id);
      if (!container || container.hidden) continue;
      const gesture = gestures.get(id);
      const selected = selection.has(id);
      const known = this.#made.get(id);
      const wanted =
        sight !== null &&
        (gesture !== undefined || selected || (stay && known !== undefined) || meets(container, sight));
      if (wanted || known) entries.push({ id, container, gesture, selected, known, wanted });
    }
    return entries;
  }

  /** As many changes as fit into a frame: first what is to come, then what is to go. */
  #batch(entries: Entry[], sight: Rect | null, size: number): Entry[] {
    const coming = entries.filter(
      ({ wanted, known, selected, gesture }) => wanted && !known && !selected && !gesture,
    );
    const going = entries.filter(({ wanted }) => !wanted);
    const room = entries.length - coming.length > MOST;
    const out = new Set<Entry>();
    if (size === 0) for (const entry of coming) out.add(entry);
    else if (coming.length > size && sight) {
      const far = ({ container: { x, y, width, height } }: Entry) =>
        Math.max(
          Math.abs(x + width / 2 - sight.x - sight.width / 2) / sight.width,
          Math.abs(y + height / 2 - sight.y - sight.height / 2) / sight.height,
        );
      const by = new Map(coming.map((entry) => [entry, far(entry)]));
      coming.sort((a, b) => (by.get(a) ?? 0) - (by.get(b) ?? 0));
      for (const entry of coming.slice(size)) out.add(entry);
    }
    const waits = out.size > 0;
    const gone = waits && !room ? 0 : 2 * size;
    for (const entry of going.slice(0, gone)) out.add(entry);
    this.more = waits || going.length > gone;
    return entries.filter((entry) => !out.has(entry));
  }
}

/** Whether all of `inner` lies in `outer`. */
export function holds(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

export function meets(box: Rect, sight: Rect): boolean {
  return (
    box.x < sight.x + sight.width &&
    box.x + box.width > sight.x &&
    box.y < sight.y + sight.height &&
    box.y + box.height > sight.y
  );
}

function make(container: Container, gesture: Rect | undefined, selected: boolean): CanvasNode {
  const { x, y, width, height } = gesture ?? container;
  return {
    id: container.id,
    type: "container",
    position: { x, y },
    width,
    height,
    measured: { width, height },
    handles: [],
    data: NO_DATA,
    zIndex: container.z,
    selected,
    draggable: !container.locked,
    className: selected ? "sel" : "",
    ariaRole: "group",
    ariaLabel: strings.container.label(container.title, strings.kind(container.content)),
    domAttributes: { "data-container-id": container.id } as NonNullable<CanvasNode["domAttributes"]>,
  };
}

/** A box moved and cut so that it lies inside the canvas, in whole px. */
export function inside(rect: Rect, canvas: { width: number; height: number }): Rect {
  const width = Math.min(Math.max(1, Math.round(rect.width)), canvas.width);
  const height = Math.min(Math.max(1, Math.round(rect.height)), canvas.height);
  const x = Math.min(Math.max(0, Math.round(rect.x)), canvas.width - width);
  const y = Math.min(Math.max(0, Math.round(rect.y)), canvas.height - height);
  return { x, y, width, height };
}

export const FIELDS = ["x", "y", "width", "height"] as const;
