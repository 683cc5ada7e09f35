/** Drawing containers as plain boxes with a glyph of their type: for the overview and when zoomed far out. */
import type { Rect } from "../components/nodes.ts";
import { nameOf } from "../outline/rows.ts";
import type { Container } from "../protocol/types.ts";
import type { CanvasStore } from "../store/store.ts";
import { fontStack, type Mode, palette } from "../theme/theme.ts";
import { type Brush, type Context, ContextBrush, PixelBrush } from "./brush.ts";

export interface Colours {
  surface: string;
  line: string;
  text: string;
  muted: string;
  accent: string;
  canvas: string;
}

const TOKENS: Record<keyof Colours, string> = {
  surface: "--surf",
  line: "--line2",
  text: "--fg",
  muted: "--mut",
  accent: "--acc",
  canvas: "--canvas",
};

/** After so many ms colours are asked for again, where something is drawn anew anyhow. */
const COLOURS_LAST = 1_000;

interface Asked {
  colours: Colours;
  look: string;
  time: number;
}

const known = new WeakMap<Element, Asked>();

/**
 * The tokens as colours a canvas takes. It asks for computed style: never while the view only moves (`anew` is false),
 * and not with every one of many changes.
 */
export function coloursOf(frame: Element, anew: boolean): Colours {
  const before = known.get(frame);
  const time = performance.now();
  if (before && (!anew || (before.look === frame.className && time - before.time < COLOURS_LAST)))
    return before.colours;
  const colours = readColours(frame);
  known.set(frame, { colours, look: frame.className, time });
  return colours;
}

function readColours(frame: Element): Colours {
  const probe = document.createElement("i");
  probe.style.display = "none";
  frame.append(probe);
  const style = getComputedStyle(probe);
  const read = (token: string) => {
    probe.style.color = `var(${token})`;
    return style.color;
  };
  const entries = Object.entries(TOKENS).map(([name, token]) => [name, read(token)]);
  probe.remove();
  return Object.fromEntries(entries) as Colours;
}

export interface Sight {
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
}

/** Sizes a canvas to so many px, sharp on the screen at hand. */
export function sizeTo(canvas: HTMLCanvasElement | OffscreenCanvas, width: number, height: number): void {
  const ratio = globalThis.devicePixelRatio || 1;
  const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== tall) canvas.height = tall;
}

