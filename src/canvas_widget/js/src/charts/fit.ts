/** What Vega's own fitting leaves to us, the same as for the headless picture (render/fit.py). */
import { formatMetric } from "../format.ts";
import type { JsonValue } from "../protocol/types.ts";
import { textWidth } from "../theme/measure.ts";
import { geometry } from "../theme/theme.ts";
import {
  widestLabel as axisLabel,
  cell,
  defined,
  type Frame,
  framedSize,
  isFramed,
  isPart,
  layers,
  type Part,
  part,
  type Rows,
} from "./frames.ts";
import { isWorded, lined } from "./labels.ts";

const LABEL_GAP = 4;
/** The narrowest band, in px, whose turned name does not touch the next one. */
const NARROWEST = 12;
const SIZE = 11;
/** How far from its middle the words around a pie stand, as a share of its room. */
const WORDS_AT = 1.2 / 1.3;

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

/** How far labels that begin at the end of a mark (`align: left`) reach beyond it, px; 0 where there are none. */
export function labelRoom(spec: Part, rows: Rows): number {
  const rooms = layers(spec).map((layer) => {
    // labels on both sides of zero have their room on the axis itself
    const found = "opacity" in part(part(layer).encoding) ? null : labels(layer);
    const own = found?.mark.align === "left" ? Number(found.mark.dx ?? 0) + widestLabel(found.text, rows) : 0;
    return Math.max(own, isPart(layer) ? labelRoom(layer, rows) : 0);
  });
  return Math.ceil(Math.max(0, ...rooms));
}

/**
 * The spec for a chart so many px wide, and for small charts so many px high in all. Colour legends lose their titles
 * (the header names them) and wrap, move beside the chart, or go where they would leave no room for it. Names along the x axis turn when one does not fit its band. Labels on columns are left out when
 * they would touch one another.
 */
