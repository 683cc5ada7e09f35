/** Charts are pictures: they are drawn in as many pixels as the zoom asks for, once it rests. */
import { useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect } from "react";
import type { View } from "vega";
import type { Engine } from "../charts/load.ts";
import { enqueue } from "../charts/queue.ts";

/** How long a zoom has to rest, ms. */
const REST = 160;
/** Below so many pixels of the screen per px of the chart, one of each is enough. */
const FEW = 0.83;
const MOST = 4;

/** Pixels that a chart is drawn with per px, for so many pixels of the screen. */
export function ratioFor(screen: number): number {
  if (screen > 2) return Math.min(MOST, Math.ceil(screen));
  return screen > FEW ? 2 : 1;
}

/** Keeps the chart of `view` sharp; it is looked at again when `drawn` is another. */
export function useSharpness(view: RefObject<{ drawn: View; engine: Engine } | null>, drawn: unknown): void {
  const flow = useStoreApi();
  useEffect(() => {
    if (!drawn) return;
    let ratio = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let cancel: (() => void) | undefined;
    const look = () => {
      const wanted = ratioFor(flow.getState().transform[2] * (globalThis.devicePixelRatio || 1));
      if (wanted === ratio) return;
      ratio = wanted;
      clearTimeout(timer);
      timer = setTimeout(() => {
        cancel = enqueue(() => {
          if (view.current) view.current.engine.sharpen(view.current.drawn, ratio);
        });
      }, REST);
    };
    look();
    const stop = flow.subscribe(look);
    return () => {
      stop();
      clearTimeout(timer);
      cancel?.();
    };
  }, [flow, view, drawn]);
}
