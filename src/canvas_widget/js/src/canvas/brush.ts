/** Two ways to draw plain shapes on a canvas: by its context, and – where there are thousands – straight into pixels. */

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** What boxes and their glyphs are drawn with; all in px of the page. */
export interface Brush {
  rect(left: number, top: number, width: number, height: number, colour: string, opacity?: number): void;
  /** The edge of a rectangle that was drawn before. */
  edge(left: number, top: number, width: number, height: number, thick: number, colour: string): void;
  line(points: readonly (readonly [number, number])[], thick: number, colour: string): void;
  disc(x: number, y: number, radius: number, colour: string): void;
}

export class ContextBrush implements Brush {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  rect(left: number, top: number, width: number, height: number, colour: string, opacity = 1): void {
    this.#context.globalAlpha = opacity;
    this.#context.fillStyle = colour;
    this.#context.fillRect(left, top, width, height);
    this.#context.globalAlpha = 1;
  }

  edge(left: number, top: number, width: number, height: number, thick: number, colour: string): void {
    this.#context.strokeStyle = colour;
    this.#context.lineWidth = thick;
    this.#context.strokeRect(left, top, width, height);
  }

  line(points: readonly (readonly [number, number])[], thick: number, colour: string): void {
    this.#context.strokeStyle = colour;
    this.#context.lineWidth = thick;
    this.#context.beginPath();
    for (const [x, y] of points) this.#context.lineTo(x, y);
    this.#context.stroke();
  }

  disc(x: number, y: number, radius: number, colour: string): void {
    this.#context.fillStyle = colour;
    this.#context.beginPath();
    this.#context.arc(x, y, radius, 0, Math.PI * 2);
    this.#context.fill();
  }
}

type Rgba = readonly [number, number, number, number];

const words = new Map<string, Rgba>();
let probe: Context | null = null;

/** The parts of a colour as CSS writes it, 0 to 255 each. */
function partsOf(colour: string): Rgba {
  const known = words.get(colour);
  if (known) return known;
  probe ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true }) as Context;
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = probe.getImageData(0, 0, 1, 1).data;
  const found = [red, green, blue, alpha] as const;
  words.set(colour, found);
  return found;
}

const wordOf = ([red, green, blue, alpha]: Rgba) => ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** Ten thousand boxes take a context 25 ms a frame, most of it after the script; here they take 3. */
export class PixelBrush implements Brush {
  #image: ImageData = new ImageData(1, 1);
  #pixels = new Uint32Array(this.#image.data.buffer);
  #ratio = 1;

  /** An empty picture of so many px, drawn with `ratio` pixels for each. */
  begin(width: number, height: number, ratio: number): void {
    const [wide, tall] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    this.#ratio = ratio;
    if (this.#image.width === wide && this.#image.height === tall) this.#pixels.fill(0);
    else {
      this.#image = new ImageData(wide, tall);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
    }
  }

  /** Puts the picture in the place of all that is on the canvas. */
  put(context: Context): void {
    context.putImageData(this.#image, 0, 0);
  }

  rect(left: number, top: number, width: number, height: number, colour: string, opacity = 1): void {
    const [red, green, blue, alpha] = partsOf(colour);
    const ratio = this.#ratio;
    const from = Math.round(left * ratio);
    const down = Math.round(top * ratio);
    const right = Math.max(from + 1, Math.round((left + width) * ratio));
    const bottom = Math.max(down + 1, Math.round((top + height) * ratio));
    this.#fill(from, down, right, bottom, wordOf([red, green, blue, Math.round(alpha * opacity)]));
  }

  edge(left: number, top: number, width: number, height: number, thick: number, colour: string): void {
    const ratio = this.#ratio;
    const x = Math.round(left * ratio);
    const y = Math.round(top * ratio);
    const right = Math.max(x + 1, Math.round((left + width) * ratio));
    const bottom = Math.max(y + 1, Math.round((top + height) * ratio));
    const line = Math.max(1, Math.round(thick * ratio));
    const word = this.#blended(x, y, colour, Math.min(1, thick * ratio));
    this.#fill(x, y, right, Math.min(bottom, y + line), word);
    this.#fill(x, Math.max(y, bottom - line), right, bottom, word);
    this.#fill(x, y, Math.min(right, x + line), bottom, word);
    this.#fill(Math.max(x, right - line), y, right, bottom, word);
  }

  line(points: readonly (readonly [number, number])[], thick: number, colour: string): void {
    const step = 1 / this.#ratio;
    for (let at = 1; at < points.length; at++) {
      const [x1, y1] = points[at - 1] ?? [0, 0];
      const [x2, y2] = points[at] ?? [0, 0];
      for (let x = x1; x < x2; x += step) {
        const y = y1 + ((y2 - y1) * (x - x1)) / (x2 - x1);
        this.rect(x, y - thick / 2, step, thick, colour);
      }
    }
  }

  disc(x: number, y: number, radius: number, colour: string): void {
    const step = 1 / this.#ratio;
    for (let dy = -radius; dy < radius; dy += step) {
      const half = Math.sqrt(Math.max(0, radius * radius - dy * dy));
      this.rect(x - half, y + dy, 2 * half, step, colour);
    }
  }

  /** A colour over what is at a place already. */
  #blended(x: number, y: number, colour: string, share: number): number {
    const { width, height } = this.#image;
    const over = partsOf(colour);
    if (share >= 1 || x < 0 || y < 0 || x >= width || y >= height) return wordOf(over);
    const under = this.#pixels[y * width + x] ?? 0;
    const mix = (part: number, shift: number) =>
      Math.round((over[part] ?? 0) * share + ((under >>> shift) & 255) * (1 - share));
    return wordOf([mix(0, 0), mix(1, 8), mix(2, 16), mix(3, 24)]);
  }

  #fill(left: number, top: number, right: number, bottom: number, word: number): void {
    const { width, height } = this.#image;
    const pixels = this.#pixels;
    const from = Math.max(0, left);
    const to = Math.min(width, right);
    const end = Math.min(height, bottom);
    if (from >= to) return;
    for (let row = Math.max(0, top); row < end; row++) {
      const start = row * width;
      if (to - from > 32) pixels.fill(word, start + from, start + to);
      else for (let at = start + from; at < start + to; at++) pixels[at] = word;
    }
  }
}
