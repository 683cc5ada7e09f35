/** Rows as the renderer wants them, the same as for the headless picture (render/chart.py). */
import type { JsonValue, Row, SchemaField } from "../protocol/types.ts";

const OFFSET = /(?:Z|[+-]\d{2}:?\d{2})$/;
const WHOLE = /^-?\d+$/;
export const MAX_MARKS = 5_000;

/** The fields that a spec measures: their numbers have places on a scale, not names. */
export function measuredFields(part: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(part)) {
    for (const item of part) measuredFields(item, found);
  } else if (part !== null && typeof part === "object") {
    const { field, type } = part as { field?: unknown; type?: unknown };
    if (typeof field === "string" && type === "quantitative") found.add(field);
    for (const item of Object.values(part)) measuredFields(item, found);
  }
  return found;
}

/**
 * Dates and times become wall-clock times without a zone; integers past 2^53, which travel as text, are numbers again
 * where the spec measures them.
 */
export function chartRows(rows: readonly Row[], schema: readonly SchemaField[], spec: unknown): Row[] {
  const temporal = new Set(
    schema.filter(({ type }) => type === "date" || type === "datetime").map(({ name }) => name),
  );
  const measured = measuredFields(spec);
  const value = (name: string, raw: JsonValue): JsonValue => {
    if (typeof raw !== "string") return raw;
    if (temporal.has(name)) {
      const local = raw.includes("T") ? raw.replace(OFFSET, "") : raw;
      return local.includes("T") ? local : `${local}T00:00:00`;
    }
    return measured.has(name) && WHOLE.test(raw) ? Number(raw) : raw;
  };
  return rows
    .slice(0, MAX_MARKS)
    .map((row) => Object.fromEntries(Object.entries(row).map(([name, raw]) => [name, value(name, raw)])));
}
