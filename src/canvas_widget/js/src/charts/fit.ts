/** What Vega's own fitting leaves to us, the same as for the headless picture (render/fit.py). */
import { formatMetric } from "../format.ts";
import type { JsonValue, Row } from "../protocol/types.ts";
import { textWidth } from "../theme/measure.ts";
import { geometry } from "../theme/theme.ts";

const LABEL_GAP = 4;
/** The narrowest band, in px, whose turned name does not touch the next one. */
const NARROWEST = 12;
const SIZE = 11;

type Part = Record<string, unknown>;
type Rows = readonly Row[];

const isPart = (value: unknown): value is Part =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const part = (value: unknown): Part => (isPart(value) ? value : {});

/** The value a spec's field names; the spec escapes dots, brackets and quotes with backslashes. */
function cell(row: Row, field: unknown): JsonValue | undefined {
  return row[String(field).replace(/\\(.)/g, "$1")];
}

/** The width of the widest label of a text layer. */
function widestLabel(text: Part, rows: Rows): number {
  const form = typeof text.format === "string" ? text.format : null;
  const label = (value: JsonValue | undefined) =>
    typeof value === "string" ? value : formatMetric(value, "number", form);
  return Math.max(0, ...rows.map((row) => textWidth(label(cell(row, text.field)), SIZE, 600)));
}

/** The encoding of a layer's labels, and its mark; null where the layer is something else. */
function labels(layer: unknown): { text: Part; mark: Part } | null {
  const { mark, encoding } = part(layer);
  const text = part(part(encoding).text);
  return isPart(mark) && mark.type === "text" && "field" in text ? { text, mark } : null;
}

const layers = (spec: Part): unknown[] => (Array.isArray(spec.layer) ? spec.layer : []);

/** How far labels that begin at the end of a mark (`align: left`) reach beyond it, px; 0 where there are none. */
export function labelRoom(spec: Part, rows: Rows): number {
  const rooms = layers(spec).map((layer) => {
    const found = labels(layer);
    return found?.mark.align === "left" ? Number(found.mark.dx ?? 0) + widestLabel(found.text, rows) : 0;
  });
  return Math.ceil(Math.max(0, ...rooms));
}

/**
 * The spec for a chart so many px wide. Colour legends lose their titles (the header names them) and wrap, or move
 * beside the chart. Names along the x axis turn when one does not fit its band. Labels on columns are left out when
 * they would touch one another.
 */
export function fitted(spec: Part, rows: Rows, width: number): Part {
  const done = withLegends(spec, rows, width);
  const x = part(done.encoding).x;
  if (!isPart(x) || x.type !== "nominal" || !("field" in x)) return done;
  const names = new Set(rows.map((row) => String(cell(row, x.field))));
  const band = (width - geometry.legend.axis) / Math.max(1, names.size);
  const widest = Math.max(0, ...[...names].map((name) => textWidth(name, SIZE)));
  const turned = widest + LABEL_GAP > band;
  const labelOverlap = turned && band >= NARROWEST ? false : "parity";
  if (x.axis !== null) {
    const axis = { ...part(x.axis), labelAngle: turned ? -40 : 0, labelOverlap };
    done.encoding = { ...part(done.encoding), x: { ...x, axis } };
  }
  if (Array.isArray(done.layer)) {
    done.layer = done.layer.filter((layer) => {
      const found = labels(layer);
      return !found || found.mark.align === "left" || widestLabel(found.text, rows) <= band;
    });
  }
  return done;
}

function withLegends(spec: Part, rows: Rows, width: number): Part {
  const done = { ...spec };
  if (isPart(spec.encoding)) done.encoding = wrapped(spec.encoding, rows, width);
  if (Array.isArray(spec.layer)) {
    done.layer = spec.layer.map((layer) => (isPart(layer) ? withLegends(layer, rows, width) : layer));
  }
  return done;
}

function wrapped(encoding: Part, rows: Rows, width: number): Part {
  const { color } = encoding;
  if (!isPart(color) || !("field" in color) || color.legend === null) return encoding;
  const legend: Part = { title: null, ...part(color.legend) };
  const above = (legend.orient ?? "top") === "top" && color.type !== "quantitative";
  const placed = above ? legendPlace(legendNames(color, rows), width) : {};
  return { ...encoding, color: { ...color, legend: { ...legend, ...placed } } };
}

/** The entries of a legend, in its order. */
function legendNames(color: Part, rows: Rows): string[] {
  const found = new Set(rows.map((row) => String(cell(row, color.field))));
  const order = Array.isArray(color.sort) ? color.sort.map(String) : [...found].sort();
  return order.filter((name) => found.has(name));
}

/** Where a legend goes: above the chart in one or two rows, or beside it where these do not suffice. */
function legendPlace(names: readonly string[], width: number): Part {
  const look = geometry.legend;
  const wide = names.map((name) => look.symbol + Math.min(textWidth(name, SIZE), look.labelMost));
  for (let rows = 1; rows <= look.rows; rows++) {
    const columns = Math.max(1, Math.ceil(names.length / rows));
    let used = look.gap * (columns - 1);
    for (let place = 0; place < Math.min(columns, wide.length); place++) {
      used += Math.max(...wide.filter((_, index) => index % columns === place));
    }
    if (used <= width - look.axis) return rows === 1 ? {} : { columns };
  }
  return { orient: "right", labelLimit: look.labelBeside };
}
