/**
 * Draws charts without a browser and tells what is drawn: values measured in px and taken back through the view's own
 * scales, not the rows that went in. Reads a JSON list of charts on the standard input, writes one of answers.
 */
import { parse, type Spec, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compileChart } from "../src/canvas_widget/js/src/charts/recipe.ts";

type Value = string | number | boolean | null;
interface Point {
  x: Value;
  y: Value;
  series: Value;
  at: number;
  order: number;
}
interface Item {
  x: number;
  y: number;
  width?: number;
  height?: number;
  fill?: string;
  stroke?: string;
  startAngle?: number;
  endAngle?: number;
  items?: Node[];
}
interface Node {
  marktype: string;
  role?: string;
  items: Item[];
}
interface Scale {
  (value: unknown): number | string;
  type: string;
  domain(): unknown[];
  bandwidth?(): number;
  invert?(px: number): number | Date;
}

const DRAWN: Record<string, string> = { rect: "bar", line: "line", area: "area", symbol: "scatter", arc: "pie" };

function plain(value: unknown): Value {
  if (typeof value === "number") return Number(value.toPrecision(12));
  if (value instanceof Date) return new Date(Math.round(value.getTime() / 1000) * 1000).toISOString().slice(0, 19);
  return value === undefined ? null : (value as Value);
}

function marksOf(node: Node, found: Node[] = []): Node[] {
  if (node.role?.startsWith("axis") || node.role?.startsWith("legend") || node.role === "title") return found;
  if (node.marktype === "group") for (const group of node.items) for (const child of group.items ?? []) marksOf(child, found);
  else if (node.marktype in DRAWN) found.push(node);
  return found;
}

/** The value of a scale at a place in px. */
function valueAt(scale: Scale, px: number): Value {
  if (scale.bandwidth) {
    const half = scale.bandwidth() / 2;
    const places = scale.domain().map((value) => ({ value, far: Math.abs(Number(scale(value)) + half - px) }));
    return plain(places.reduce((best, each) => (each.far < best.far ? each : best)).value);
  }
  return plain(scale.invert?.(px));
}

/** How long a bar is, by its scale; below zero where it lies below zero. */
function length(scale: Scale, from: number, to: number): number {
  const [one, other] = [Number(scale.invert?.(from)), Number(scale.invert?.(to))];
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  return high <= 1e-9 * Math.abs(low) ? low - high : high - low;
}

function seriesOf(color: Scale | null, item: Item): Value {
  if (!color) return null;
  const hue = item.fill && item.fill !== "transparent" ? item.fill : item.stroke;
  return plain(color.domain().find((value) => color(value) === hue));
}

async function drawn(chart: { spec: Record<string, unknown>; rows: never[]; schema: never[] }) {
  const compiled = compileChart({ ...chart, width: 640, height: 400, mode: "light", stale: false });
  const view = new View(parse(compiled as Spec, undefined, { ast: true }), { expr: expressionInterpreter, renderer: "none" });
  await view.runAsync();
  const scale = (name: string): Scale | null => {
    try {
      return (view as unknown as { scale(name: string): Scale }).scale(name) ?? null;
    } catch {
      return null;
    }
  };
  const root = (view.scenegraph() as unknown as { root: Node }).root;
  const nodes = marksOf(root).filter(({ items }) => items.length > 0);
  const kind = nodes.find(({ marktype }) => marktype !== "symbol")?.marktype ?? "symbol";
  const color = scale("color");
  const [x, y] = [scale("x"), scale("y")];
  const points: Point[] = [];
  for (const node of nodes.filter(({ marktype }) => marktype === kind)) {
    for (const item of node.items) {
      const series = seriesOf(color, item);
      const order = points.length;
      if (kind === "arc") {
        const share = (item.endAngle ?? 0) - (item.startAngle ?? 0);
        points.push({ x: series, y: share, series: null, at: item.startAngle ?? 0, order });
      } else if (kind === "rect" && x && y) {
        const across = item.x + (item.width ?? 0) / 2;
        const up = item.y + (item.height ?? 0) / 2;
        const lies = y.bandwidth !== undefined;
        const long = lies
          ? length(x, item.x, item.x + (item.width ?? 0))
          : length(y, item.y, item.y + (item.height ?? 0));
        const at = lies ? up : across;
        points.push({ x: valueAt(lies ? y : x, at), y: long, series, at: Math.round(at), order });
      } else if (x && y) {
        points.push({ x: valueAt(x, item.x), y: valueAt(y, item.y), series, at: item.x, order });
      }
    }
  }
  view.finalize();
  if (kind !== "symbol") points.sort((a, b) => a.at - b.at || a.order - b.order);
  return {
    chart_type: DRAWN[kind],
    x: points.map((point) => point.x),
    y: points.map((point) => point.y),
    series: kind !== "arc" && color ? points.map((point) => point.series) : null,
  };
}

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const answers = [];
for (const chart of JSON.parse(Buffer.concat(chunks).toString("utf8"))) {
  try {
    answers.push({ id: chart.id, ...(await drawn(chart)) });
  } catch (error) {
    answers.push({ id: chart.id, error: String(error) });
  }
}
process.stdout.write(JSON.stringify(answers));