/** From here on `context` draws in px of the page. */
export function inPx(context: Context): void {
  const ratio = globalThis.devicePixelRatio || 1;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

/** Glyphs are left out below this width or height, px on the screen, and titles below the second. */
const GLYPH = 10;
const TITLE = { width: 64, height: 30 };
/** More boxes than this in sight are drawn into pixels. */
const MANY = 400;
/** More boxes than this have no glyph while the view moves, and more than the second no name. */
const DETAILED = 100;
const NAMED = 300;
/** How much an edge of a whole px shows, to look like one of half a px. */
const FAINT = 0.4;

const pixels = new WeakMap<Context, PixelBrush>();

/** The brush of a canvas that draws into pixels; its memory is used again from frame to frame. */
export function pixelsOf(context: Context): PixelBrush {
  const found = pixels.get(context) ?? new PixelBrush();
  pixels.set(context, found);
  return found;
}

/**
 * Those of `ids` that are in sight, in the order they lie on each other. Many are painted as mere boxes while the view
 * moves; returns whether they were.
 */
export function paintBoxes(
  context: Context,
  store: CanvasStore,
  ids: Iterable<string>,
  boxes: ReadonlyMap<string, Rect>,
  { x, y, zoom, width, height }: Sight,
  colours: Colours,
  mode: Mode,
  moving: boolean,
): boolean {
  const seen: Container[] = [];
  for (const id of ids) {
    const node = store.node(id);
    if (!node || node.hidden) continue;
    const box = boxes.size > 0 ? (boxes.get(id) ?? node) : node;
    const left = box.x * zoom + x;
    const top = box.y * zoom + y;
    if (left > width || top > height || left + box.width * zoom < -1 || top + box.height * zoom < -1)
      continue;
    seen.push(node);
  }
  const many = seen.length > MANY ? pixelsOf(context) : null;
  if (many) many.begin(width, height, context.canvas.width / width);
  else {
    inPx(context);
    context.clearRect(0, 0, width, height);
  }
  const brush: Brush = many ?? new ContextBrush(context);
  const titles: (() => void)[] = [];
  const plain = moving && seen.length > DETAILED;
  let unfinished = false;
  const selection = store.value("selection");
  const hues = palette(mode);
  for (const node of seen) {
    const box = boxes.size > 0 ? (boxes.get(node.id) ?? node) : node;
    const left = box.x * zoom + x;
    const top = box.y * zoom + y;
    const wide = Math.max(1, box.width * zoom);
    const tall = Math.max(1, box.height * zoom);
    const chosen = selection.size > 0 && selection.has(node.id);
    if (plain && wide >= GLYPH && tall >= GLYPH) {
      const [x1, y1] = [Math.round(left), Math.round(top)];
      brush.rect(
        x1,
        y1,
        Math.round(wide),
        Math.round(tall),
        chosen ? colours.accent : colours.line,
        chosen ? 1 : FAINT,
      );
      brush.rect(x1 + 1, y1 + 1, Math.round(wide) - 2, Math.round(tall) - 2, colours.surface);
      unfinished = true;
      if (seen.length <= NAMED && wide >= TITLE.width && tall >= TITLE.height)
        titles.push(() => title(context, nameOf(node), left, top, wide, colours));
      continue;
    }
    const framed = wide > 3 && tall > 3;
    brush.rect(left, top, wide, tall, chosen && !framed ? colours.accent : colours.surface);
    if (framed) brush.edge(left, top, wide, tall, chosen ? 2 : 0.5, chosen ? colours.accent : colours.line);
    if (wide >= GLYPH && tall >= GLYPH) glyph(brush, node, left, top, wide, tall, colours, hues);
    if (wide < TITLE.width || tall < TITLE.height) continue;
    const write = () => title(context, nameOf(node), left, top, wide, colours);
    if (many) titles.push(write);
    else write();
  }
  many?.put(context);
  if (many && titles.length > 0) inPx(context);
  for (const write of titles) write();
  return unfinished;
}

function title(context: Context, text: string, left: number, top: number, wide: number, colours: Colours) {
  context.font = `600 11px ${fontStack}`;
  context.fillStyle = colours.text;
  context.fillText(cut(context, text, Math.floor(wide) - 12), left + 6, top + 15);
}

/** So many cut names are remembered: measuring takes longer than drawing. */
const CUTS = 4_000;
const cuts = new Map<string, string>();

/** As much of a text as fits into a width, px. */
function cut(context: Context, text: string, wide: number): string {
  const key = `${wide} ${text}`;
  const known = cuts.get(key);
  if (known !== undefined) return known;
  let shown = text.slice(0, 60);
  while (shown.length > 1 && context.measureText(`${shown}…`).width > wide) shown = shown.slice(0, -1);
  const found = shown === text ? shown : `${shown}…`;
  if (cuts.size >= CUTS) cuts.clear();
  cuts.set(key, found);
  return found;
}

const BARS = [0.55, 0.9, 0.7];
const HEAP = [0.3, 0.75, 1, 0.6, 0.25];
const SPOTS = [
  [0.1, 0.85],
  [0.3, 0.55],
  [0.45, 0.75],
  [0.6, 0.35],
  [0.9, 0.15],
] as const;
const CELLS = [1, 0.4, 0.7, 0.4, 0.7, 1, 0.7, 1, 0.4];
const POINTS = [0.75, 0.45, 0.6, 0.2];

function glyph(
  brush: Brush,
  node: Container,
  left: number,
  top: number,
  wide: number,
  tall: number,
  colours: Colours,
  hues: readonly string[],
): void {
  const head = wide >= TITLE.width && tall >= TITLE.height ? 18 : 0;
  const size = Math.min(wide * 0.6, (tall - head) * 0.6, 64);
  const x = left + (wide - size) / 2;
  const y = top + head + (tall - head - size) / 2;
  const { content } = node;
  const hue = hues[0] ?? colours.accent;
  if (content.kind === "chart" && (content.mark === "line" || content.mark === "area")) {
    const points = POINTS.map(
      (at, index) => [x + (size * index) / (POINTS.length - 1), y + size * at] as const,
    );
    brush.line(points, Math.max(1, size / 16), hue);
  } else if (content.kind === "chart" && content.mark === "arc") {
    brush.disc(x + size / 2, y + size / 2, size / 2, hue);
  } else if (content.kind === "chart" && content.mark === "point") {
    for (const [right, down] of SPOTS) brush.disc(x + size * right, y + size * down, size / 11, hue);
  } else if (content.kind === "chart" && content.mark === "heatmap") {
    const side = size / 3;
    CELLS.forEach((depth, at) => {
      const [left, top] = [x + (at % 3) * side, y + Math.floor(at / 3) * side];
      brush.rect(left, top, Math.max(1, side - 1), Math.max(1, side - 1), hue, depth);
    });
  } else if (content.kind === "chart" && content.mark === "box") {
    for (const [left, top] of [
      [0.1, 0.2],
      [0.6, 0.4],
    ] as const) {
      brush.rect(x + size * (left + 0.13), y + size * (top - 0.2), Math.max(1, size / 20), size * 0.8, hue);
      brush.rect(x + size * left, y + size * top, size * 0.3, size * 0.4, hue);
    }
  } else if (content.kind === "chart") {
    const bins = content.mark === "histogram";
    const bars = bins ? HEAP : BARS;
    const [wide, gap] = [size / bars.length, bins ? 0 : 1];
    bars.forEach((at, index) => {
      const left = x + wide * index + gap;
      brush.rect(left, y + size * (1 - at), Math.max(1, wide - 2 * gap - (bins ? 1 : 0)), size * at, hue);
    });
  } else if (content.kind === "metric") {
    brush.rect(x, y + size * 0.3, size * 0.7, Math.max(1, size * 0.35), colours.muted);
  } else {
    const rows = content.kind === "table" ? 4 : 2;
    for (let row = 0; row < rows; row++)
      brush.rect(
        x,
        y + (size * (row + 0.5)) / rows,
        size * (row === rows - 1 ? 0.6 : 1),
        Math.max(1, size / 20),
        colours.line,
      );
  }
}
