/** How large small charts may be, the same as for the headless picture (render/frames.py). */
import { formatMetric } from "../format.ts";
import type { JsonValue, Row } from "../protocol/types.ts";
import { textWidth } from "../theme/measure.ts";
import { geometry } from "../theme/theme.ts";

export type Part = Record<string, unknown>;
export type Rows = readonly Row[];

/** Widths count in steps of so many px, so that two text measurers come to the same size. */
const WHOLE = 8;
const SIZE = 11;
const TIME_LABEL = 32;

export const isPart = (value: unknown): value is Part =>
  value !== null && typeof value === "object" && !Array.isArray(value);
export const part = (value: unknown): Part => (isPart(value) ? value : {});
export const layers = (spec: Part): unknown[] => (Array.isArray(spec.layer) ? spec.layer : []);

/** The value a spec's field names; the spec escapes dots, brackets and quotes with backslashes. */
export function cell(row: Row, field: unknown): JsonValue | undefined {
  return row[plainName(field)];
}

/** The name of a spec's field as the rows have it. */
export function plainName(field: unknown): string {
  return String(field).replace(/\\(.)/g, "$1");
}

/** A cell as the headless picture writes it. */
export function named(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return String(value);
}

/** Whether a spec repeats a chart. */
export const isFramed = (spec: Part): boolean => isPart(spec.facet) && isPart(spec.spec);

/** The first definition of a channel in a spec or its layers. */
export function defined(spec: Part, channel: string): Part | null {
  const own = part(spec.encoding)[channel];
  if (isPart(own) && "field" in own) return own;
  for (const layer of layers(spec)) {
    const found = isPart(layer) ? defined(layer, channel) : null;
    if (found) return found;
  }
  return null;
}

function widest(definition: Part, rows: Rows): number {
  const values = rows.map((row) => cell(row, definition.field));
  if (definition.type === "quantitative") {
    const { format } = part(definition.axis);
    const form = typeof format === "string" ? format : null;
    const numbers = values.filter((value): value is number => typeof value === "number");
    const high = numbers.length ? Math.max(...numbers) : 0;
    const ends = [high * 1.25, Math.min(0, ...numbers) * 1.25];
    return Math.max(
      ...ends.map((end) => textWidth(formatMetric(Number(end.toPrecision(2)), "number", form), SIZE)),
    );
  }
  if (definition.type === "temporal") return TIME_LABEL;
  return Math.max(0, ...[...new Set(values)].map((value) => textWidth(named(value), SIZE)));
}

/** The width of an axis's widest label, px: of its names, or of its largest number. */
export function widestLabel(definition: Part | null, rows: Rows): number {
  return definition ? WHOLE * Math.ceil(widest(definition, rows) / WHOLE) : 0;
}

export interface Frame {
  width: number;
  height: number;
}

/** The size of each small chart in a box of `width` by `height` px, of which the `legend` takes some. */
export function framedSize(
  spec: Part,
  rows: Rows,
  width: number,
  height: number,
  legend: readonly [number, number],
): Frame {
  const look = geometry.facets;
  const facet = part(spec.facet);
  const inner = part(spec.spec);
  const many = (one: unknown) =>
    isPart(one) ? Math.max(1, new Set(rows.map((row) => named(cell(row, one.field)))).size) : 1;
  let columns: number;
  let down: number;
  let headings: number;
  let left = 0;
  let total: number;
  if ("field" in facet) {
    total = many(facet);
    columns = Math.min(total, Math.trunc(Number(spec.columns ?? total)));
    down = Math.ceil(total / columns);
    headings = down * look.heading;
  } else {
    columns = many(facet.column);
    down = many(facet.row);
    total = columns * down;
    headings = "column" in facet ? look.heading : 0;
    left = "row" in facet ? look.heading : 0;
  }
  if (total > look.most) throw new Error(`${total} small charts are too many to draw`);
  const x = defined(inner, "x");
  const y = defined(inner, "y");
  const beside = y ? Math.min(look.labelMost, widestLabel(y, rows)) + look.axis : 0;
  const pad = geometry.chart.padding;
  const across =
    width - pad.left - pad.right - beside - left - legend[0] - look.gap * (columns - 1) - look.edge;
  const one = Math.max(look.least, Math.floor(across / columns));
  let below = look.axisBelow;
  if (x && (x.type === "nominal" || x.type === "ordinal")) {
    const names = new Set(rows.map((row) => named(cell(row, x.field))));
    const label = Math.min(look.labelMost, widestLabel(x, rows));
    if (label + look.labelGap > one / Math.max(1, names.size)) below += Math.ceil(label * look.slope);
  }
  const up = height - pad.top - pad.bottom - headings - below - legend[1] - look.gap * (down - 1);
  return { width: one, height: Math.max(look.least, Math.floor(up / down)) };
}
