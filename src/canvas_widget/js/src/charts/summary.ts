/** One sentence about a chart, from what is drawn. */
import { columnFormat } from "../format.ts";
import type { ChartContent, SchemaField } from "../protocol/types.ts";
import { strings } from "../strings.ts";
import type { DrawnItem } from "./drawn.ts";

/** The result's fields that the chart encodes, in the order of its channels; all of them where it says nothing. */
export function drawnColumns(content: ChartContent, schema: readonly SchemaField[]): string[] {
  const names = schema.map(({ name }) => name);
  const used = Object.values(content.encoding ?? {}).filter(
    (name): name is string => typeof name === "string" && names.includes(name),
  );
  return used.length > 0 ? [...new Set(used)] : names;
}

export function chartSummary(
  kind: string,
  title: string,
  items: readonly DrawnItem[] | null,
  columns: readonly string[],
  count: number,
): string {
  const parts = [strings.chart.rows(items?.length ?? count)];
  for (const name of columns) {
    const numbers = (items ?? [])
      .map(({ datum }) => datum[name])
      .filter((value) => typeof value === "number");
    if (numbers.length < 2 || numbers.length < (items?.length ?? 0) / 2) continue;
    const { format } = columnFormat(name, "number", numbers);
    parts.push(strings.chart.range(name, format(Math.min(...numbers)), format(Math.max(...numbers))));
  }
  return strings.chart.summary(kind, title, parts.join(", "));
}
