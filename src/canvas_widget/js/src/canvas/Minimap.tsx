import { useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { type PointerEvent, use, useEffect, useRef } from "react";
import { useChanges, useView } from "../components/context.ts";
import { GestureContext } from "../components/gestureContext.ts";
import type { Rect } from "../components/nodes.ts";
import type { CanvasStore } from "../store/store.ts";
import { strings } from "../strings.ts";
import { type Brush, ContextBrush } from "./brush.ts";
import { type Colours, coloursOf, inPx, pixelsOf, sizeTo } from "./paint.ts";

const SIZE = { width: 120, height: 72 };
const PAD = 6;
/** From so many containers on it is there, save where everything is in view and it would lie on some of it. */
const MANY = 5;
/** So few are looked at one by one. */
const FEW = 200;
const NONE: ReadonlyMap<string, Rect> = new Map();
const CAUSES = ["document", "order", "selection", "canvas"];

/** The whole canvas in small, with what is seen of it; a press or drag pans there. */
export function Minimap({ taken }: { taken: () => void }) {
  const { store, mode } = useView();
  useChanges(["order", "canvas"]);
  const flow = useReactFlow();
  const api = useStoreApi();
  const canvas = useRef<HTMLCanvasElement>(null);
  const gestures = use(GestureContext);
  const { width: pageWidth, height: pageHeight } = store.canvas;
  const exceeds = useStore(
    ({ width, height, transform: [x, y, zoom] }) =>
      x < -1 || y < -1 || x + pageWidth * zoom > width + 1 || y + pageHeight * zoom > height + 1,
  );
  const scale = Math.min((SIZE.width - 2 * PAD) / pageWidth, (SIZE.height - 2 * PAD) / pageHeight);
  const left = (SIZE.width - pageWidth * scale) / 2;
  const top = (SIZE.height - pageHeight * scale) / 2;
  const covers = useStore(({ width, height, transform: [x, y, zoom] }) => {
    if (exceeds || store.order.length > FEW) return false;
    const [edge, top] = [width - SIZE.width - 16, height - SIZE.height - 12];
    return store.order.some((id) => {
      const node = store.node(id);
      const seen = node !== null && !node.hidden;
      return seen && (node.x + node.width) * zoom + x > edge && (node.y + node.height) * zoom + y > top;
    });
  });
  const shown = store.order.length > 0 && (exceeds || (store.order.length >= MANY && !covers));

  // biome-ignore lint/correctness/useExhaustiveDependencies: the mode decides the colours, and what is not shown has no canvas
  useEffect(() => {
    const element = canvas.current;
    const root = element?.closest(".cw");
    if (!element || !root) return;
    const place = { left, top, scale };
    let frame = 0;
    let stale = true;
    let held = NONE;
    const draw = () => {
      frame = 0;
      sizeTo(element, SIZE.width, SIZE.height);
      const context = element.getContext("2d");
      if (!context) return;
      const colours = coloursOf(root, stale);
      const brush = pixelsOf(context);
      if (stale) {
        brush.begin(SIZE.width, SIZE.height, element.width / SIZE.width);
        paintSmall(brush, store, store.order, held, NONE, place, colours);
      }
      stale = false;
      brush.put(context);
      inPx(context);
      if (held.size > 0)
        paintSmall(new ContextBrush(context), store, held.keys(), NONE, held, place, colours);
      const { width, height, transform } = api.getState();
      const [x, y, zoom] = transform;
      const clip = (value: number, most: number) => Math.max(1, Math.min(value, most - 1));
      const x1 = clip(left + (-x / zoom) * scale, SIZE.width);
      const y1 = clip(top + (-y / zoom) * scale, SIZE.height);
      const x2 = clip(left + ((width - x) / zoom) * scale, SIZE.width);
      const y2 = clip(top + ((height - y) / zoom) * scale, SIZE.height);
      context.strokeStyle = colours.muted;
      context.strokeRect(x1, y1, x2 - x1, y2 - y1);
    };
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const anew = () => {
      stale = true;
      soon();
    };
    const gestured = () => {
      const next = gestures?.boxes ?? NONE;
      if (next === held) return;
      stale ||= next.size !== held.size || [...next.keys()].some((id) => !held.has(id));
      held = next;
      soon();
    };
    // After the frame that shows the canvas itself.
    frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(draw);
    });
    const stops = [
      api.subscribe((now, before) => {
        if (now.transform !== before.transform || now.width !== before.width || now.height !== before.height)
          soon();
      }),
      ...CAUSES.map((key) => store.signals.subscribe(key, anew)),
    ];
    if (gestures) stops.push(gestures.subscribe(gestured));
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    };
  }, [store, mode, api, gestures, shown, scale, left, top]);

  const look = (event: PointerEvent) => {
    const outer = event.currentTarget.getBoundingClientRect();
    taken();
    void flow.setCenter(
      (event.clientX - outer.left - left) / scale,
      (event.clientY - outer.top - top) / scale,
      {
        zoom: flow.getZoom(),
      },
    );
  };
  if (!shown) return null;
  return (
    <div
      className="fl mm nopan nodrag"
      title={strings.tools.minimap}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        look(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) look(event);
      }}
    >
      <canvas ref={canvas} width={SIZE.width} height={SIZE.height} />
    </div>
  );
}

/** The containers of `ids` in small, but for `without`; where `boxes` has one it stands there. */
function paintSmall(
  brush: Brush,
  store: CanvasStore,
  ids: Iterable<string>,
  without: ReadonlyMap<string, Rect>,
  boxes: ReadonlyMap<string, Rect>,
  { left, top, scale }: { left: number; top: number; scale: number },
  colours: Colours,
): void {
  const selection = store.value("selection");
  for (const id of ids) {
    const node = store.node(id);
    if (!node || node.hidden || (without.size > 0 && without.has(id))) continue;
    const box = boxes.size > 0 ? (boxes.get(id) ?? node) : node;
    const chosen = selection.size > 0 && selection.has(id);
    brush.rect(
      left + box.x * scale,
      top + box.y * scale,
      Math.max(1, box.width * scale),
      Math.max(1, box.height * scale),
      chosen ? colours.accent : colours.muted,
      chosen ? 0.8 : 0.35,
    );
  }
}
