/** Presses on the canvas that React Flow does not know: a box to select with Shift, and dragging what is drawn plainly. */
import { useReactFlow } from "@xyflow/react";
import { type MouseEvent, type RefObject, useCallback, useState } from "react";
import { useView } from "../components/context.ts";
import type { Rect } from "../components/nodes.ts";
import type { Gestures } from "../components/useGestures.ts";
import type { CanvasStore } from "../store/store.ts";

/** A press that moves less than this, in px, is a click. */
const STILL = 4;

/** The topmost visible container at a point of the canvas. */
export function hit(store: CanvasStore, x: number, y: number): string | null {
  let best: string | null = null;
  let z = Number.NEGATIVE_INFINITY;
  for (const id of store.order) {
    const node = store.node(id);
    if (!node || node.hidden || node.z < z) continue;
    if (x < node.x || y < node.y || x > node.x + node.width || y > node.y + node.height) continue;
    best = id;
    z = node.z;
  }
  return best;
}

function touching(store: CanvasStore, box: Rect): string[] {
  return store.order.filter((id) => {
    const node = store.node(id);
    return (
      node !== null &&
      !node.hidden &&
      node.x < box.x + box.width &&
      node.x + node.width > box.x &&
      node.y < box.y + box.height &&
      node.y + node.height > box.y
    );
  });
}

export function usePress(
  area: RefObject<HTMLElement | null>,
  gestures: Gestures,
  bare: boolean,
  editable: boolean,
) {
  const { store } = useView();
  const flow = useReactFlow();
  const [marquee, setMarquee] = useState<Rect | null>(null);

  const press = useCallback(
    (event: MouseEvent) => {
      const target = event.target as Element;
      const element = area.current;
      if (event.button !== 0 || !element || !target.classList.contains("react-flow__pane")) return;
      const start = { x: event.clientX, y: event.clientY };
      const from = flow.screenToFlowPosition(start, { snapToGrid: false });
      const id = bare ? hit(store, from.x, from.y) : null;
      if (!event.shiftKey && id === null) return;
      event.stopPropagation();
      event.preventDefault();
      const adding = event.shiftKey || event.metaKey || event.ctrlKey;
      const stop = new AbortController();
      const root = element.ownerDocument;
      let moved = false;
      const before = store.value("selection");
      if (id !== null && !adding && !before.has(id)) store.select([id]);
      const move = ({ clientX, clientY }: globalThis.MouseEvent) => {
        if (!moved && Math.hypot(clientX - start.x, clientY - start.y) < STILL) return;
        moved = true;
        const at = flow.screenToFlowPosition({ x: clientX, y: clientY }, { snapToGrid: false });
        if (id !== null) {
          if (editable) gestures.carry(store.value("selection"), at.x - from.x, at.y - from.y);
          return;
        }
        const outer = element.getBoundingClientRect();
        setMarquee({
          x: Math.min(start.x, clientX) - outer.left,
          y: Math.min(start.y, clientY) - outer.top,
          width: Math.abs(clientX - start.x),
          height: Math.abs(clientY - start.y),
        });
        const box = {
          x: Math.min(from.x, at.x),
          y: Math.min(from.y, at.y),
          width: Math.abs(at.x - from.x),
          height: Math.abs(at.y - from.y),
        };
        store.select([...before, ...touching(store, box)]);
      };
      const end = () => {
        stop.abort();
        setMarquee(null);
        if (id === null) {
          if (!moved) store.select([]);
        } else if (moved) gestures.commit();
        else if (adding) {
          const next = new Set(before);
          if (next.has(id)) next.delete(id);
          else next.add(id);
          store.select(next);
        } else store.select([id]);
      };
      root.addEventListener("mousemove", move, { signal: stop.signal });
      root.addEventListener("mouseup", end, { signal: stop.signal });
    },
    [area, flow, store, gestures, bare, editable],
  );
  return { press, marquee };
}
