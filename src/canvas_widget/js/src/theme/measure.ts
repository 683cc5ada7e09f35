import { fontStack } from "./theme.ts";

let context: CanvasRenderingContext2D | null | undefined;

/** The width of a text in px, in the bundled font. */
export function textWidth(text: string, size: number, weight = 400, spacing = 0): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * size * 0.56;
  context.font = `${weight} ${size}px ${fontStack}`;
  return context.measureText(text).width + spacing * text.length;
}
