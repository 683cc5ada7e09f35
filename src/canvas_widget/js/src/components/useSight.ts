/** The part of the canvas whose containers are drawn: what is seen and some way around it. */
import { useStore } from "@xyflow/react";
import { useRef } from "react";
import type { Rect } from "./nodes.ts";

/** So much more than the view, in views, to each side. */
const AROUND = 0.5;
const NOTHING: Rect = { x: 0, y: 0, width: 0, height: 0 };

function holds(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/**
 * It changes only when the view leaves it or is much smaller by now, so that panning asks for nothing. React Flow gets
 * no other containers: when the view jumps far out it would mount all that it knows before it heard of fewer.
 */
export function useSight(): Rect {
  const kept = useRef(NOTHING);
  return useStore(({ transform: [x, y, zoom], width, height }) => {
    if (width === 0 || height === 0) return kept.current;
    const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
    const { current } = kept;
    if (holds(current, view) && current.width <= view.width * 4) return current;
    kept.current = {
      x: view.x - view.width * AROUND,
      y: view.y - view.height * AROUND,
      width: view.width * (1 + 2 * AROUND),
      height: view.height * (1 + 2 * AROUND),
    };
    return kept.current;
  });
}
