import { useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { type PointerEvent, use, useRef } from "react";
import { useChanges, useView } from "../components/context.ts";
import { GestureContext } from "../components/gestureContext.ts";
import type { Rect } from "../components/nodes.ts";
import { strings } from "../strings.ts";
import { useDrawing } from "./Overview.tsx";
import { pixelsOf, prepare } from "./paint.ts";

const SIZE = { width: 120, height: 72 };
const PAD = 6;
/** From so many containers on it is there, save where everything is in view and it would lie on some of it. */
const MANY = 5;
/** So few are looked at one by one. */
const FEW = 200;
const NONE: ReadonlyMap<string, Rect> = new Map();

/** The whole canvas in small, with what is seen of it; a press or drag pans there. */
export function Minimap({ taken }: { taken: () => void }) {
  const { store, mode } = useView();
  useChanges(["order", "canvas"]);
  const flow = useReactFlow();
  const api = useStoreApi();
  const canvas = useRef<HTMLCanvasElement>(null);
  const boxes = use(GestureContext)?.boxes ?? NONE;
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
  const drawn = useRef("");
  const shown = store.order.length > 0 && (exceeds || (store.order.length >= MANY && !covers));

  useDrawing(canvas, store.signals, api.subscribe, [boxes, mode, shown, scale], (element, colours, anew) => {
    const { width, height, transform } = api.getState();
    const view = `${width} ${height} ${transform.join(" ")}`;
    if (!anew && view === drawn.current) return;
    drawn.current = view;
    const context = prepare(element, SIZE.width, SIZE.height);
    if (!context) return;
    const brush = pixelsOf(context);
    if (anew) {
      const selection = store.value("selection");
      brush.begin(SIZE.width, SIZE.height, element.width / SIZE.width);
      for (const id of store.order) {
        const node = store.node(id);
        if (!node || node.hidden) continue;
        const box = boxes.get(id) ?? node;
        const chosen = selection.has(id);
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
    brush.put(context);
    const [x, y, zoom] = transform;
    const clip = (value: number, most: number) => Math.max(1, Math.min(value, most - 1));
    const x1 = clip(left + (-x / zoom) * scale, SIZE.width);
    const y1 = clip(top + (-y / zoom) * scale, SIZE.height);
    const x2 = clip(left + ((width - x) / zoom) * scale, SIZE.width);
    const y2 = clip(top + ((height - y) / zoom) * scale, SIZE.height);
    context.strokeStyle = colours.muted;
    context.strokeRect(x1, y1, x2 - x1, y2 - y1);
  });

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
