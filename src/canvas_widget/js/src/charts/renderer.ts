/**
 * Vega's canvas renderer, drawn in as many pixels as the zoom asks for. A browser shrinks a canvas by looking at four of
 * its pixels for each that is seen: one of more than twice the size loses strokes of its letters, a smaller one is blurred.
 *
 * It draws on a canvas outside the page and hands the finished picture to the one that is shown: a browser asks every
 * drawing canvas in the page for its picture in each frame, also when only the view moves, but not one that got a bitmap.
 */
import { CanvasHandler, CanvasRenderer, renderModule, type View } from "vega";

/** Pixels per px of a chart at 100 %, on screens with fewer than two. */
const USUAL_RATIO = 2;

export const SHARP = "sharp-canvas";

type Origin = [number, number];
type Drawing = OffscreenCanvasRenderingContext2D & { pixelRatio: number };

interface Parts {
  _canvas: HTMLCanvasElement | OffscreenCanvas | null;
  _width: number;
  _height: number;
  _origin: Origin;
  _redraw: boolean;
}

/** What is drawn on for a shown canvas; Vega asks it which mark lies under the pointer. */
const drawings = new WeakMap<HTMLCanvasElement, Drawing>();

class SharpRenderer extends CanvasRenderer {
  #shown: { canvas: HTMLCanvasElement; bitmap: ImageBitmapRenderingContext } | null = null;
  #ratio: number | null = null;

  override initialize(
    element: HTMLElement | null,
    width: number,
    height: number,
    origin: Origin,
    scale?: number,
    options?: unknown,
  ): this {
    super.initialize(element, width, height, origin, scale, options);
    const parts = this as unknown as Parts;
    const canvas = element?.querySelector("canvas");
    const fresh = canvas?.cloneNode() as HTMLCanvasElement | undefined;
    const bitmap = fresh?.getContext("bitmaprenderer");
    if (!canvas || !fresh || !bitmap) return this;
    parts._canvas = new OffscreenCanvas(1, 1);
    canvas.replaceWith(fresh);
    this.#shown = { canvas: fresh, bitmap };
    drawings.set(fresh, parts._canvas.getContext("2d") as Drawing);
    return this.resize(width, height, origin, scale);
  }

  override resize(width: number, height: number, origin: Origin, scale?: number): this {
    super.resize(width, height, origin, scale);
    const { _canvas: canvas, _width, _height, _origin } = this as unknown as Parts;
    const context = canvas?.getContext("2d") as Drawing | null;
    const ratio = this.#ratio ?? Math.max(globalThis.devicePixelRatio || 1, USUAL_RATIO);
    if (this.#shown) {
      this.#shown.canvas.style.width = `${_width}px`;
      this.#shown.canvas.style.height = `${_height}px`;
    }
    const enough = this.#shown ? context?.pixelRatio === ratio : context && context.pixelRatio >= ratio;
    if (!canvas || !context || enough) return this;
    canvas.width = _width * ratio;
    canvas.height = _height * ratio;
    context.pixelRatio = ratio;
    context.setTransform(ratio, 0, 0, ratio, ratio * _origin[0], ratio * _origin[1]);
    return this;
  }

  /** Draws anew with so many pixels per px. */
  sharpen(scene: unknown, ratio: number): void {
    if (!this.#shown || ratio === this.#ratio) return;
    this.#ratio = ratio;
    const { _width, _height, _origin } = this as unknown as Parts;
    this.resize(_width, _height, _origin);
    this._render(scene);
  }

  override _render(scene: unknown, markTypes?: unknown): this {
    const parts = this as unknown as Parts;
    if (this.#shown) parts._redraw = true; // handing the picture over leaves nothing to draw upon
    super._render(scene, markTypes);
    const { _canvas: drawing } = parts;
    if (!this.#shown || !(drawing instanceof OffscreenCanvas) || !drawing.width || !drawing.height)
      return this;
    const { canvas, bitmap } = this.#shown;
    if (canvas.width !== drawing.width) canvas.width = drawing.width;
    if (canvas.height !== drawing.height) canvas.height = drawing.height;
    bitmap.transferFromImageBitmap(drawing.transferToImageBitmap());
    return this;
  }
}

class SharpHandler extends CanvasHandler {
  override context(): Drawing | CanvasRenderingContext2D | null {
    const canvas = this.canvas();
    return drawings.get(canvas) ?? canvas.getContext("2d");
  }
}

/** Draws a chart anew with so many pixels per px, where it has another number of them. */
export function sharpen(view: View, ratio: number): void {
  const renderer = (view as unknown as { _renderer: unknown })._renderer;
  const { root } = view.scenegraph() as unknown as { root: unknown };
  if (renderer instanceof SharpRenderer) renderer.sharpen(root, ratio);
}

renderModule(SHARP, { renderer: SharpRenderer, headless: SharpRenderer, handler: SharpHandler });
