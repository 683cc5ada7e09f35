/**
 * The containers as plain boxes on a canvas element that lies on the page, painted for one view of it. It is drawn outside
 * the page and handed over as a bitmap: a browser asks each drawing canvas in the page for its picture in every frame.
 */
import { holds, type Rect } from "../components/nodes.ts";
import type { CanvasStore } from "../store/store.ts";
import type { Mode } from "../theme/theme.ts";
import { type Colours, paintBoxes, type Sight, sizeTo } from "./paint.ts";
import { Shift } from "./shift.ts";

/** So much is painted beside the view, in views, to each side; less where it is only for what is not drawn in full yet. */
const AROUND = { far: 0.25, near: 0.1 };
/** Seen this much smaller or larger a picture is painted anew also while the view moves. */
const STRETCH = { least: 0.5, most: 2 };
/** An edge around what is painted, px of the screen, for lines that stick out. */
const EDGE = 2;

/** Below this zoom containers are drawn as plain boxes: there are too many, and nothing in them can be read. */
export const FAR = 0.3;

export interface Look {
  store: CanvasStore;
  colours: Colours;
  mode: Mode;
  /** Whether the view moves: names are left out where there are many boxes. */
  moving: boolean;
}

export class FarPicture {
  readonly #canvas: HTMLCanvasElement;
  #drawing: OffscreenCanvas | null = null;
  readonly #shift = new Shift();
  #sight: Sight | null = null;
  /** What is painted, px of the page. */
  #area: Rect | null = null;
  #unnamed = false;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Paints the boxes of `ids`, as far as they lie in `content` (px of the page) and near the view. */
  paint(
    sight: Sight,
    content: Rect | null,
    { store, colours, mode, moving }: Look,
    boxes: ReadonlyMap<string, Rect>,
    ids: Iterable<string>,
  ): void {
    const { x, y, zoom } = sight;
    const screen = content && near(sight, content, zoom < FAR ? AROUND.far : AROUND.near);
    const { style } = this.#canvas;
    this.#shift.end();
    this.#sight = sight;
    this.#area = null;
    this.#unnamed = false;
    style.display = screen ? "" : "none";
    if (!screen) return;
    const { left, top, width, height } = screen;
    this.#area = { x: (left - x) / zoom, y: (top - y) / zoom, width: width / zoom, height: height / zoom };
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.transform = this.#place(this.#area);
    this.#drawing ??= new OffscreenCanvas(1, 1);
    sizeTo(this.#drawing, width, height);
    const context = this.#drawing.getContext("2d");
    if (!context) return;
    const shown = { x: x - left, y: y - top, zoom, width, height };
    this.#unnamed = paintBoxes(context, store, ids, boxes, shown, colours, mode, moving);
    sizeTo(this.#canvas, width, height);
    this.#canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(this.#drawing.transferToImageBitmap());
  }

  #place({ x, y }: { x: number; y: number }): string {
    return `translate(${x}px, ${y}px) scale(${1 / (this.#sight?.zoom ?? 1)})`;
  }

  /** Shows the picture so many px of the page from where it was painted. */
  shift(x: number, y: number): void {
    if (this.#area) this.#shift.to(this.#canvas, this.#place({ x: this.#area.x + x, y: this.#area.y + y }));
  }

  /** Whether nothing of `content` was left out for lying far from the view. */
  holds(content: Rect | null): boolean {
    return content === null || (this.#area !== null && holds(this.#area, content));
  }

  /** Whether all of `content` that is seen is painted, and about as large as it is seen. */
  covers(sight: Sight, content: Rect | null): boolean {
    const screen = content && near(sight, content, 0);
    if (!screen || !this.#sight) return !screen;
    const scale = sight.zoom / this.#sight.zoom;
    if (!this.#area || scale < STRETCH.least || scale > STRETCH.most) return false;
    const { zoom } = sight;
    const edge = (EDGE + 2) / Math.min(zoom, this.#sight.zoom);
    const seen = {
      x: (screen.left - sight.x) / zoom + edge,
      y: (screen.top - sight.y) / zoom + edge,
      width: screen.width / zoom - 2 * edge,
      height: screen.height / zoom - 2 * edge,
    };
    return holds(this.#area, seen);
  }

  /** Whether it is just as it would be painted for this view. */
  sharp({ x, y, zoom }: Sight): boolean {
    const from = this.#sight;
    const whole = (value: number) => Math.abs(value - Math.round(value)) < 0.01;
    if (!from || !this.#area) return true;
    return !this.#unnamed && zoom === from.zoom && whole(x - from.x) && whole(y - from.y);
  }

  end(): void {
    this.#shift.end();
  }
}

/** The part of `content` (px of the page) that lies in the view and so much around it; whole px of the screen. */
function near({ x, y, zoom, width, height }: Sight, content: Rect, around: number) {
  const left = Math.floor(Math.max(-width * around, content.x * zoom + x - EDGE));
  const top = Math.floor(Math.max(-height * around, content.y * zoom + y - EDGE));
  const right = Math.ceil(Math.min(width * (1 + around), (content.x + content.width) * zoom + x + EDGE));
  const bottom = Math.ceil(Math.min(height * (1 + around), (content.y + content.height) * zoom + y + EDGE));
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : null;
}
