/** Numbers and cells as a reader sees them, the same as in the headless picture (render/numbers.py). */
import { format as d3Format } from "d3-format";
import type { JsonValue } from "./protocol/types.ts";

export const MISSING = "–";
const MINUS = "−";
const UNGROUPED = /(?:^|[^a-z])(?:year|yr|id|code|zip|postcode)s?(?:$|[^a-z])/i;
const WHOLE = /^-?\d{1,60}$/;
const MIDNIGHT = /(\d{4}-\d{2}-\d{2})T00:00:00(?:\.0+)?$/;

/** Whether a column's name says that its numbers are names (years, ids): these take no thousands separators. */
export function isUngrouped(name: string): boolean {
  return UNGROUPED.test(name);
}

export function isNumeric(type: string): boolean {
  return type === "integer" || type === "number";
}

const trueMinus = (text: string) => text.replace(/^-/, MINUS);

const formatters = new Map<string, Intl.NumberFormat>();

/** Kept, because to make one costs a hundred times what it takes to write a number. */
function formatter(places: number, grouped: boolean): Intl.NumberFormat {
  const key = `${places} ${grouped}`;
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.NumberFormat("en-US", {
      minimumFractionDigits: places,
      maximumFractionDigits: places,
      useGrouping: grouped,
      roundingMode: "halfEven",
    } as Intl.NumberFormatOptions);
    formatters.set(key, found);
  }
  return found;
}

function fixed(value: number, places: number, grouped: boolean): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 0.5 * 10 ** -places || size >= 1e15))
    return String(Number(value.toPrecision(3)));
  const text = formatter(places, grouped).format(value);
  return /[1-9]/.test(text) ? text : text.replace(/^-/, "");
}

/** How many decimals a column of numbers needs: those it has, at most 2, or 4 where all lie below 1. */
export function decimals(numbers: readonly number[]): number {
  const sizes = numbers.filter(Number.isFinite).map(Math.abs);
  const most = sizes.some((size) => size >= 1) ? 2 : 4;
  let needed = 0;
  for (const size of sizes) {
    const [, fraction = ""] = size.toFixed(most).replace(/0+$/, "").split(".");
    needed = Math.max(needed, fraction.length);
  }
  return needed;
}

function whole(text: string, grouped: boolean): string {
  return trueMinus(grouped ? BigInt(text).toLocaleString("en-US") : text);
}

/** One table cell. `places` are the decimals of its column. */
export function formatCell(value: JsonValue | undefined, places: number, grouped: boolean): string {
  if (value === null || value === undefined) return MISSING;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return trueMinus(fixed(value, places, grouped));
  if (typeof value === "string") return value.replace(MIDNIGHT, "$1");
  return JSON.stringify(value);
}

/** Which marks stand in numbers; null for the English ones. */
export interface Marks {
  decimal: string;
  thousands: string;
  grouping: readonly number[];
  currency: readonly string[];
}

function grouped(digits: string, sizes: readonly number[], mark: string): string {
  const groups: string[] = [];
  let rest = digits;
  while (rest) {
    const size = Math.max(1, sizes[Math.min(groups.length, sizes.length - 1)] ?? rest.length);
    groups.unshift(rest.slice(-size));
    rest = rest.slice(0, -size);
  }
  return groups.join(mark);
}

/** A number written the English way, with other marks. */
export function localised(text: string, marks: Marks | null | undefined): string {
  if (!marks) return text;
  const written = text.replace(/\d[\d,]*(?:\.\d+)?/g, (number) => {
    const [whole = "", fraction] = number.split(".");
    const digits = whole.includes(",")
      ? grouped(whole.replaceAll(",", ""), marks.grouping, marks.thousands)
      : whole;
    return fraction ? `${digits}${marks.decimal}${fraction}` : digits;
  });
  const at = written.indexOf("$");
  if (at < 0) return written;
  const [before = "", after = ""] = marks.currency;
  return `${written.slice(0, at)}${before}${written.slice(at + 1)}${after}`;
}

export interface ColumnFormat {
  numeric: boolean;
  format(value: JsonValue | undefined): string;
}

/** How the cells of a column are written, numbers with the same decimals throughout. */
export function columnFormat(
  name: string,
  type: string,
  sample: readonly (JsonValue | undefined)[],
  marks?: Marks | null,
): ColumnFormat {
  if (!isNumeric(type)) return { numeric: false, format: (value) => formatCell(value, 0, false) };
  const grouped = !isUngrouped(name);
  const places = decimals(sample.filter((value) => typeof value === "number"));
  return {
    numeric: true,
    format: (value) =>
      localised(
        typeof value === "string" && WHOLE.test(value)
          ? whole(value, grouped)
          : formatCell(value, places, grouped),
        marks,
      ),
  };
}

/** A metric's number by a d3-format string; without one as in a sentence. */
export function formatMetric(
  value: JsonValue | undefined,
  type: string,
  form?: string | null,
  marks?: Marks | null,
): string {
  const text = written(value, type, form);
  return isNumeric(type) ? localised(text, marks) : text;
}

function written(value: JsonValue | undefined, type: string, form?: string | null): string {
  if (typeof value === "string" && WHOLE.test(value) && isNumeric(type)) {
    if (!form || form === ",d" || form === ",") return whole(value, true);
    value = Number(value);
  }
  if (typeof value !== "number") return formatCell(value, 0, false);
  if (!Number.isFinite(value)) return MISSING;
  if (form) {
    try {
      return d3Format(form)(value);
    } catch {
      // An unknown format falls back to the default.
    }
  }
  return trueMinus(fixed(value, decimals([value]), true));
}
