/**
 * How much a spec may ask for: numbers, lists and words that would keep a renderer busy for ever, take its memory, draw
 * a picture miles wide, or be run (Vega-Lite writes the parts of a date into an expression as they are). The kernel
 * keeps the same limits (`data/guards/spec_limits.py`), from where the lists are.
 */
import {
  CELLS,
  COUNTS,
  DATE_PARTS,
  ENDS,
  LONGEST,
  MAX_BINS,
  MAX_COUNT,
  MAX_FORMAT,
  MAX_PARTS,
  MAX_SIDE,
  MAX_STEP,
  NAMES,
  SIDES,
  WORDS_ONLY,
} from "./specLists.ts";

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Why a number is refused in its place, or null; `parent` is the key around it. */
export function numberRefusal(value: number, key: string, parent: string): string | null {
  if (CELLS.has(key) || ENDS.has(key) || DATE_PARTS.has(key) || (key === "step" && parent === "bin"))
    return null;
  const side = SIDES.has(key) || COUNTS.has(key) || key === "step";
  const most = COUNTS.has(key) ? MAX_COUNT : key === "step" ? MAX_STEP : MAX_SIDE;
  return !(Math.abs(value) <= most) || (side && value < 0) ? `${value} is no size for it` : null;
}

export function listRefusal(length: number, key: string): string | null {
  const most = (Object.hasOwn(LONGEST, key) ? LONGEST[key] : undefined) ?? MAX_PARTS;
  return length > most ? `${length} entries are too many` : null;
}

export function wordRefusal(text: string, key: string): string | null {
  if (DATE_PARTS.has(key) && !((key === "month" || key === "day") && /^[a-z]+$/i.test(text)))
    return "a part of a date is no number";
  if (key === "format" && (text.length > MAX_FORMAT || /\d{3,}/.test(text)))
    return "a format makes a text that is too long";
  if (NAMES.has(key) && !/^[\w-]{1,40}$/.test(text)) return `"${key}" is no name`;
  if ((key === "width" || key === "height") && text !== "container") return "a size is no number";
  if ((key === "range" || key === "value" || key === "path") && /^\s*m[\s\d.,+-]/i.test(text))
    return "it draws paths of its own";
  return null;
}

/** Why an object is refused where only a word, a number or what the query made can stand. */
export function entryRefusal(name: string, value: unknown): string | null {
  if (name === "bin" && isObject(value) && value.binned !== true) return "its bins are not made by its query";
  if (WORDS_ONLY.has(name) && (isObject(value) || Array.isArray(value)))
    return `"${name}" is no word or number`;
  return null;
}

/** Why bins are refused that are so narrow that an axis over these rows would have too many of them. */
export function stepsRefusal(spec: unknown, rows: readonly Record<string, unknown>[]): string | null {
  if (Array.isArray(spec)) {
    for (const each of spec) {
      const reason = stepsRefusal(each, rows);
      if (reason) return reason;
    }
    return null;
  }
  if (!isObject(spec)) return null;
  const { bin, field } = spec;
  if (isObject(bin) && typeof bin.step === "number" && typeof field === "string") {
    const [step, found] = [
      bin.step,
      rows.map((row) => row[field]).filter((cell) => typeof cell === "number"),
    ];
    let [low, high] = [Infinity, -Infinity];
    for (const cell of found) {
      low = Math.min(low, cell);
      high = Math.max(high, cell);
    }
    if (found.length && !(high - low <= step * MAX_BINS)) return "its bins are too narrow for its rows";
  }
  return stepsRefusal(Object.values(spec), rows);
}
