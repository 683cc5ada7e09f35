import { memo, useEffect, useMemo, useRef, useState } from "react";
import type { View as VegaView } from "vega";
import { type DrawnItem, drawnItems, register } from "../charts/drawn.ts";
import { type Engine, loadEngine } from "../charts/load.ts";
import { breathe, enqueue } from "../charts/queue.ts";
import { showSeries } from "../charts/series.ts";
import { chartSummary, drawnColumns } from "../charts/summary.ts";
import type { ChartContent, Container } from "../protocol/types.ts";
import { leadingRows, type ResultEntry } from "../store/results.ts";
import { strings } from "../strings.ts";
import { loadFonts } from "../theme/fonts.ts";
import { geometry } from "../theme/theme.ts";
import { useView } from "./context.ts";
import { DrawnTable } from "./DrawnTable.tsx";
import { Failure, Heading } from "./Heading.tsx";
import { SelectionChip } from "./SelectionChip.tsx";
import { Series } from "./Series.tsx";
import { textTooltip } from "./tooltip.ts";
import { useChartTouch } from "./useChartTouch.tsx";
import { useSeries } from "./useSeries.ts";
import { useSharpness } from "./useSharpness.ts";

interface Props {
  container: Container;
  content: ChartContent;
  result: ResultEntry;
  size: { width: number; height: number };
  bottom: number;
  stale: boolean;
}

/** The chart's box inside its container, px. */
function chartBox(size: Props["size"], bottom: number) {
  const inset = geometry.chart;
  return {
    left: inset.left,
    top: inset.top,
    width: Math.max(0, size.width - inset.left - inset.right),
    height: Math.max(0, size.height - inset.top - Math.max(inset.bottom, bottom)),
  };
}

/** While a spec and its rows do not belong together, the pair that did. */
function useMatched(content: ChartContent, result: ResultEntry) {
  const matches = !content.result_id || content.result_id === result.resultId;
  const kept = useRef({ content, result });
  if (matches) kept.current = { content, result };
  return kept.current;
}

export const ChartView = memo(function ChartView({ container, content, result, size, bottom, stale }: Props) {
  const { mode, store } = useView();
  const shown = useMatched(content, result);
  const { spec } = shown.content;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<{ drawn: VegaView; engine: Engine; fit: string; size: string } | null>(null);
  const [fits, setFits] = useState(0);
  const [failure, setFailure] = useState<string | null>(null);
  const [items, setItems] = useState<DrawnItem[] | null>(null);
  const box = chartBox(size, bottom);
  const latest = useRef(box);
  latest.current = box;
  const rows = useMemo(() => leadingRows(shown.result), [shown.result]);
  const { schema } = shown.result;
  const specKey = useMemo(() => JSON.stringify(spec), [spec]);
  const resultKey = `${shown.result.resultId} ${rows.length} ${shown.result.version}`;
  const drawable = rows.length > 0 && box.width >= 40 && box.height >= 40;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart is drawn anew when what it says changes, by value
  useEffect(() => {
    const element = host.current;
    const frame = element?.closest<HTMLElement>(".cw");
    if (!element || !frame || !drawable) return;
    let live = true;
    const tooltip = textTooltip(frame);
    const stage = document.createElement("div");
    let drawn: VegaView | null = null;
    const cancel = enqueue(async () => {
      stage.style.visibility = "hidden";
      stage.style.position = "absolute";
      try {
        const [engine] = await Promise.all([loadEngine(), loadFonts()]);
        if (!live) return;
        const { width, height } = latest.current;
        element.append(stage);
        drawn = await engine.drawChart(
          stage,
          { spec, rows, schema, width, height, mode, stale },
          tooltip.handler,
          breathe,
        );
        const asked = store.value("series").get(container.id);
        if (asked) await showSeries(drawn, asked);
        if (!live) return;
        const fit = engine.fitKey({ spec, rows, schema, width, height });
        view.current = { drawn, engine, fit, size: `${width} ${height}` };
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
      cancel();
      tooltip.remove();
      if (view.current?.drawn === drawn) view.current = null;
      drawn?.finalize();
    };
  }, [specKey, resultKey, mode, stale, drawable, fits]);

  const { width, height } = box;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart that is drawn anew needs no resizing
  useEffect(() => {
    let live = true;
    const cancel = enqueue(async () => {
      if (!view.current || !live) return;
      const { drawn, engine, fit: before, size: drawnSize } = view.current;
      const wantedSize = `${width} ${height}`;
      if (drawnSize === wantedSize) return; // a fitted chart's own width is that of its plot
      const wanted = engine.fitKey({ spec, rows, schema, width, height });
      if (wanted !== before) return setFits((count) => count + 1);
      await engine.resizeChart(drawn, width, height);
      if (view.current?.drawn === drawn) view.current.size = wantedSize;
      if (live) setItems(drawnItems(drawn));
    });
    return () => {
      live = false;
      cancel();
    };
  }, [width, height]);

  useSharpness(view, items);
  const entries = useSeries(container.id, view, items, setItems);

  const kind = strings.kind(content);
  const columns = useMemo(() => drawnColumns(shown.content, schema), [shown.content, schema]);
  const touch = useChartTouch({
    id: container.id,
    content: shown.content,
    schema,
    columns,
    view,
    items,
    stale,
  });
  const subtitle = typeof spec.description === "string" ? spec.description : undefined;
  const { title } = container;
  const count = rows.length;
  const label = useMemo(
    () => chartSummary(kind, title, items, columns, count),
    [kind, title, items, columns, count],
  );
  return (
    <>
      <Heading title={container.title} note={subtitle} />
      {rows.length === 0 && <p className="msg">{strings.container.noRows}</p>}
      {failure !== null && <Failure message={strings.chart.refused(failure)} />}
      <figure
        {...touch.figure}
        style={{ ...box, display: failure === null && rows.length > 0 ? undefined : "none" }}
        role="img"
        aria-label={label}
        data-marks={items?.length}
      >
        <div ref={host} />
        {touch.overlay}
      </figure>
      {failure === null && rows.length > 0 && (
        <Series id={container.id} title={title || kind} left={box.left} top={box.top} entries={entries} />
      )}
      <SelectionChip id={container.id} />
      {items && <DrawnTable title={container.title} items={items} columns={columns} />}
    </>
  );
});
