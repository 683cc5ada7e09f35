import { useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect, useRef } from "react";
import { useView } from "../components/context.ts";
import type { Rect } from "../components/nodes.ts";
import { coloursOf, paintBoxes, prepare } from "./paint.ts";

/** Below this zoom containers are drawn as plain boxes: there are too many, and nothing in them can be read. */
export const FAR = 0.3;

/** The containers as boxes on one canvas element; drawn again when anything that it shows changes. */
export function Overview({ boxes }: { boxes: ReadonlyMap<string, Rect> }) {
  const { store, mode } = useView();
  const flow = useStoreApi();
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(boxes);
  latest.current = boxes;
  useDrawing(canvas, store.signals, flow.subscribe, [boxes, mode], (element) => {
    const { width, height, transform } = flow.getState();
    const frame = element.closest(".cw");
    const context = prepare(element, width, height);
    if (!context || !frame) return;
    const [x, y, zoom] = transform;
    paintBoxes(context, store, latest.current, { x, y, zoom, width, height }, coloursOf(frame), mode);
  });
  return (
    <div className="far" aria-hidden="true">
      <canvas ref={canvas} />
    </div>
  );
}

interface Signals {
  subscribe(key: string, listener: () => void): () => void;
}

/** Draws now, after changes to the document or selection, and whenever the view moves; at most once a frame. */
export function useDrawing(
  canvas: RefObject<HTMLCanvasElement | null>,
  signals: Signals,
  subscribe: (listener: () => void) => () => void,
  causes: readonly unknown[],
  draw: (element: HTMLCanvasElement) => void,
): void {
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    let frame = 0;
    const now = () => {
      frame = 0;
      if (canvas.current) latest.current(canvas.current);
    };
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(now);
    };
    now();
    const stops = [
      subscribe(soon),
      ...["document", "order", "selection", "canvas"].map((key) => signals.subscribe(key, soon)),
    ];
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    };
  }, [canvas, signals, subscribe, ...causes]);
}
