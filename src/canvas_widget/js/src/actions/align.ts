/** Aligning and distributing boxes: the changes that do it. Locked containers stay, and the others go by them. */
import type { Change, Container } from "../protocol/types.ts";
import { place } from "./containers.ts";

export type Edge = "left" | "centre" | "right" | "top" | "middle" | "bottom";
type Box = Pick<Container, "id" | "x" | "y" | "width" | "height" | "locked">;

export function align(boxes: readonly Box[], edge: Edge): Change[] {
  if (boxes.length < 2) return [];
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  const target = (box: Box): { x: number } | { y: number } => {
    switch (edge) {
      case "left":
        return { x: left };
      case "right":
        return { x: right - box.width };
      case "centre":
        return { x: Math.round((left + right - box.width) / 2) };
      case "top":
        return { y: top };
      case "bottom":
        return { y: bottom - box.height };
      default:
        return { y: Math.round((top + bottom - box.height) / 2) };
    }
  };
  return boxes.filter(({ locked }) => !locked).flatMap((box) => moved(box, target(box)));
}

/** Equal gaps between neighbours; the first and the last stay. */
export function distribute(boxes: readonly Box[], axis: "x" | "y"): Change[] {
  if (boxes.length < 3) return [];
  const side = axis === "x" ? "width" : "height";
  const sorted = [...boxes].sort((a, b) => a[axis] + a[side] / 2 - (b[axis] + b[side] / 2));
  const [first] = sorted;
  const last = sorted.at(-1);
  if (!first || !last) return [];
  const room = last[axis] + last[side] - first[axis];
  const gap = (room - sorted.reduce((sum, box) => sum + box[side], 0)) / (sorted.length - 1);
  let at = first[axis];
  const changes: Change[] = [];
  for (const box of sorted) {
    const wanted = axis === "x" ? { x: Math.round(at) } : { y: Math.round(at) };
    if (box !== first && box !== last && !box.locked) changes.push(...moved(box, wanted));
    at += box[side] + gap;
  }
  return changes;
}

function moved(box: Box, to: { x?: number; y?: number }): Change[] {
  const differs = (to.x !== undefined && to.x !== box.x) || (to.y !== undefined && to.y !== box.y);
  return differs ? place(box.id, to) : [];
}

/** The share of the canvas that visible containers cover, from 0 to 1, where none overlap. */
export function coverage(
  boxes: readonly Pick<Container, "width" | "height" | "hidden">[],
  canvas: { width: number; height: number },
): number {
  const covered = boxes.reduce((sum, box) => sum + (box.hidden ? 0 : box.width * box.height), 0);
  return Math.min(1, covered / Math.max(1, canvas.width * canvas.height));
}
