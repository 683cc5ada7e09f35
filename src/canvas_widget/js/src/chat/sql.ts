/** SQL in pieces for showing it: keywords, strings, comments, the rest. Only for the eye; nothing is executed from it. */
export interface Piece {
  kind: "key" | "text" | "note" | "plain";
  text: string;
}

const WORDS =
  "select|from|where|group|by|order|having|limit|offset|as|and|or|not|in|is|null|on|join|left|right|full|inner|outer|cross|union|all|distinct|case|when|then|else|end|with|between|like|ilike|asc|desc|over|partition|filter|nulls|first|last|using|values|exists|true|false|qualify|interval|cast";
const TOKENS = new RegExp(`(--[^\\n]*)|('(?:[^']|'')*'|"(?:[^"]|"")*")|\\b(${WORDS})\\b`, "gi");

export function sqlPieces(sql: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of sql.matchAll(TOKENS)) {
    if (found.index > at) pieces.push({ kind: "plain", text: sql.slice(at, found.index) });
    pieces.push({ kind: found[1] ? "note" : found[2] ? "text" : "key", text: found[0] });
    at = found.index + found[0].length;
  }
  if (at < sql.length) pieces.push({ kind: "plain", text: sql.slice(at) });
  return pieces;
}

/** One clause a line, where the statement stands on one line. Strings and names in quotes stay as they are. */
export function sqlLines(sql: string): string {
  const text = sql.trim();
  if (text.includes("\n")) return text;
  const broken = text.replace(
    /('(?:[^']|'')*'|"(?:[^"]|"")*")|\s+(from|where|group by|having|order by|limit|qualify|(?:(?:left|right|full|inner|cross)\s+)?(?:outer\s+)?join|union(?:\s+all)?)\b/gi,
    (all, quoted: string | undefined, word: string | undefined) => (quoted || !word ? all : `\n${word}`),
  );
  return broken;
}
