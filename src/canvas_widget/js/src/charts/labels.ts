/** The words beside a chart's rules, in its bands and at its places, the same as headless (render/labels.py). */
import { textWidth } from "../theme/measure.ts";
import { isPart, type Part, part } from "./frames.ts";

const SIZE = 11;
const WEIGHT = 600;
const LINE = 13;
const MOST = 3;
/** The share of a plot's width that words beside a rule have at least. */
const BESIDE = 0.45;

/** Whether a layer is words of its own, beside a rule or at a place. */
export function isWorded(layer: unknown): layer is Part {
  const { mark } = part(layer);
  return isPart(mark) && mark.type === "text" && (typeof mark.text === "string" || Array.isArray(mark.text));
}

const fits = (text: string, room: number) => textWidth(text, SIZE, WEIGHT) <= room;

function linesOf(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    if (fits(longer, room)) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    line = "";
    for (const char of word) {
      if (line && !fits(line + char, room)) {
        lines.push(line);
        line = "";
      }
      line += char;
    }
  }
  lines.push(line);
  if (lines.length <= MOST) return lines;
  let last = [...(lines[MOST - 1] ?? "")];
  while (last.length && !fits(`${last.join("")}…`, room)) last = last.slice(0, -1);
  return [...lines.slice(0, MOST - 1), `${last.join("").trimEnd()}…`];
}

/** A layer of words in lines that fit a plot so many px wide. */
export function lined(layer: Part, plot: number): Part {
  const mark = part(layer.mark);
  if (typeof mark.text !== "string") return layer;
  const along = "value" in part(part(layer.encoding).x);
  const lines = linesOf(mark.text, plot * (along ? 1 : BESIDE) - 8);
  if (lines.length === 1) return { ...layer, mark: { ...mark, text: lines[0] ?? "" } };
  const dy = mark.baseline === "bottom" ? { dy: Number(mark.dy ?? 0) - LINE * (lines.length - 1) } : {};
  return { ...layer, mark: { ...mark, text: lines, lineHeight: LINE, ...dy } };
}
