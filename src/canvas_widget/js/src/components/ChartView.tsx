import { memo, useMemo, useRef } from "react";
import { chartSummary, drawnColumns } from "../charts/summary.ts";
import type { ChartContent, Container } from "../protocol/types.ts";
import { leadingRows, type ResultEntry } from "../store/results.ts";
import { strings } from "../strings.ts";
import { geometry } from "../theme/theme.ts";
import { DrawnTable } from "./DrawnTable.tsx";
import { Failure, Heading } from "./Heading.tsx";
import { SelectionChip } from "./SelectionChip.tsx";
import { Series } from "./Series.tsx";
import { useChartTouch } from "./useChartTouch.tsx";
import { useDrawing } from "./useDrawing.ts";
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
  const shown = useMatched(content, result);
  const { spec } = shown.content;
  const host = useRef<HTMLDivElement>(null);
  const box = chartBox(size, bottom);
  const rows = useMemo(() => leadingRows(shown.result), [shown.result]);
  const { schema, resultId, version } = shown.result;
  const specKey = useMemo(() => JSON.stringify(spec), [spec]);
  const rowsKey = `${resultId} ${rows.length} ${version}`;
  const { width, height } = box;
  const asked = { spec, specKey, rows, rowsKey, schema, width, height, stale };
  const { view, items, setItems, failure } = useDrawing(container.id, host, asked);

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
