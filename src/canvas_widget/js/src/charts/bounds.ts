/**
 * The room that strokes take, as the headless renderer's vega-scenegraph 5.1 reckons it: later versions reckon it more
 * closely, and legends and plots would stand some px elsewhere than in the picture.
 */
import { Marks } from "vega";

interface Stroked {
  stroke?: unknown;
  opacity?: number;
  strokeOpacity?: number;
  strokeWidth?: number;
  strokeCap?: string;
  strokeJoin?: string;
  strokeMiterLimit?: number;
  items?: Stroked[];
}

interface Bounds {
  expand(by: number): Bounds;
}

interface MarkKind {
  nested?: boolean;
  bound(bounds: Bounds, item: Stroked, options?: unknown): Bounds;
}

/** The kinds of marks whose strokes may have joins, which 5.3 gives more room. */
const JOINED = new Set(["arc", "area", "line", "path", "shape", "symbol", "trail"]);
const MITER_LIMIT = 4;

function difference(kind: string, item: Stroked): number {
  if (!item.stroke || item.opacity === 0 || item.strokeOpacity === 0) return 0;
  const width = Number(item.strokeWidth ?? 1);
  const miter = !item.strokeJoin || item.strokeJoin === "miter";
  const before = kind === "path" && miter ? 2 * width : width;
  let now = ((item.strokeCap === "square" ? Math.SQRT2 : 1) * width) / 2;
  if (JOINED.has(kind) && miter) now = Math.max(now, ((item.strokeMiterLimit ?? MITER_LIMIT) * width) / 2);
  return before - now;
}

for (const [kind, mark] of Object.entries(Marks as Record<string, MarkKind>)) {
  if (!JOINED.has(kind) && !["group", "rect", "rule"].includes(kind)) continue;
  const { bound } = mark;
  mark.bound = (bounds, item, options) => {
    const made = bound(bounds, item, options);
    const styled = mark.nested ? item.items?.[0] : item;
    return styled ? made.expand(difference(kind, styled)) : made;
  };
}
