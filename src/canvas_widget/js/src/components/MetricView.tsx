import { formatMetric } from "../format.ts";
import type { Container, MetricContent } from "../protocol/types.ts";
import { type ResultEntry, rowAt } from "../store/results.ts";
import { strings } from "../strings.ts";
import { textWidth } from "../theme/measure.ts";
import { geometry } from "../theme/theme.ts";
import { comparison, sparkPath, trendOf } from "./metric.ts";
import { useFonts } from "./useFonts.ts";

/** The least room, px, that a small line is drawn in. */
const SPARK = 16;

interface Props {
  container: Container;
  content: MetricContent;
  result: ResultEntry;
  size: { width: number; height: number };
  /** What stays free below it, px. */
  bottom: number;
}

/** One number: its label, the number, and what it says of itself. The number shrinks before it is cut. */
export function MetricView({ container, content, result, size, bottom }: Props) {
  useFonts();
  const look = geometry.metric;
  const [field] = result.schema;
  const text = formatMetric(
    field && rowAt(result, 0)?.[field.name],
    field?.type ?? "other",
    content.format,
    content.marks,
  );
  const label = container.title || content.label || container.id;
  const room = size.width - 2 * geometry.container.padding;
  let fontSize = look.valueSize;
  while (fontSize > look.labelSize && textWidth(text, fontSize, look.valueWeight) > room) fontSize -= 1;
  const letterSpacing = fontSize === look.valueSize ? look.letterSpacing : 0;
  const own =
    content.label && !label.toLowerCase().includes(content.label.toLowerCase()) ? content.label : null;
  const first = look.top + look.labelLine + look.valueLine;
  const fit = Math.max(0, Math.floor((size.height - Math.max(4, bottom - 4) - first) / look.noteLine));
  const notes = [comparison(content, result), own].filter((note) => note).slice(0, fit);
  const height =
    size.height - first - notes.length * look.noteLine - Math.max(geometry.container.padding, bottom + 8);
  const trend = height >= SPARK ? trendOf(content, result) : [];
  const written = (value: number) => formatMetric(value, "number", content.format, content.marks);
  return (
    <div className="kpi">
      <div className="lb el" title={label}>
        {label}
      </div>
      <div className="n el" style={{ fontSize, letterSpacing }} title={text}>
        {text}
      </div>
      {notes.map((note) => (
        <div key={note} className="nt el" title={note ?? undefined}>
          {note}
        </div>
      ))}
      {trend.length > 1 && (
        <svg
          className="spark"
          width={room}
          height={height}
          role="img"
          aria-label={strings.data.metric.trend(written(trend[0] ?? 0), written(trend.at(-1) ?? 0))}
        >
          <path d={sparkPath(trend, room, height)} />
        </svg>
      )}
    </div>
  );
}
