/** Conditions a reader types above a column, as the session takes them. */
import { isNumeric } from "../format.ts";
import type { JsonValue } from "../protocol/types.ts";

export interface RowFilter {
  field: string;
  op: string;
  value: JsonValue;
}

const OPERATOR = /^(<=|>=|!=|<>|<|>|=)\s*(.*)$/s;
const RANGE = /^(-?[\d.]+)\s*(?:\.\.|…)\s*(-?[\d.]+)$/;

const value = (text: string, numeric: boolean): JsonValue => {
  const plain = Number(text.replaceAll(",", "").replace("−", "-"));
  return numeric && text.trim() !== "" && Number.isFinite(plain) ? plain : text;
};

/** "> 20", "10..20", "= Japan", or text that is looked for; null for nothing, or what no condition can be made of. */
export function parseFilter(field: string, type: string, typed: string): RowFilter | null {
  const text = typed.trim();
  if (!text) return null;
  const numeric = isNumeric(type);
  const range = RANGE.exec(text);
  if (numeric && range) return { field, op: "between", value: [Number(range[1]), Number(range[2])] };
  const [, op, rest = ""] = OPERATOR.exec(text) ?? [];
  if (op) {
    if (!rest.trim()) return null;
    return { field, op: op === "<>" ? "!=" : op, value: value(rest.trim(), numeric) };
  }
  if (!numeric) return { field, op: "contains", value: text };
  const wanted = value(text, true);
  return typeof wanted === "number" ? { field, op: "=", value: wanted } : null;
}
