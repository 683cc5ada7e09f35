import { useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect, useRef } from "react";
import { useView } from "../components/context.ts";
import type { Rect } from "../components/nodes.ts";
import { type Colours, coloursOf, paintBoxes, prepare } from "./paint.ts";

/** Below this zoom containers are drawn as plain boxes: there are too many, and nothing in them can be read. */
export const FAR = 0.3;

/** The containers as boxes on one canvas element; drawn again when anything that it shows changes. */
export function Overview({ boxes }: { boxes: ReadonlyMap<string, Rect> }) {
  const { store, mode } = useView();
  const flow = useStoreApi();
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(boxes);
  latest.current = boxes;
  const drawn = useRef("");
  useDrawing(canvas, store.signals, flow.subscribe, [boxes, mode], (element, colours, anew) => {
    const { width, height, transform } = flow.getState();
    const view = `${width} ${height} ${transform.join(" ")}`;
    if (!anew && view === drawn.current) return;
    drawn.current = view;
    const context = prepare(element, width, height);
    if (!context) return;
    const [x, y, zoom] = transform;
    paintBoxes(context, store, latest.current, { x, y, zoom, width, height }, colours, mode);
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

/**
 * Draws now, after changes to the document or selection, and whenever the view moves; at most once a frame. `draw` is
 * told whether more than the view is another.
 */
export function useDrawing(
  canvas: RefObject<HTMLCanvasElement | null>,
  signals: Signals,
  subscribe: (listener: () => void) => () => void,
  causes: readonly unknown[],
  draw: (element: HTMLCanvasElement, colours: Colours, anew: boolean) => void,
): void {
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    let frame = 0;
    let changed = true;
    const now = () => {
      frame = 0;
      const root = canvas.current?.closest(".cw");
      if (!canvas.current || !root) return;
      latest.current(canvas.current, coloursOf(root, changed), changed);
      changed = false;
    };
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(now);
    };
    const anew = () => {
      changed = true;
      soon();
    };
    now();
    const stops = [
      subscribe(soon),
      ...["document", "order", "selection", "canvas"].map((key) => signals.subscribe(key, anew)),
    ];
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    };
  }, [canvas, signals, subscribe, ...causes]);
}
