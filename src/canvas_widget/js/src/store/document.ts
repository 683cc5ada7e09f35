/**
 * The client's copy of the canvas document, and the two ways it changes: the session's deltas (all or none), and the
 * user's own edits laid over it until the session has answered them.
 */
import { isFields, parseContainer } from "../protocol/parse.ts";
import type {
  CanvasDocument,
  CanvasInfo,
  CanvasSettings,
  Change,
  Container,
  Delta,
} from "../protocol/types.ts";

export interface DocumentState {
  rev: number;
  canvas: CanvasInfo;
  settings: CanvasSettings;
  nodes: Map<string, Container>;
  order: string[];
}

/** What a batch touched, so that only its readers are told. */
export interface Touched {
  ids: Set<string>;
  order: boolean;
  canvas: boolean;
}

export function fromDocument(document: CanvasDocument): DocumentState {
  return {
    rev: document.rev,
    canvas: document.canvas,
    settings: document.settings,
    nodes: new Map(document.containers.map((container) => [container.id, container])),
    order: document.containers.map(({ id }) => id),
  };
}

export function toDocument(state: DocumentState): CanvasDocument {
  const containers = state.order.map((id) => state.nodes.get(id)).filter((found) => found !== undefined);
  return { rev: state.rev, canvas: state.canvas, settings: state.settings, containers };
}

const CONTAINER = /^\/containers\/([^/]+)$/;
const FIELD = /^\/containers\/([^/]+)\/([a-z_]+)$/;

/** Puts each moved id at its final index; the others keep their order. */
function place(order: readonly string[], moves: ReadonlyMap<string, number>): string[] {
  const rest = order.filter((id) => !moves.has(id));
  for (const [id, index] of [...moves].sort((a, b) => a[1] - b[1])) rest.splice(index, 0, id);
  return rest;
}

/** Applies a batch of deltas to `state`. Returns what it touched, or null – and `state` as it was – when it does not fit. */
export function applyDeltas(state: DocumentState, deltas: readonly Delta[]): Touched | null {
  const staged = new Map<string, Container | null>();
  const added = new Set<string>();
  const moves = new Map<string, number>();
  let canvas = state.canvas;
  let settings = state.settings;
  const current = (id: string) => (staged.has(id) ? staged.get(id) : state.nodes.get(id)) ?? null;

  for (const { action, path, node } of deltas) {
    if (action === "update" && (path === "/canvas" || path === "/settings")) {
      if (!isFields(node)) return null;
      if (path === "/canvas") canvas = { ...canvas, ...node };
      else settings = { ...settings, ...node };
      continue;
    }
    const id = CONTAINER.exec(path)?.[1];
    if (id === undefined) return null;
    const before = current(id);
    if (action === "add") {
      const container = parseContainer(node);
      if (before || container?.id !== id) return null;
      staged.set(id, container);
      added.delete(id);
      added.add(id);
      continue;
    }
    if (!before) return null;
    if (action === "remove") {
      staged.set(id, null);
      moves.delete(id);
    } else if (!isFields(node)) {
      return null;
    } else if (action === "update") {
      const container = parseContainer({ ...before, ...node, id });
      if (!container) return null;
      staged.set(id, container);
    } else {
      if (typeof node.index !== "number") return null;
      moves.set(id, node.index);
    }
  }

  let order: string[] | null = null;
  const gone = [...staged].filter(([id, container]) => container === null && state.nodes.has(id));
  if (added.size > 0 || gone.length > 0 || moves.size > 0) {
    order = state.order.filter((id) => !added.has(id) && current(id) !== null);
    for (const id of added) if (current(id) !== null) order.push(id);
    if (moves.size > 0) order = place(order, moves);
  }
  for (const [id, container] of staged) {
    if (container) state.nodes.set(id, container);
    else state.nodes.delete(id);
  }
  const touched: Touched = {
    ids: new Set(staged.keys()),
    order: order !== null,
    canvas: canvas !== state.canvas || settings !== state.settings,
  };
  if (order) state.order = order;
  state.canvas = canvas;
  state.settings = settings;
  return touched;
}

/** The containers that a change writes to (its own, if any). */
export function changedId(change: Change): string | null {
  if (!("path" in change)) return null;
  return CONTAINER.exec(change.path)?.[1] ?? FIELD.exec(change.path)?.[1] ?? null;
}

/** A container as it looks with one of the user's pending changes laid over it. */
export function overlay(container: Container | null, change: Change): Container | null {
  if (change.op === "add") return container ?? parseContainer(change.value);
  if (change.op === "remove") return null;
  if (change.op !== "set" || !container) return container;
  const field = FIELD.exec(change.path)?.[2];
  if (!field) return container;
  return parseContainer({ ...container, [field]: change.value }) ?? container;
}
