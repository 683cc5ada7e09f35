/** Drawing containers as plain boxes with a glyph of their type: for the overview and when zoomed far out. */
import type { Rect } from "../components/nodes.ts";
import { nameOf } from "../outline/rows.ts";
import type { Container } from "../protocol/types.ts";
import type { CanvasStore } from "../store/store.ts";
import { fontStack, type Mode, palette } from "../theme/theme.ts";

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

/** The tokens as colours a canvas takes. */
export function coloursOf(frame: Element): Colours {
  const probe = document.createElement("i");
  probe.style.display = "none";
  frame.append(probe);
  const read = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
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

/** Sizes a canvas to its element, sharp on the screen at hand; returns its context, cleared and scaled to px. */
export function prepare(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = globalThis.devicePixelRatio || 1;
  const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== tall) canvas.height = tall;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Glyphs are left out below this width or height, px on the screen, and titles below the second. */
const GLYPH = 10;
const TITLE = { width: 64, height: 30 };

/** All containers in sight, in the order they lie on each other. */
export function paintBoxes(
  context: CanvasRenderingContext2D,
  store: CanvasStore,
  boxes: ReadonlyMap<string, Rect>,
  { x, y, zoom, width, height }: Sight,
  colours: Colours,
  mode: Mode,
): void {
  const selection = store.value("selection");
  const hues = palette(mode);
  context.lineWidth = 1;
  for (const id of store.order) {
    const node = store.node(id);
    if (!node || node.hidden) continue;
    const box = boxes.get(id) ?? node;
    const left = box.x * zoom + x;
    const top = box.y * zoom + y;
    const wide = Math.max(1, box.width * zoom);
    const tall = Math.max(1, box.height * zoom);
    if (left > width || top > height || left + wide < 0 || top + tall < 0) continue;
    context.fillStyle = colours.surface;
    context.fillRect(left, top, wide, tall);
    const chosen = selection.has(id);
    if (wide > 3 && tall > 3) {
      context.strokeStyle = chosen ? colours.accent : colours.line;
      context.lineWidth = chosen ? 2 : 0.5;
      context.strokeRect(left, top, wide, tall);
    } else if (chosen) {
      context.fillStyle = colours.accent;
      context.fillRect(left, top, wide, tall);
    }
    if (wide >= GLYPH && tall >= GLYPH) glyph(context, node, left, top, wide, tall, colours, hues);
    if (wide >= TITLE.width && tall >= TITLE.height) title(context, nameOf(node), left, top, wide, colours);
  }
}

function title(
  context: CanvasRenderingContext2D,
  text: string,
  left: number,
  top: number,
  wide: number,
  colours: Colours,
) {
  context.font = `600 11px ${fontStack}`;
  context.fillStyle = colours.text;
  let shown = text.slice(0, 60);
  while (shown.length > 1 && context.measureText(`${shown}…`).width > wide - 12) shown = shown.slice(0, -1);
  context.fillText(shown === text ? shown : `${shown}…`, left + 6, top + 15);
}

const BARS = [0.55, 0.9, 0.7];
const POINTS = [0.75, 0.45, 0.6, 0.2];

function glyph(
  context: CanvasRenderingContext2D,
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
    context.strokeStyle = hue;
    context.lineWidth = Math.max(1, size / 16);
    context.beginPath();
    POINTS.forEach((at, index) => {
      context.lineTo(x + (size * index) / (POINTS.length - 1), y + size * at);
    });
    context.stroke();
  } else if (content.kind === "chart" && content.mark === "arc") {
    context.fillStyle = hue;
    context.beginPath();
    context.arc(x + size / 2, y + size / 2, size / 2, 0, Math.PI * 2);
    context.fill();
  } else if (content.kind === "chart") {
    context.fillStyle = hue;
    BARS.forEach((at, index) => {
      context.fillRect(x + (size * index) / 3 + 1, y + size * (1 - at), Math.max(1, size / 3 - 2), size * at);
    });
  } else if (content.kind === "metric") {
    context.fillStyle = colours.muted;
    context.fillRect(x, y + size * 0.3, size * 0.7, Math.max(1, size * 0.35));
  } else {
    context.fillStyle = colours.line;
    const rows = content.kind === "table" ? 4 : 2;
    for (let row = 0; row < rows; row++)
      context.fillRect(
        x,
        y + (size * (row + 0.5)) / rows,
        size * (row === rows - 1 ? 0.6 : 1),
        Math.max(1, size / 20),
      );
  }
}
