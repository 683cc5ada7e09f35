/** What part of the canvas is seen: all of it at first, then what the user chose. */
import { useReactFlow, useStore } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { unionOf } from "../canvas/snap.ts";
import type { CanvasStore } from "../store/store.ts";
import { useChanges, useView } from "./context.ts";
import type { Rect } from "./nodes.ts";

const STEP = 240;
const LEAST = 0.01;
const MOST = 4;
/** Free px around what is fitted; at the bottom the floating bar stands. */
const MOST_TOP = 24;
const EDGE = { top: 8, side: 0, bottom: 48 };
/** Below this zoom the page counts as too large to show whole; its containers are fitted instead. */
const PAGE_ZOOM = 0.6;
/** Below this zoom a container is not drawn in full. */
const READABLE = 0.35;

/** Free px beside, and above and below, what is brought into sight: its bar stands above it, the view's below. */
const AROUND = { x: 16, y: 56 };

export const zoomLimits = { least: LEAST, most: MOST };

/** How far something has to move to lie in a view with free px at its edges; what is too large shows its beginning. */
export function shift(at: number, size: number, view: number, edge: number): number {
  if (at >= 0 && at + size <= view) return 0;
  if (at < edge || size > view - 2 * edge) return edge - at;
  return view - edge - size - at;
}

/** Where to look so that `box` fills `view`, never larger than life. */
export function fitting(box: Rect, view: { width: number; height: number }) {
  const room = { width: view.width - 2 * EDGE.side, height: view.height - EDGE.top - EDGE.bottom };
  const exact = Math.min(room.width / box.width, room.height / box.height, 1);
  const zoom = Math.max(LEAST, exact >= 1 ? 1 : Math.floor(exact * 100) / 100);
  const free = room.height - box.height * zoom;
  return {
    x: Math.round((view.width - box.width * zoom) / 2 - box.x * zoom),
    y: Math.round(EDGE.top + Math.max(0, Math.min(free / 2, MOST_TOP)) - box.y * zoom),
    zoom,
  };
}

function target(store: CanvasStore, view: { width: number; height: number }): Rect {
  const page = { x: 0, y: 0, width: store.canvas.width, height: store.canvas.height };
  if (fitting(page, view).zoom >= PAGE_ZOOM) return page;
  const boxes: Rect[] = [];
  for (const id of store.order) {
    const node = store.node(id);
    if (node && !node.hidden) boxes.push(node);
  }
  const found = unionOf(boxes);
  const pad = 16;
  return found
    ? { x: found.x - pad, y: found.y - pad, width: found.width + 2 * pad, height: found.height + 2 * pad }
    : page;
}

export interface Viewport {
  /** Whether it is known what is seen; before that nothing need be drawn. */
  placed: boolean;
  fit(ids?: Iterable<string>): void;
  zoomBy(factor: number): void;
  zoomTo(zoom: number): void;
  /** Brings a container into sight by the shortest way, large enough to be read. */
  reveal(id: string): void;
  /** To be called when the user pans or zooms by hand: from then on nothing is fitted by itself. */
  taken(): void;
}

export function useCanvasViewport(): Viewport {
  const { store } = useView();
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const byHand = useRef(false);
  const [placed, setPlaced] = useState(false);
  useChanges(["canvas", "order"]);

  const duration = useCallback(() => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : STEP), []);

  const fit = useCallback(
    (ids?: Iterable<string>) => {
      const view = { width, height };
      const chosen = ids
        ? unionOf([...ids].map((id) => store.node(id)).filter((found) => found !== null))
        : null;
      byHand.current = Boolean(chosen);
      void flow.setViewport(fitting(chosen ?? target(store, view), view), { duration: duration() });
    },
    [flow, store, width, height, duration],
  );

  const { ready, canvas, order } = store;
  const watched = `${canvas.width} ${canvas.height} ${order.length}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page and the containers decide what is fitted
  useEffect(() => {
    if (!ready || width === 0 || height === 0) return;
    const view = { width, height };
    if (!byHand.current) void flow.setViewport(fitting(target(store, view), view));
    setPlaced(true);
  }, [flow, store, ready, watched, width, height]);

  const zoomBy = useCallback(
    (factor: number) => {
      byHand.current = true;
      void (factor > 1 ? flow.zoomIn({ duration: duration() }) : flow.zoomOut({ duration: duration() }));
    },
    [flow, duration],
  );
  const zoomTo = useCallback(
    (value: number) => {
      byHand.current = true;
      const { x, y, zoom: before } = flow.getViewport();
      const about = (origin: number, size: number) =>
        Math.round(size / 2 - ((size / 2 - origin) * value) / before);
      void flow.setViewport(
        { x: about(x, width), y: about(y, height), zoom: value },
        { duration: duration() },
      );
    },
    [flow, width, height, duration],
  );
  const reveal = useCallback(
    (id: string) => {
      const box = store.node(id);
      if (!box || box.hidden || width === 0) return;
      const now = flow.getViewport();
      if (now.zoom >= READABLE) {
        const x = shift(box.x * now.zoom + now.x, box.width * now.zoom, width, AROUND.x);
        const y = shift(box.y * now.zoom + now.y, box.height * now.zoom, height, AROUND.y);
        if (x === 0 && y === 0) return;
        byHand.current = true;
        void flow.setViewport({ x: now.x + x, y: now.y + y, zoom: now.zoom }, { duration: duration() });
        return;
      }
      byHand.current = true;
      const zoom = Math.max(LEAST, Math.min(1, width / box.width, height / box.height));
      void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom, duration: duration() });
    },
    [flow, store, width, height, duration],
  );
  const taken = useCallback(() => {
    byHand.current = true;
  }, []);
  return useMemo(
    () => ({ placed, fit, zoomBy, zoomTo, reveal, taken }),
    [placed, fit, zoomBy, zoomTo, reveal, taken],
  );
}
