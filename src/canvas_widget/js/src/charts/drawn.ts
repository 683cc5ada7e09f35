/** What a chart really shows: read from its scenegraph after drawing, not from the rows that went in. */
import type { View } from "vega";
import type { JsonValue } from "../protocol/types.ts";

export interface DrawnItem {
  mark: string;
  /** Bounds in px within the chart's drawing. */
  x: number;
  y: number;
  width: number;
  height: number;
  datum: Record<string, JsonValue>;
}

interface SceneItem {
  bounds?: { x1: number; y1: number; x2: number; y2: number };
  datum?: Record<string, unknown>;
  items?: SceneNode[];
  x?: number;
  y?: number;
}

interface SceneNode {
  marktype: string;
  role?: string;
  items: SceneItem[];
}

const SHAPES = new Set(["rect", "arc", "symbol", "line", "area", "trail", "rule", "path", "shape"]);

function plain(value: unknown): JsonValue {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  return value === undefined ? null : String(value);
}

/** A mark as it is drawn, and the item of the scenegraph that draws it. */
export interface DrawnMark {
  drawn: DrawnItem;
  scene: { datum?: Record<string, unknown>; opacity?: number };
}

function collect(node: SceneNode, dx: number, dy: number, found: Map<SceneNode, DrawnMark[]>): void {
  if (node.role?.startsWith("axis") || node.role?.startsWith("legend") || node.role === "title") return;
  if (node.marktype === "group") {
    for (const group of node.items) {
      for (const child of group.items ?? []) collect(child, dx + (group.x ?? 0), dy + (group.y ?? 0), found);
    }
    return;
  }
  if (node.role !== "mark" && node.role !== undefined && node.role !== null) return;
  const items: DrawnMark[] = [];
  for (const item of node.items) {
    if (!item.datum || !Object.keys(item.datum).length) continue; // a rule or a label that shows no row
    const { x1, y1, x2, y2 } = item.bounds ?? { x1: 0, y1: 0, x2: 0, y2: 0 };
    const line = node.marktype === "line" || node.marktype === "area" || node.marktype === "trail";
    const drawn = {
      mark: node.marktype,
      x: dx + (line ? (item.x ?? x1) : x1),
      y: dy + (line ? (item.y ?? y1) : y1),
      width: line ? 0 : x2 - x1,
      height: line ? 0 : y2 - y1,
      datum: Object.fromEntries(Object.entries(item.datum).map(([key, value]) => [key, plain(value)])),
    };
    items.push({ drawn, scene: item });
  }
  found.set(node, items);
}

/** The scenegraph and where it begins within the chart's box, px. */
export function rootOf(view: View): { root: SceneNode; left: number; top: number } {
  const { root } = view.scenegraph() as unknown as { root: SceneNode };
  const [left, top] = (view as unknown as { origin(): [number, number] }).origin();
  const padding = view.padding();
  const edge = typeof padding === "number" ? { left: padding, top: padding } : padding;
  return { root, left: left + (edge.left ?? 0), top: top + (edge.top ?? 0) };
}

/**
 * The items of the chart's data marks, in drawing order. Labels, points on lines and other layers over the same rows
 * are left out: the kind of mark that comes first is the chart's own.
 */
export function drawnItems(view: View): DrawnItem[] {
  return drawnMarks(view).map(({ drawn }) => drawn);
}

/** The same with what draws them. */
export function drawnMarks(view: View): DrawnMark[] {
  const { root, left, top } = rootOf(view);
  const found = new Map<SceneNode, DrawnMark[]>();
  collect(root, left, top, found);
  const nodes = [...found.keys()].filter((node) => SHAPES.has(node.marktype));
  const kind = nodes.find((node) => (found.get(node)?.length ?? 0) > 0)?.marktype;
  return nodes.filter((node) => node.marktype === kind).flatMap((node) => found.get(node) ?? []);
}

/** Where the plot of a chart without small charts stands in its box, px. */
export function plotOf(view: View): { left: number; top: number; width: number; height: number } {
  const { left, top } = rootOf(view);
  const signal = (name: string, fallback: number) => {
    try {
      return Number(view.signal(name));
    } catch {
      return fallback;
    }
  };
  return { left, top, width: signal("width", view.width()), height: signal("height", view.height()) };
}

const views = new WeakMap<Element, View>();

/** Remembers which view draws in an element, for `drawnIn`. */
export function register(element: Element, view: View): void {
  views.set(element, view);
}

/** What is drawn in an element that holds a chart; null where there is none. */
export function drawnIn(element: Element): DrawnItem[] | null {
  const view = views.get(element);
  return view ? drawnItems(view) : null;
}

/** The chart in an element as a file; null where there is none. */
export async function pictureIn(element: Element, format: "png" | "svg"): Promise<Blob | null> {
  const view = views.get(element);
  if (!view) return null;
  if (format === "svg") return new Blob([await view.toSVG()], { type: "image/svg+xml" });
  const canvas = await view.toCanvas(2);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** An item of a scenegraph: what it is, and its own numbers and text. */
export type SceneEntry = { mark: string; role: string; left: number; top: number } & Record<
  string,
  number | string
>;

function flatten(node: SceneNode, left: number, top: number, found: SceneEntry[]): void {
  for (const item of node.items) {
    const own = Object.entries(item).filter(([, value]) => ["number", "string"].includes(typeof value));
    found.push({ ...Object.fromEntries(own), mark: node.marktype, role: node.role ?? "", left, top });
    for (const child of item.items ?? []) flatten(child, left + (item.x ?? 0), top + (item.y ?? 0), found);
  }
}

/** Everything drawn in an element that holds a chart: marks, axes and legends, each with its group's place in px. */
export function sceneIn(element: Element): SceneEntry[] | null {
  const view = views.get(element);
  if (!view) return null;
  const { root, left, top } = rootOf(view);
  const found: SceneEntry[] = [];
  flatten(root, left, top, found);
  return found;
}
