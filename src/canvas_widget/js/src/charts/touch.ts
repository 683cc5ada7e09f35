/** From places in a drawn chart to what is drawn there, and back. */
import type { View } from "vega";
import type { JsonValue, Row, SchemaField } from "../protocol/types.ts";
import { type Brush, type ChartSelection, endOf, fits, plainValue } from "./brush.ts";
import { type DrawnMark, drawnMarks, plotOf } from "./drawn.ts";

/** How far from a point or line, px, still means it. */
const NEAR = 10;
const FADED = 0.28;

interface Scale {
  (value: unknown): number;
  invert?: (px: number) => unknown;
}

interface Arc {
  startAngle?: number;
  endAngle?: number;
  innerRadius?: number;
  outerRadius?: number;
  x?: number;
  y?: number;
}

const scaleOf = (view: View): Scale => view.scale("x") as unknown as Scale;

function inArc(arc: Arc, dx: number, dy: number): boolean {
  const radius = Math.hypot(dx, dy);
  if (radius < (arc.innerRadius ?? 0) || radius > (arc.outerRadius ?? 0)) return false;
  const turn = 2 * Math.PI;
  const angle = (Math.atan2(dx, -dy) + turn) % turn;
  const start = (((arc.startAngle ?? 0) % turn) + turn) % turn;
  const wide = (arc.endAngle ?? 0) - (arc.startAngle ?? 0);
  return (angle - start + turn) % turn <= wide;
}

function distance({ drawn, scene }: DrawnMark, x: number, y: number, view: View): number {
  if (drawn.mark === "arc") {
    const { left, top } = plotOf(view);
    const arc = scene as Arc;
    return inArc(arc, x - left - (arc.x ?? 0), y - top - (arc.y ?? 0)) ? 0 : Number.POSITIVE_INFINITY;
  }
  const dx = Math.max(drawn.x - x, 0, x - drawn.x - drawn.width);
  const dy = Math.max(drawn.y - y, 0, y - drawn.y - drawn.height);
  return Math.hypot(dx, dy);
}

/** The mark at a place of the chart's box, px; the nearest where none is right there. */
export function markAt(view: View, x: number, y: number): DrawnMark | null {
  let best: DrawnMark | null = null;
  let least = NEAR;
  for (const mark of drawnMarks(view)) {
    const away = distance(mark, x, y, view);
    const exact = away === 0 && least === 0 && best !== null && area(mark) < area(best);
    if (away < least || exact) {
      best = mark;
      least = away;
    }
  }
  return best;
}

const area = ({ drawn }: DrawnMark) => drawn.width * drawn.height;

/** A mark's values as its result has them. */
export function rowOf({ scene }: DrawnMark, schema: readonly SchemaField[], names: readonly string[]): Row {
  const row: Row = {};
  for (const { name, type } of schema)
    if (names.includes(name) && scene.datum && name in scene.datum)
      row[name] = plainValue(scene.datum[name], type);
  return row;
}

/** The interval between two places, px from the left of the chart's box; null outside the plot. */
export function intervalAt(
  view: View,
  brush: Brush,
  from: number,
  to: number,
): [JsonValue, JsonValue] | null {
  const scale = scaleOf(view);
  const { left, width } = plotOf(view);
  const clip = (px: number) => Math.max(0, Math.min(width, px - left));
  const [low, high] = [clip(Math.min(from, to)), clip(Math.max(from, to))];
  if (!scale?.invert || high - low < 1) return null;
  return [endOf(scale.invert(low), brush), endOf(scale.invert(high), brush)];
}

export interface Band {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where a selected interval stands in the chart's box, px. */
export function bandOf(view: View, brush: Brush, selection: ChartSelection | null): Band | null {
  const condition = selection?.[brush.field];
  if (!condition || !("range" in condition) || brush.kind !== "interval") return null;
  const scale = scaleOf(view);
  if (!scale) return null;
  const plot = plotOf(view);
  const place = (value: JsonValue) => {
    const timed = brush.type === "date" || brush.type === "datetime";
    const moment =
      timed && typeof value === "string"
        ? new Date(value.includes("T") ? value : `${value}T00:00:00`)
        : value;
    return Math.max(0, Math.min(plot.width, Number(scale(moment))));
  };
  const [low, high] = condition.range.map(place);
  if (low === undefined || high === undefined || !Number.isFinite(low + high)) return null;
  return { left: plot.left + low, top: plot.top, width: Math.max(1, high - low), height: plot.height };
}

/** Draws marks that a selection leaves out faintly, and the others as they were. */
export function fade(view: View, brush: Brush, selection: ChartSelection | null, faint: boolean): void {
  const known = faded.get(view) ?? new WeakMap();
  faded.set(view, known);
  let changed = false;
  for (const { scene, drawn } of drawnMarks(view)) {
    if (drawn.mark === "line" || drawn.mark === "area" || drawn.mark === "trail") continue;
    const row = { [brush.field]: plainValue(scene.datum?.[brush.field], brush.type) };
    const before = known.has(scene) ? known.get(scene) : scene.opacity;
    const wanted = faint || fits(selection, brush, row) ? before : FADED;
    if (wanted === scene.opacity) continue;
    if (!known.has(scene)) known.set(scene, scene.opacity);
    if (wanted === undefined) delete scene.opacity;
    else scene.opacity = wanted;
    (view as unknown as { dirty(item: unknown): void }).dirty(scene);
    changed = true;
  }
  if (changed) void view.runAsync();
}

const faded = new WeakMap<View, WeakMap<object, number | undefined>>();
