/** Keeps a chart drawn: anew when what it says changes, with other rows or another size where that will do. */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { View } from "vega";
import { type DrawnItem, drawnItems, register } from "../charts/drawn.ts";
import { type Engine, loadEngine } from "../charts/load.ts";
import { breathe, enqueue } from "../charts/queue.ts";
import { showSeries } from "../charts/series.ts";
import type { Row, SchemaField } from "../protocol/types.ts";
import { loadFonts } from "../theme/fonts.ts";
import { useView } from "./context.ts";
import { textTooltip } from "./tooltip.ts";

export interface Asked {
  spec: Record<string, unknown>;
  /** Says by value what `spec` says. */
  specKey: string;
  rows: readonly Row[];
  /** Another for each batch of rows. */
  rowsKey: string;
  schema: readonly SchemaField[];
  width: number;
  height: number;
  stale: boolean;
}

export interface Drawn {
  drawn: View;
  engine: Engine;
  /** What it draws beside rows. */
  says: string;
  /** What of the drawing rows and size decided, and the size. */
  fit: string;
  size: string;
}

export interface Drawing {
  view: RefObject<Drawn | null>;
  /** The marks; another list after each drawing. */
  items: DrawnItem[] | null;
  setItems: (items: DrawnItem[]) => void;
  failure: string | null;
}

const sizeOf = ({ width, height }: { width: number; height: number }) => `${width} ${height}`;

/** Draws what is asked for in `host`, in turn with all other charts. */
export function useDrawing(id: string, host: RefObject<HTMLElement | null>, asked: Asked): Drawing {
  const { mode, store } = useView();
  const view = useRef<Drawn | null>(null);
  const [fits, setFits] = useState(0);
  const [failure, setFailure] = useState<string | null>(null);
  const [items, setItems] = useState<DrawnItem[] | null>(null);
  const latest = useRef(asked);
  latest.current = asked;
  /** The rows that were drawn last, or could not be; null while a drawing is to come, which takes the newest. */
  const tried = useRef<string | null>(null);
  const { specKey, rowsKey, rows, width, height, stale } = asked;
  const says = `${mode} ${stale} ${specKey}`;
  const drawable = rows.length > 0 && width >= 40 && height >= 40;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart is drawn anew when what it says changes, by value
  useEffect(() => {
    const element = host.current;
    const frame = element?.closest<HTMLElement>(".cw");
    if (!element || !frame || !drawable) return;
    let live = true;
    const tooltip = textTooltip(frame);
    const stage = document.createElement("div");
    let drawn: View | null = null;
    const cancel = enqueue(async () => {
      stage.style.visibility = "hidden";
      stage.style.position = "absolute";
      try {
        const [engine] = await Promise.all([loadEngine(), loadFonts()]);
        if (!live) return;
        const now = latest.current;
        tried.current = now.rowsKey;
        element.append(stage);
        drawn = await engine.drawChart(stage, { ...now, mode }, tooltip.handler, () => breathe());
        const series = store.value("series").get(id);
        if (series) await showSeries(drawn, series);
        if (!live) return;
        view.current = { drawn, engine, says, fit: engine.fitKey(now), size: sizeOf(now) };
        stage.removeAttribute("style");
        element.replaceChildren(stage);
        register(element, drawn);
        setItems(drawnItems(drawn));
        setFailure(null);
      } catch (error) {
        stage.remove();
        if (live) setFailure(error instanceof Error ? error.message : String(error));
      } finally {
        if (!live) drawn?.finalize();
      }
    });
    return () => {
      live = false;
      tried.current = null;
      cancel();
      tooltip.remove();
      if (view.current?.drawn === drawn) view.current = null;
      drawn?.finalize();
    };
  }, [says, drawable, fits]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only other rows and another size ask for this
  useLayoutEffect(() => {
    if (!drawable) return;
    let live = true;
    const cancel = enqueue(async () => {
      const now = latest.current;
      const { current } = view;
      const size = sizeOf(now);
      const anew = () => setFits((count) => count + 1);
      const other = tried.current !== now.rowsKey;
      if (!live || tried.current === null) return;
      if (!current) return other ? anew() : undefined;
      if (current.says !== says || (!other && current.size === size)) return;
      tried.current = now.rowsKey;
      const { drawn, engine, fit } = current;
      if (other) {
        if (!(await engine.refillChart(drawn, now, fit))) return anew();
        const series = store.value("series").get(id);
        if (series) await showSeries(drawn, series);
      } else {
        if (engine.fitKey(now) !== fit) return anew();
        await engine.resizeChart(drawn, now.width, now.height);
      }
      if (view.current?.drawn === drawn) view.current.size = size; // a fitted chart's own width is that of its plot
      if (live) setItems(drawnItems(drawn));
    }, "moving");
    return () => {
      live = false;
      cancel();
    };
  }, [rowsKey, width, height]);

  return { view, items, setItems, failure };
}
