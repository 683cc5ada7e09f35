/** What of a chart can be selected: an interval of its x axis, or values of its categories. */
import type { ChartContent, JsonValue, Row, SchemaField } from "../protocol/types.ts";
import { isFramed, part } from "./frames.ts";

/** The condition that a selection puts on each field. */
export type Condition = { range: [JsonValue, JsonValue] } | { values: JsonValue[] };
export type ChartSelection = Readonly<Record<string, Condition>>;

export interface Brush {
  kind: "interval" | "values";
  /** The result's field that is selected by. */
  field: string;
  /** The schema's type of that field. */
  type: string;
}

const MEASURED = new Set(["integer", "number"]);
const TIMED = new Set(["date", "datetime"]);

/** How a chart is brushed; null where it cannot be. */
export function brushOf(content: ChartContent, schema: readonly SchemaField[]): Brush | null {
  const { encoding, mark, spec } = content;
  const find = (channel: string): Brush | null => {
    const named = encoding?.[channel];
    const found = schema.find(({ name }) => name === named);
    if (!found) return null;
    return { kind: "values", field: found.name, type: found.type };
  };
  const [x, y, series] = [find("x"), find("y"), find("series") ?? find("color")];
  if (mark === "arc") return series ?? x;
  const continuous = (brush: Brush | null) =>
    brush !== null && (MEASURED.has(brush.type) || TIMED.has(brush.type)) && !isOrdinal(spec, brush.field);
  const across = x !== null && continuous(x) && !isFramed(spec);
  const lying = mark === "bar" && y !== null && !continuous(y);
  if (across && !lying) return { ...x, kind: "interval" };
  if (x && !continuous(x)) return x;
  if (y && !continuous(y)) return y;
  return series;
}

/** Whether a spec draws a field as names though its values are numbers. */
function isOrdinal(spec: unknown, field: string): boolean {
  if (Array.isArray(spec)) return spec.some((item) => isOrdinal(item, field));
  if (spec === null || typeof spec !== "object") return false;
  const own = part(spec);
  if (own.field === field && (own.type === "nominal" || own.type === "ordinal")) return true;
  return Object.values(own).some((item) => isOrdinal(item, field));
}

const two = (value: number) => String(value).padStart(2, "0");

/** A moment as the kernel writes it: wall-clock time without a zone. */
export function momentText(value: Date, type: string): string {
  const day = `${String(value.getFullYear()).padStart(4, "0")}-${two(value.getMonth() + 1)}-${two(value.getDate())}`;
  if (type === "date") return day;
  return `${day}T${two(value.getHours())}:${two(value.getMinutes())}:${two(value.getSeconds())}`;
}

const EXACT = 6;

/** One end of an interval, from what the chart's scale says of a place. */
export function endOf(value: unknown, brush: Brush): JsonValue {
  if (value instanceof Date) return momentText(value, brush.type);
  if (TIMED.has(brush.type) && typeof value === "number") return momentText(new Date(value), brush.type);
  return Number(Number(value).toPrecision(EXACT));
}

/** The value of a drawn mark as its row has it. */
export function plainValue(value: unknown, type: string): JsonValue {
  if (value instanceof Date || (TIMED.has(type) && typeof value === "number"))
    return momentText(new Date(value), type);
  if (typeof value === "string" && type === "date") return value.slice(0, 10);
  return (value ?? null) as JsonValue;
}

function comparable(value: JsonValue, type: string): number | string {
  if (TIMED.has(type) && typeof value === "string")
    return Date.parse(value.includes("T") ? value : `${value}T00:00:00`);
  return typeof value === "number" ? value : String(value);
}

/** Whether a row fits a selection by `brush`. */
export function fits(selection: ChartSelection | null, brush: Brush, row: Readonly<Row>): boolean {
  const condition = selection?.[brush.field];
  if (!condition) return true;
  const value = row[brush.field] ?? null;
  if ("values" in condition) return condition.values.some((one) => String(one) === String(value));
  if (value === null) return false;
  const [low, at, high] = [condition.range[0], value, condition.range[1]].map((one) =>
    comparable(one, brush.type),
  );
  return low !== undefined && high !== undefined && at !== undefined && low <= at && at <= high;
}

/** A selection of values with one more, or without it; only that one unless `add`. Null when none is left. */
export function toggled(
  selection: ChartSelection | null,
  { field }: Brush,
  value: JsonValue,
  add: boolean,
): ChartSelection | null {
  const condition = selection?.[field];
  const before = condition && "values" in condition ? condition.values : [];
  const has = before.some((one) => String(one) === String(value));
  const rest = before.filter((one) => String(one) !== String(value));
  const values = add ? (has ? rest : [...before, value]) : has && before.length === 1 ? [] : [value];
  return values.length > 0 ? { [field]: { values } } : null;
}

/** The selection of some rows: an interval that holds them, or their values. */
export function selectionOf(brush: Brush, rows: readonly Readonly<Row>[]): ChartSelection | null {
  const values = rows.map((row) => row[brush.field] ?? null).filter((value) => value !== null);
  if (values.length === 0) return null;
  if (brush.kind === "values") return { [brush.field]: { values: [...new Set(values)] } };
  const ordered = [...values].sort((a, b) =>
    comparable(a, brush.type) < comparable(b, brush.type) ? -1 : 1,
  );
  return { [brush.field]: { range: [ordered[0] ?? null, ordered.at(-1) ?? null] } };
}

/** A selection out of a frame; null for none, or what is none. */
export function parseSelection(value: unknown): ChartSelection | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const found: Record<string, Condition> = {};
  for (const [field, condition] of Object.entries(value)) {
    const { range, values } = part(condition);
    if (Array.isArray(range) && range.length === 2) found[field] = { range: [range[0], range[1]] };
    else if (Array.isArray(values) && values.length > 0) found[field] = { values };
  }
  return Object.keys(found).length > 0 ? found : null;
}
