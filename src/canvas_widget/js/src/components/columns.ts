/** How wide a table's columns are and how their cells read, the same as in the headless picture (render/table.py). */
import { type ColumnFormat, columnFormat } from "../format.ts";
import type { Row, SchemaField, TableContent } from "../protocol/types.ts";
import { textWidth } from "../theme/measure.ts";
import { geometry } from "../theme/theme.ts";

export interface Column extends ColumnFormat {
  name: string;
  label: string;
  width: number;
  sorted: "ascending" | "descending" | null;
  /** The length of the bar beside a value, or null where none is drawn. */
  bar(value: unknown): number | null;
  /** How far the bars end from the right of the column: left of the widest number, px. */
  barsEnd: number;
}

function sortKey(content: TableContent): string {
  const sort = content.request?.sort;
  const first = Array.isArray(sort) ? sort[0] : sort;
  return typeof first === "string" ? first : "";
}

const sum = (widths: readonly number[]) => widths.reduce((total, width) => total + width, 0);

/** How many columns have room, from the left; the first always. */
function fitting(least: readonly number[], room: number): number {
  let count = least.length;
  while (count > 1 && sum(least.slice(0, count)) > room) count -= 1;
  return count;
}

/** How narrow the first column may get beside the one the table is sorted by, px. */
const LEAST = 84;

/** The columns with the one the table is sorted by among those that have room, as its last. */
function ledBy<T extends { least: number; sorted: unknown }>(
  columns: readonly T[],
  room: number,
): readonly T[] {
  const count = fitting(
    columns.map(({ least }) => least),
    room,
  );
  const lead = columns.slice(count).find(({ sorted }) => sorted !== null);
  if (!lead) return columns;
  const others = columns.filter((column) => column !== lead);
  for (let kept = count; kept > 0; kept -= 1) {
    const taken = sum(others.slice(0, kept).map(({ least }) => least)) + lead.least;
    if (taken <= room) return [...others.slice(0, kept), lead, ...others.slice(kept)];
  }
  const [first, ...rest] = others;
  if (!first || room - lead.least < LEAST) return columns;
  return [{ ...first, least: room - lead.least }, lead, ...rest];
}

/**
 * The widths that share `room`: the widest give way first, none below its least; what is left over goes to all alike.
 * Columns that cannot have their least follow to the right, beyond the room, as wide as they would like to be.
 */
export function columnWidths(natural: readonly number[], least: readonly number[], room: number): number[] {
  const count = fitting(least, room);
  const wanted = natural.slice(0, count);
  const beyond = natural.slice(count);
  const spare = room - sum(wanted);
  if (spare >= 0) return [...wanted.map((width) => width + spare / count), ...beyond];
  if (sum(least.slice(0, count)) > room) return [room, ...beyond];
  const cut = (most: number) =>
    wanted.map((width, index) => Math.max(least[index] ?? 0, Math.min(width, most)));
  let low = 0;
  let high = Math.max(...wanted);
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (sum(cut(middle)) <= room) low = middle;
    else high = middle;
  }
  return [...cut(low), ...beyond];
}

export function tableColumns(
  content: TableContent,
  schema: readonly SchemaField[],
  sample: readonly Row[],
  room: number,
): Column[] {
  const { size, padding, headerMin, textMin, columnMax, bar: longest, barGap } = geometry.table;
  const types = new Map(schema.map(({ name, type }) => [name, type]));
  const asked = (content.columns ?? []).filter((name) => types.has(name));
  const names = asked.length > 0 ? asked : schema.map(({ name }) => name);
  const key = sortKey(content);
  const inOrder = names.map((name) => {
    const values = sample.map((row) => row[name]);
    const format = columnFormat(name, types.get(name) ?? "other", values, content.marks);
    const sorted =
      key === `-${name}` ? ("descending" as const) : key === name ? ("ascending" as const) : null;
    const label = sorted ? `${name} ${sorted === "descending" ? "↓" : "↑"}` : name;
    const lead = sorted !== null && format.numeric;
    const weight = lead ? 600 : 400;
    const cells = values.map((value) => textWidth(format.format(value), size, weight));
    const widest = Math.max(0, ...cells);
    const header = textWidth(label, size);
    const natural =
      Math.min(Math.max(widest, header), columnMax) + (lead ? longest + barGap : 0) + 2 * padding;
    const room = format.numeric
      ? Math.max(widest, Math.min(header, headerMin))
      : Math.min(Math.max(header, widest), textMin);
    const least = Math.min(room, columnMax) + 2 * padding;
    const numbers = values.filter((value): value is number => typeof value === "number");
    return { name, label, format, sorted, lead, widest, natural, least, numbers };
  });
  const drafts = ledBy(inOrder, room);
  const widths = columnWidths(
    drafts.map(({ natural }) => natural),
    drafts.map(({ least }) => least),
    room,
  );
  return drafts.map(({ name, label, format, sorted, lead, widest, numbers }, index) => {
    const width = widths[index] ?? headerMin;
    const most = Math.max(0, ...numbers);
    const bars =
      lead && most > 0 && Math.min(...numbers) >= 0 && width - 2 * padding >= longest + barGap + widest;
    const bar = (value: unknown) =>
      bars && typeof value === "number" ? Math.max(1, Math.min(longest, (longest * value) / most)) : null;
    return { ...format, name, label, width, sorted, bar, barsEnd: padding + widest + barGap };
  });
}
