/** Vega's canvas renderer, drawn at twice the size at least, so that charts stay sharp when the canvas is zoomed. */
import { CanvasHandler, CanvasRenderer, renderModule } from "vega";

const LEAST_RATIO = 2;

export const SHARP = "sharp-canvas";

type Origin = [number, number];

interface Drawn {
  _canvas?: HTMLCanvasElement;
  _width: number;
  _height: number;
  _origin: Origin;
}

class SharpRenderer extends CanvasRenderer {
  override resize(width: number, height: number, origin: Origin, scale?: number): this {
    super.resize(width, height, origin, scale);
    const { _canvas: canvas, _width, _height, _origin } = this as unknown as Drawn;
    const context = canvas?.getContext("2d") as (CanvasRenderingContext2D & { pixelRatio: number }) | null;
    const ratio = Math.max(globalThis.devicePixelRatio || 1, LEAST_RATIO);
    if (!canvas || !context || context.pixelRatio >= ratio) return this;
    canvas.width = _width * ratio;
    canvas.height = _height * ratio;
    context.pixelRatio = ratio;
    context.setTransform(ratio, 0, 0, ratio, ratio * _origin[0], ratio * _origin[1]);
    return this;
  }
}

renderModule(SHARP, { renderer: SharpRenderer, headless: SharpRenderer, handler: CanvasHandler });
