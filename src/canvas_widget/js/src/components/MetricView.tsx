import { formatMetric } from "../format.ts";
import type { Container, MetricContent } from "../protocol/types.ts";
import { type ResultEntry, rowAt } from "../store/results.ts";
import { textWidth } from "../theme/measure.ts";
import { geometry } from "../theme/theme.ts";
import { useFonts } from "./useFonts.ts";

interface Props {
  container: Container;
  content: MetricContent;
  result: ResultEntry;
  size: { width: number; height: number };
}

/** One number: its label, the number, and what it says of itself. The number shrinks before it is cut. */
export function MetricView({ container, content, result, size }: Props) {
  useFonts();
  const look = geometry.metric;
  const [field] = result.schema;
  const text = formatMetric(field && rowAt(result, 0)?.[field.name], field?.type ?? "other", content.format);
  const label = container.title || content.label || container.id;
  const room = size.width - 2 * geometry.container.padding;
  let fontSize = look.valueSize;
  while (fontSize > look.labelSize && textWidth(text, fontSize, look.valueWeight) > room) fontSize -= 1;
  const letterSpacing = fontSize === look.valueSize ? look.letterSpacing : 0;
  const below = look.top + look.labelLine + look.valueLine;
  const note = content.label && content.label !== label && below + look.noteLine <= size.height - 4;
  return (
    <div className="kpi">
      <div className="lb el" title={label}>
        {label}
      </div>
      <div className="n el" style={{ fontSize, letterSpacing }} title={text}>
        {text}
      </div>
      {note && <div className="nt el">{content.label}</div>}
    </div>
  );
}
