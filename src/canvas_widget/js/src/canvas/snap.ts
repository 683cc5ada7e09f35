/** Where a dragged box comes to rest: at the edges, centres and usual distance of its neighbours. Pure. */
import type { Rect } from "../components/nodes.ts";

/** A line to show while dragging; a gap carries its size in px. */
export interface Guide {
  axis: "x" | "y";
  at: number;
  from: number;
  to: number;
  gap?: number;
}

export interface Snapped {
  dx: number;
  dy: number;
  guides: Guide[];
}

/** The distance that containers keep, px. */
const GAP = 16;

interface Hit {
  by: number;
  guide: Guide;
}

type Side = "width" | "height";

function along(box: Rect, other: Rect, axis: "x" | "y", reach: number): Hit[] {
  const side: Side = axis === "x" ? "width" : "height";
  const cross = axis === "x" ? "y" : "x";
  const crossSide: Side = axis === "x" ? "height" : "width";
  const hits: Hit[] = [];
  const lines = (rect: Rect) => [rect[axis], rect[axis] + rect[side] / 2, rect[axis] + rect[side]];
  if (!within(other[axis] - box[axis], other[side], box[side], reach)) return hits;
  const from = Math.min(box[cross], other[cross]);
  const to = Math.max(box[cross] + box[crossSide], other[cross] + other[crossSide]);
  lines(box).forEach((own, index) => {
    lines(other).forEach((line, otherIndex) => {
      if ((index === 1) !== (otherIndex === 1)) return;
      const by = line - own;
      if (Math.abs(by) <= reach) hits.push({ by, guide: { axis, at: line, from, to } });
    });
  });
  const beside = box[cross] < other[cross] + other[crossSide] && box[cross] + box[crossSide] > other[cross];
  if (!beside) return hits;
  const low = Math.max(box[cross], other[cross]);
  const high = Math.min(box[cross] + box[crossSide], other[cross] + other[crossSide]);
  const middle = (low + high) / 2;
  const gap = (start: number): Guide => ({ axis: cross, at: middle, from: start, to: start + GAP, gap: GAP });
  const after = other[axis] + other[side] + GAP - box[axis];
  const before = other[axis] - GAP - (box[axis] + box[side]);
  if (Math.abs(after) <= reach) hits.push({ by: after, guide: gap(other[axis] + other[side]) });
  if (Math.abs(before) <= reach) hits.push({ by: before, guide: gap(other[axis] - GAP) });
  return hits;
}

/** Whether any line of a box, or its usual distance, may be within reach of another's: most are not. */
function within(by: number, other: number, own: number, reach: number): boolean {
  const near = (value: number) => value >= -reach && value <= reach;
  return (
    near(by) ||
    near(by + other) ||
    near(by - own) ||
    near(by + other - own) ||
    near(by + (other - own) / 2) ||
    near(by + other + GAP) ||
    near(by - own - GAP)
  );
}

/** How to shift `box` so that it meets its neighbours, at most `reach` px, and the lines that show why. */
export function snapTo(box: Rect, others: readonly Rect[], reach: number): Snapped {
  const result: Snapped = { dx: 0, dy: 0, guides: [] };
  for (const axis of ["x", "y"] as const) {
    const hits = others.flatMap((other) => along(box, other, axis, reach));
    if (hits.length === 0) continue;
    const best = hits.reduce((found, hit) => (Math.abs(hit.by) < Math.abs(found.by) ? hit : found));
    if (axis === "x") result.dx = best.by;
    else result.dy = best.by;
    const same = hits.filter((hit) => Math.abs(hit.by - best.by) < 0.01).map(({ guide }) => guide);
    result.guides.push(...joined(same));
  }
  return result;
}

/** Lines at the same place become one, gaps stay; not more than a reader can take in. */
function joined(guides: readonly Guide[]): Guide[] {
  const lines = new Map<string, Guide>();
  const gaps: Guide[] = [];
  for (const guide of guides) {
    if (guide.gap !== undefined) {
      if (gaps.length < 2) gaps.push(guide);
      continue;
    }
    const key = `${guide.axis} ${guide.at}`;
    const known = lines.get(key);
    lines.set(
      key,
      known ? { ...known, from: Math.min(known.from, guide.from), to: Math.max(known.to, guide.to) } : guide,
    );
  }
  return [...[...lines.values()].slice(0, 3), ...gaps];
}

export function unionOf(boxes: readonly Rect[]): Rect | null {
  const [first] = boxes;
  if (!first) return null;
  let { x, y } = first;
  let right = x + first.width;
  let bottom = y + first.height;
  for (const box of boxes) {
    x = Math.min(x, box.x);
    y = Math.min(y, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return { x, y, width: right - x, height: bottom - y };
}
