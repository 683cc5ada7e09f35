/**
 * The closed recipe for chart specs: anything that could reach out of the page, run an expression, or grow without
 * bound is refused. The kernel refuses the same before a spec enters the document; this is the second door, with the
 * lists of the first.
 */
import { entryRefusal, listRefusal, numberRefusal, wordRefusal } from "./specLimits.ts";
import {
  CELLS,
  FREE_TEXT,
  KEYS,
  MARKS,
  MAX_COLUMNS,
  MAX_DEPTH,
  MAX_TEXT,
  REACHES_OUT,
  TITLES,
} from "./specLists.ts";

const MAX_NODES = 20_000;

class Refused extends Error {}

function refuse(reason: string): never {
  throw new Refused(reason);
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** The rows of the query, or one row without cells, for what is drawn once. */
function checkData(value: unknown): void {
  const keys = isPlain(value) ? Object.keys(value) : [];
  const { name, values } = (isPlain(value) ? value : {}) as { name?: unknown; values?: unknown };
  const once =
    Array.isArray(values) && values.length === 1 && isPlain(values[0]) && !Object.keys(values[0]).length;
  if (keys.length !== 1 || !(name === "result" || once)) refuse('data may only be {"name": "result"}');
}

function checkMark(value: unknown): void {
  const type = isPlain(value) ? value.type : value;
  if (Array.isArray(type)) refuse("its mark is a list");
  if (typeof type === "string" && MARKS.has(type.toLowerCase())) refuse(`mark "${type}" is not allowed`);
}

/** Why a spec is refused, or null when it may be drawn. */
export function refusal(spec: unknown): string | null {
  let nodes = 0;

  const limit = (reason: string | null): void => {
    if (reason) refuse(reason);
  };

  function walk(value: unknown, key: string, depth: number, parent = ""): void {
    nodes += 1;
    if (nodes > MAX_NODES) refuse("it is too large");
    if (depth > MAX_DEPTH) refuse("it is nested too deeply");
    if (typeof value === "string") {
      if (value.length > MAX_TEXT) refuse("a text in it is too long");
      limit(wordRefusal(value, key));
      const quoted = !TITLES.has(key) && /["'`]/.test(value);
      if (!CELLS.has(key) && key !== "description" && (value.includes("\\") || quoted))
        refuse(`"${key}" holds quotes or backslashes`);
      const folded = value.replace(/\s+/g, "").toLowerCase();
      if (!FREE_TEXT.has(key) && REACHES_OUT.test(folded)) refuse(`"${key}" names an address`);
      return;
    }
    if (typeof value === "function" || typeof value === "symbol") refuse("it holds more than plain values");
    if (typeof value === "number") limit(numberRefusal(value, key, parent));
    if (value === null || typeof value !== "object") return;
    if (Array.isArray(value)) {
      limit(listRefusal(value.length, key));
      for (const item of value) walk(item, key, depth + 1, parent);
      return;
    }
    limit(listRefusal(Object.keys(value).length, ""));
    for (const [written, item] of Object.entries(value)) {
      const name = written.toLowerCase();
      if (KEYS.has(name)) refuse(`"${written}" is not allowed`);
      if (name === "data") {
        checkData(item);
        continue;
      }
      if (name === "mark" || name === "type") checkMark(item);
      limit(entryRefusal(name, item));
      walk(item, name, depth + 1, key);
    }
  }

  /** What a chart is repeated by: a column, or a column down and one across. */
  function checkFacet(facet: unknown, columns: unknown): void {
    if (!isPlain(facet)) refuse("its facet is not an object");
    const parts = "field" in facet ? { facet } : facet;
    if (!("field" in facet) && !Object.keys(facet).length) refuse("its facet names no field");
    for (const [key, part] of Object.entries(parts)) {
      if (key !== "facet" && key !== "row" && key !== "column") refuse(`"${key}" is no facet`);
      if (!isPlain(part) || typeof part.field !== "string") refuse("its facet names no field");
      walk(part, "facet", 1);
    }
    const many = columns === undefined ? 1 : columns;
    if (!Number.isInteger(many) || Number(many) < 1 || Number(many) > MAX_COLUMNS)
      refuse("its facets have too many columns");
  }

  try {
    if (!isPlain(spec)) refuse("it is not an object");
    const { facet, ...inner } = spec;
    if ("facet" in spec) checkFacet(facet, spec.columns);
    walk(inner, "", 0);
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}
