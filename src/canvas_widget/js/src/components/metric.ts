/** What a metric says beside its number, the same as in the headless picture (render/metric.py). */
import { formatMetric } from "../format.ts";
import type { JsonValue, MetricContent } from "../protocol/types.ts";
import { type ResultEntry, rowAt } from "../store/results.ts";
import { strings } from "../strings.ts";

/** How the number stands to the one it is compared with; null where there is nothing to say. */
export function comparison(content: MetricContent, result: ResultEntry): string | null {
  const row = rowAt(result, 0);
  const [field] = result.schema;
  if (!content.previous || !row || !field || !(content.previous in row)) return null;
  const [now, before] = [row[field.name], row[content.previous]];
  if (typeof now !== "number" || typeof before !== "number")
    return strings.data.metric.nothing(content.compared_with);
  const away = Math.abs(now - before);
  const change = before
    ? formatMetric(away / Math.abs(before), "number", ",.1%", content.marks)
    : formatMetric(away, "number", null, content.marks);
  const { up, down } = strings.data.metric;
  const sign = now > before ? up : now < before ? down : "=";
  return `${sign} ${change} on ${formatMetric(before, "number", content.format, content.marks)}, ${content.compared_with}`;
}

/** The numbers of the small line, the newest last. */
export function trendOf(content: MetricContent, result: ResultEntry): number[] {
  const found: JsonValue | undefined = content.trend ? rowAt(result, 0)?.[content.trend] : undefined;
  return Array.isArray(found) ? found.filter((value) => typeof value === "number") : [];
}

/** A line through the values in a room of so many px. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const points = values.map((value, at) => {
    const x = (width * at) / (values.length - 1);
    const y = height * (1 - (value - low) / (high - low || 1));
    return `${x.toFixed(2)},${y.toFixed(2)}`;
  });
  return `M${points.join("L")}`;
}
