/** Draws of a chart the series that are asked for. */
import { type RefObject, useEffect, useMemo } from "react";
import type { View } from "vega";
import { type DrawnItem, drawnItems } from "../charts/drawn.ts";
import { enqueue } from "../charts/queue.ts";
import { type SeriesEntry, seriesIn, showSeries } from "../charts/series.ts";
import { useEntry } from "./context.ts";

export function useSeries(
  id: string,
  view: RefObject<{ drawn: View } | null>,
  items: readonly DrawnItem[] | null,
  redrawn: (items: DrawnItem[]) => void,
): readonly SeriesEntry[] {
  const shown = useEntry("series", id) ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart that is drawn anew is asked anew
  useEffect(() => {
    let live = true;
    const cancel = enqueue(async () => {
      const drawn = view.current?.drawn;
      if (drawn && (await showSeries(drawn, shown)) && live) redrawn(drawnItems(drawn));
    });
    return () => {
      live = false;
      cancel();
    };
  }, [shown]);
  return useMemo(() => (view.current && items ? seriesIn(view.current.drawn) : []), [view, items]);
}
