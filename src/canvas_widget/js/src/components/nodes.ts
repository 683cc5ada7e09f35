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

export class NodeMaker {
  #made = new Map<string, Made>();

  /** The nodes to draw in `sight`, and the selected. `gestures` are boxes that a pointer or key is changing right now. */
  nodes(store: CanvasStore, gestures: ReadonlyMap<string, Rect>, sight: Rect): CanvasNode[] {
    const selection = store.value("selection");
    const before = this.#made;
    this.#made = new Map();
    const stay = store.order.length <= FEW;
    const nodes: CanvasNode[] = [];
    for (const id of store.order) {
      const container = store.node(id);
      if (!container || container.hidden) continue;
      const gesture = gestures.get(id);
      const selected = selection.has(id);
      const known = before.get(id);
      if (!gesture && !selected && !(stay && known) && !meets(container, sight)) continue;
      const same = known?.container === container && known.gesture === gesture && known.selected === selected;
      const made = same ? known : { container, gesture, selected, node: make(container, gesture, selected) };
      this.#made.set(id, made);
      nodes.push(made.node);
    }
    return nodes;
  }
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
