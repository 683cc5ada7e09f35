import { useStoreApi, ViewportPortal } from "@xyflow/react";
import { use, useLayoutEffect, useRef } from "react";
import { useView } from "../components/context.ts";
import { GestureContext } from "../components/gestureContext.ts";
import { useMovement } from "../components/movement.ts";
import type { Rect } from "../components/nodes.ts";
import type { CanvasStore } from "../store/store.ts";
import { FarPicture } from "./farPicture.ts";
import { coloursOf, type Sight } from "./paint.ts";
import { unionOf } from "./snap.ts";

const NONE: ReadonlyMap<string, Rect> = new Map();
const STILL = { x: 0, y: 0 };
const CAUSES = ["document", "order", "selection", "canvas"];

/**
 * The containers as boxes, below those that are drawn in full. They are painted when something that they show changes,
 * and for another view once it rests or shows more than was painted; till then the picture moves with the page. What a
 * gesture carries has a picture of its own.
 */
export function Overview() {
  const { store, mode } = useView();
  const flow = useStoreApi();
  const movement = useMovement();
  const gestures = use(GestureContext);
  const all = useRef<HTMLCanvasElement>(null);
  const held = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const root = all.current?.closest(".cw");
    if (!root || !all.current || !held.current) return;
    const standing = new FarPicture(all.current);
    const carried = new FarPicture(held.current);
    let boxes = NONE;
    let base = NONE;
    let content = contentOf(store);
    let frame = 0;
    let changed = true;
    /** Of the causes, as they were painted: what was marked before is told after the first picture shows it. */
    let version = -1;
    const seen = (): Sight => {
      const { width, height, transform } = flow.getState();
      const [x, y, zoom] = transform;
      return { x, y, zoom, width, height };
    };
    const moving = () => movement.moving !== "rest";
    const paint = () => {
      cancelAnimationFrame(frame);
      frame = 0;
      const view = seen();
      const look = { store, mode, moving: moving(), colours: coloursOf(root, changed) };
      if (changed) {
        content = contentOf(store);
        version = store.signals.version(CAUSES);
      }
      if (changed || !standing.covers(view, content) || (!look.moving && !standing.sharp(view))) {
        const ids = boxes.size > 0 ? store.order.filter((id) => !boxes.has(id)) : store.order;
        standing.paint(view, content, look, NONE, ids);
      }
      carried.paint(view, unionOf([...boxes.values()]), look, boxes, boxes.keys());
      base = boxes;
      changed = false;
    };
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(paint);
    };
    const anew = () => {
      changed = true;
      soon();
    };
    const told = () => {
      if (store.signals.version(CAUSES) !== version) anew();
    };
    const moved = () => {
      const view = seen();
      const sharp = moving() || (standing.sharp(view) && carried.sharp(view));
      if (!sharp || !standing.covers(view, content)) soon();
    };
    const gestured = () => {
      const next = gestures?.boxes ?? NONE;
      if (next === boxes) return;
      const same = next.size === boxes.size && [...next.keys()].every((id) => boxes.has(id));
      boxes = next;
      if (!same) return anew();
      const step = carried.holds(unionOf([...base.values()])) ? stepOf(base, next) : null;
      if (step === null) soon();
      else carried.shift(step.x, step.y);
    };
    paint();
    const stops = [
      movement.subscribe(moved),
      flow.subscribe((now, old) => {
        if (now.width !== old.width || now.height !== old.height) anew();
      }),
      ...CAUSES.map((key) => store.signals.subscribe(key, told)),
    ];
    if (gestures) stops.push(gestures.subscribe(gestured));
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
      standing.end();
      carried.end();
    };
  }, [store, mode, flow, movement, gestures]);
  return (
    <ViewportPortal>
      <div className="far" aria-hidden="true">
        <canvas ref={all} />
        <canvas ref={held} />
      </div>
    </ViewportPortal>
  );
}

/** What all containers that can be seen lie in, px of the page. */
function contentOf(store: CanvasStore): Rect | null {
  const boxes: Rect[] = [];
  for (const id of store.order) {
    const node = store.node(id);
    if (node && !node.hidden) boxes.push(node);
  }
  return unionOf(boxes);
}

/** By how much all boxes moved alike; null where they did not. */
function stepOf(
  from: ReadonlyMap<string, Rect>,
  to: ReadonlyMap<string, Rect>,
): { x: number; y: number } | null {
  if (from.size !== to.size) return null;
  let step: { x: number; y: number } | null = null;
  for (const [id, box] of to) {
    const before = from.get(id);
    if (!before || before.width !== box.width || before.height !== box.height) return null;
    step ??= { x: box.x - before.x, y: box.y - before.y };
    if (box.x - before.x !== step.x || box.y - before.y !== step.y) return null;
  }
  return step ?? STILL;
}