export function fitted(given: Part, rows: Rows, width: number, height = 0): Part {
  if (isFramed(given)) return framed(given, rows, width, height);
  const spec = height > 0 ? axisTitles(given, height) : given;
  if (Array.isArray(spec.layer) && !("x" in part(spec.encoding))) {
    const plot = width - geometry.legend.axis - namesBeside(spec, rows);
    const layer = round(spec.layer, rows, width, height).map((each) =>
      isWorded(each) ? lined(each, plot) : isPart(each) ? fitted(each, rows, width, height) : each,
    );
    return { ...withLegends({ ...spec, layer: [] }, rows, width, height), layer };
  }
  const done = withLegends(spec, rows, width - namesBeside(spec, rows), height);
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

/** The layers of a pie, which fills its room where the words around it would be cut off; others as they are. */
function round(given: readonly unknown[], rows: Rows, width: number, height: number): readonly unknown[] {
  const [slices, around] = given.map(part);
  const words = labels(around);
  if (height === 0 || given.length !== 2 || !slices || !words || part(slices.mark).type !== "arc")
    return given;
  const encoding = part(slices.encoding);
  const color = part(encoding.color);
  if (!("field" in color)) return given;
  const look = geometry.legend;
  const names = Math.max(0, ...legendNames(color, rows).map((name) => textWidth(name, SIZE)));
  const room = width - look.symbol - look.gap - Math.min(names, look.labelMost);
  if (room >= WORDS_AT * Math.min(room, height) + widestLabel(words.text, rows)) return given;
  const radius = part(encoding.radius);
  const whole = { ...radius, scale: { ...part(radius.scale), domain: [0, 1] } };
  return [{ ...slices, encoding: { ...encoding, radius: whole } }];
}

/** The spec without axis titles where they would leave no room to draw in, with those of y no longer than the axis. */
function axisTitles(spec: Part, height: number): Part {
  const { least, beside, step } = geometry.titles;
  const done = { ...spec };
  if (Array.isArray(spec.layer)) {
    done.layer = spec.layer.map((layer) => (isPart(layer) ? axisTitles(layer, height) : layer));
  }
  if (!isPart(spec.encoding)) return done;
  const encoding = { ...spec.encoding };
  for (const name of ["x", "y"]) {
    const place = encoding[name];
    if (!isPart(place) || typeof place.title !== "string") continue;
    if (height < least) {
      encoding[name] = { ...place, title: null };
    } else if (name === "y" && place.axis !== null && textWidth(place.title, SIZE) > height - beside) {
      const titleLimit = Math.floor((height - beside) / step) * step;
      encoding[name] = { ...place, axis: { ...part(place.axis), titleLimit } };
    }
  }
  return { ...done, encoding };
}

/** How much more room than usual the names along the y axis take from a legend above the plot, px. */
function namesBeside(spec: Part, rows: Rows): number {
  const y = defined(spec, "y");
  if (!y || (y.type !== "nominal" && y.type !== "ordinal")) return 0;
  const most = Number(part(y.axis).labelLimit) || geometry.legend.labelMost;
  return Math.max(0, Math.min(most, axisLabel(y, rows)) + geometry.facets.axis - geometry.legend.axis);
}

/** Small charts: each with its size, fewer ticks, and its value as a heading. */
function framed(spec: Part, rows: Rows, width: number, height: number): Part {
  const look = geometry.facets;
  const core = part(spec.spec);
  const legends = withLegends(core, rows, width);
  const frame = framedSize(spec, rows, width, height, legendRoom(legends));
  const counts = {
    x: Math.max(1, Math.floor(frame.width / look.tickX)),
    y: Math.max(2, Math.min(4, Math.floor(frame.height / look.tickY))),
  };
  let inner = withLegend(fitted(core, rows, frame.width + geometry.legend.axis), legends);
  inner = titled({ ...ticked(inner, counts), width: frame.width, height: frame.height }, frame);
  if (frame.width < look.words && Array.isArray(inner.layer)) {
    inner.layer = inner.layer.filter((layer) => !isWorded(layer));
  }
  const down = { title: null, labelPadding: 5, labelLimit: frame.height };
  const across = { title: null, labelPadding: 5, labelLimit: frame.width, labelAnchor: "start" };
  const facet = part(spec.facet);
  const headed =
    "field" in facet
      ? { ...facet, header: across }
      : Object.fromEntries(
          Object.entries(facet).map(([side, each]) => [
            side,
            { ...part(each), header: side === "row" ? down : across },
          ]),
        );
  return { ...spec, facet: headed, spec: inner, spacing: look.gap };
}

/** A spec whose axes, in each of its layers, are what `change` makes of them; null leaves one as it is. */
function withAxes(spec: Part, change: (axis: "x" | "y", definition: Part) => Part | null): Part {
  const done = { ...spec };
  if (isPart(spec.encoding)) {
    const encoding = { ...spec.encoding };
    for (const axis of ["x", "y"] as const) {
      const definition = encoding[axis];
      const changed = isPart(definition) ? change(axis, definition) : null;
      if (changed) encoding[axis] = changed;
    }
    done.encoding = encoding;
  }
  if (Array.isArray(spec.layer)) {
    done.layer = spec.layer.map((layer) => (isPart(layer) ? withAxes(layer, change) : layer));
  }
  return done;
}

/** The spec with fewer ticks on its axes of numbers and times. */
function ticked(spec: Part, counts: Record<"x" | "y", number>): Part {
  return withAxes(spec, (axis, definition) => {
    if (definition.axis === null) return null;
    const scale = definition.type === "quantitative" || definition.type === "temporal";
    const more: Part = { labelLimit: geometry.facets.labelMost, labelSeparation: 6 };
    if (axis === "x" && scale) Object.assign(more, { labelFlush: true, labelOverlap: "greedy" });
    if (scale) more.tickCount = counts[axis];
    return { ...definition, axis: { ...part(definition.axis), ...more } };
  });
}

/** The spec without the titles of axes that do not fit beside one small chart. */
function titled(spec: Part, frame: Frame): Part {
  return withAxes(spec, (axis, definition) => {
    const room = axis === "x" ? frame.width : frame.height;
    const { title } = definition;
    return typeof title === "string" && textWidth(title, SIZE) > room ? { ...definition, title: null } : null;
  });
}

/** The spec with the colour legend that another width gave it: the one of all small charts together. */
function withLegend(spec: Part, other: Part): Part {
  const done = { ...spec };
  const { color } = part(other.encoding);
  if (color !== undefined) done.encoding = { ...part(spec.encoding), color };
  if (Array.isArray(spec.layer)) {
    const others = layers(other);
    done.layer = spec.layer.map((layer, index) =>
      isPart(layer) ? withLegend(layer, part(others[index])) : layer,
    );
  }
  return done;
}

/** What the colour legend takes beside and above a chart, px. */
function legendRoom(spec: Part): [number, number] {
  const color = defined(spec, "color");
  if (!color || color.legend === null) return [0, 0];
  const look = geometry.legend;
  const legend = part(color.legend);
  if ((legend.orient ?? "top") !== "top") return [look.symbol + look.labelBeside + look.gap, 0];
  const lines = color.type === "quantitative" || "columns" in legend ? 2 : 1;
  return [0, look.above + look.line * lines];
}

function withLegends(spec: Part, rows: Rows, width: number, height = 0): Part {
  const done = { ...spec };
  if (isPart(spec.encoding)) done.encoding = wrapped(spec.encoding, rows, width, height);
  if (Array.isArray(spec.layer)) {
    done.layer = spec.layer.map((layer) => (isPart(layer) ? withLegends(layer, rows, width, height) : layer));
  }
  return done;
}

function wrapped(encoding: Part, rows: Rows, width: number, height: number): Part {
  const { color } = encoding;
  if (!isPart(color) || !("field" in color) || color.legend === null) return encoding;
  const legend: Part = { title: null, ...part(color.legend) };
  if ((legend.orient ?? "top") !== "top") return { ...encoding, color: { ...color, legend } };
  const number = color.type === "quantitative";
  const placed = number ? rampPlace(width, height) : legendPlace(legendNames(color, rows), width, height);
  return { ...encoding, color: { ...color, legend: placed && { ...legend, ...placed } } };
}

/** The entries of a legend, in its order. */
function legendNames(color: Part, rows: Rows): string[] {
  const found = new Set(rows.map((row) => String(cell(row, color.field))));
  const order = Array.isArray(color.sort) ? color.sort.map(String) : [...found].sort();
  return order.filter((name) => found.has(name));
}

/**
 * Where a legend goes: above the chart in one or two rows, or beside it where these do not suffice or leave no room to
 * draw in; null where it would leave none there either. A height of 0 is one that is not known.
 */
function legendPlace(names: readonly string[], width: number, height: number): Part | null {
  const look = geometry.legend;
  const wide = names.map((name) => look.symbol + Math.min(textWidth(name, SIZE), look.labelMost));
  for (let rows = 1; rows <= look.rows; rows++) {
    const columns = Math.max(1, Math.ceil(names.length / rows));
    let used = look.gap * (columns - 1);
    for (let place = 0; place < Math.min(columns, wide.length); place++) {
      used += Math.max(...wide.filter((_, index) => index % columns === place));
    }
    if (used <= width - look.axis && isDrawable(height, rows)) return rows === 1 ? {} : { columns };
  }
  const orient = "right";
  if (height === 0) return { orient, labelLimit: look.labelBeside };
  const room = width - look.axis - look.plotWide - look.symbol - look.gap;
  const most = Math.floor((height - look.ends) / look.lineBeside);
  if (room < look.labelLeast || most < Math.min(names.length, 2)) return null;
  if (names.length <= most) return { orient, labelLimit: Math.min(room, look.labelBeside) };
  // The last line says how many more there are.
  const labelLimit = Math.min(Math.max(room, look.more), look.labelBeside);
  return { orient, labelLimit, symbolLimit: most - 1 };
}

/** Where the legend of a number goes: above the chart, or beside it where that would leave no room to draw in. */
function rampPlace(width: number, height: number): Part | null {
  const look = geometry.legend;
  if (isDrawable(height, 2)) return {};
  const gradientLength = height - look.ends - look.below;
  if (gradientLength < look.plotTall || width - look.axis - look.ramp < look.plotWide) return null;
  return { orient: "right", gradientLength };
}

/** Whether a legend of so many rows above a chart leaves room to draw in. */
function isDrawable(height: number, rows: number): boolean {
  const look = geometry.legend;
  const taken = look.ends + look.below + look.above + look.line * rows;
  return height === 0 || height - taken >= look.plotTall;
}
