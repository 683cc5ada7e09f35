/** Turning what came over a carrier into a frame; anything else is dropped, never thrown at the user. */
import type { CanvasDocument, Container, Delta, Frame, ResultData } from "./types.ts";

type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The frame in `value`, or null where it is none. */
export function parseFrame(value: unknown): Frame | null {
  if (!isFields(value) || typeof value.type !== "string") return null;
  const data = isFields(value.data) ? value.data : {};
  const frame: Frame = { type: value.type, data };
  if (typeof value.id === "string") frame.id = value.id;
  if (typeof value.reply_to === "string") frame.reply_to = value.reply_to;
  if (typeof value.session_id === "string") frame.session_id = value.session_id;
  if (typeof value.seq === "number" && Number.isInteger(value.seq)) frame.seq = value.seq;
  if (isFields(value.error)) {
    const { code, message, error_code, alternatives, node } = value.error;
    frame.error = { code: Number(code ?? 500), message: String(message ?? "") };
    if (typeof error_code === "string") frame.error.error_code = error_code;
    if (Array.isArray(alternatives)) frame.error.alternatives = alternatives.map(String);
    if (isFields(node) && typeof node.id === "string") frame.error.container = node.id;
  }
  return frame;
}

/** Whether a container needs no mending: of ten thousand almost all do not, and copies take as long as reading them. */
function isWhole(value: Fields): boolean {
  return (
    Number.isFinite(value.x) &&
    Number.isFinite(value.y) &&
    Number.isFinite(value.z) &&
    Number.isFinite(value.width) &&
    (value.width as number) >= 1 &&
    Number.isFinite(value.height) &&
    (value.height as number) >= 1 &&
    typeof value.title === "string" &&
    (value.placement === "pinned" || value.placement === "auto") &&
    typeof value.locked === "boolean" &&
    typeof value.hidden === "boolean"
  );
}

/** The container in `value`, mended where it has to be: the very object where it need not. Null where it is none. */
export function parseContainer(value: unknown): Container | null {
  if (!isFields(value) || typeof value.id !== "string" || !isFields(value.content)) return null;
  if (isWhole(value)) return value as unknown as Container;
  const number = (key: string, fallback: number) => {
    const found = value[key];
    return typeof found === "number" && Number.isFinite(found) ? found : fallback;
  };
  return {
    ...(value as unknown as Container),
    title: typeof value.title === "string" ? value.title : "",
    x: number("x", 0),
    y: number("y", 0),
    width: Math.max(1, number("width", 1)),
    height: Math.max(1, number("height", 1)),
    z: number("z", 0),
    placement: value.placement === "pinned" ? "pinned" : "auto",
    locked: value.locked === true,
    hidden: value.hidden === true,
  };
}

/** The document in `value`, or null where it is none. */
export function parseDocument(value: unknown): CanvasDocument | null {
  if (!isFields(value) || !isFields(value.canvas) || !Array.isArray(value.containers)) return null;
  const { canvas, settings } = value;
  return {
    rev: typeof value.rev === "number" ? value.rev : 0,
    canvas: {
      name: String(canvas.name ?? ""),
      width: Number(canvas.width) || 800,
      height: Number(canvas.height) || 600,
    },
    settings: {
      auto_adjust: !isFields(settings) || settings.auto_adjust !== false,
      overlap_prevention: isFields(settings) && settings.overlap_prevention === true,
    },
    containers: value.containers.map(parseContainer).filter((found): found is Container => found !== null),
  };
}

const ACTIONS = new Set(["add", "update", "move", "remove"]);

/** The deltas in `value`; null when any of them is malformed (they apply together or not at all). */
export function parseDeltas(value: unknown): Delta[] | null {
  if (!Array.isArray(value)) return null;
  for (const delta of value) {
    if (!isFields(delta) || typeof delta.path !== "string" || !ACTIONS.has(String(delta.action))) return null;
  }
  return value as Delta[];
}

/** The payload of a `result` frame, or null where it names no container. */
export function parseResult(data: Fields): ResultData | null {
  if (typeof data.container_id !== "string") return null;
  const rows = Array.isArray(data.rows) ? data.rows.filter(isFields) : [];
  const schema = Array.isArray(data.schema) ? data.schema.filter(isFields) : [];
  return {
    container_id: data.container_id,
    result_id: typeof data.result_id === "string" ? data.result_id : "",
    schema: schema.map(({ name, type }) => ({ name: String(name), type: String(type ?? "other") })),
    row_count: typeof data.row_count === "number" ? data.row_count : rows.length,
    offset: typeof data.offset === "number" ? data.offset : 0,
    stale: data.stale === true,
    truncated: data.truncated === true,
    rows_read: typeof data.rows_read === "number" ? data.rows_read : null,
    elapsed_ms: typeof data.elapsed_ms === "number" ? data.elapsed_ms : null,
    cost: typeof data.cost === "string" ? data.cost : "",
    rows: rows as ResultData["rows"],
  };
}
