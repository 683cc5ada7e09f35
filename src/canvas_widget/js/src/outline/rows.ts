/** The rows of the outline: the canvas, and below it its containers as far as they are looked for. */
import type { IconName } from "../components/Icon.tsx";
import type { Container, Content } from "../protocol/types.ts";
import type { CanvasStore } from "../store/store.ts";

export type Kind = Content["kind"];
export const KINDS: Kind[] = ["chart", "table", "metric", "text"];

export const ICONS: Record<Kind, IconName> = {
  chart: "chart",
  table: "table",
  metric: "metric",
  text: "note",
  control: "box",
  empty: "box",
};

/** Of charts, by their mark; bars stand for all others. */
const MARKS: Record<string, IconName> = {
  line: "line",
  area: "area",
  density: "area",
  point: "points",
  arc: "pie",
  box: "boxes",
  heatmap: "cells",
  histogram: "bins",
};

export function iconOf(content: Content): IconName {
  return (content.kind === "chart" && MARKS[content.mark]) || ICONS[content.kind];
}

/** The canvas itself, which has no id. */
export const ROOT = "";
/** How tall a row is, px. */
export const ROW = 28;

/** The ids of the containers to show, in reading order. */
export function foundIds(store: CanvasStore, search: string, kind: Kind | null): string[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return store.order.filter((id) => {
    const node = store.node(id);
    if (!node || (kind !== null && node.content.kind !== kind)) return false;
    const text = `${node.title} ${node.id} ${node.content.kind}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function nameOf(node: Container): string {
  return node.title || ("label" in node.content && node.content.label) || node.id;
}
