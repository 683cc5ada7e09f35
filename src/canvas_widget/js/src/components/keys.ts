/** What the keys do while the focus is in the canvas. */

import { sqlOf } from "../actions/cells.ts";
import { newNote, toggleLocked } from "../actions/containers.ts";
import { brush, offers } from "../actions/data.ts";
import { duplicateThem, removeThem } from "../actions/menu.ts";
import type { CanvasTools } from "../canvas/context.ts";
import type { Session } from "../store/session.ts";
import type { CanvasStore } from "../store/store.ts";
import { strings } from "../strings.ts";
import type { Gestures } from "./useGestures.ts";
import type { Viewport } from "./useViewport.ts";

export interface KeyTarget {
  store: CanvasStore;
  /** Null while nothing can be changed. */
  session: Session | null;
  gestures: Gestures;
  viewport: Viewport;
  tools: CanvasTools;
  area: HTMLElement | null;
}

type Keys = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "target">;

const STEP = 8;
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where typing means text or scrolling rather than a command. */
function types(target: EventTarget | null): boolean {
  const element = target as Element | null;
  return element?.closest?.("input, textarea, select, [contenteditable=true], .dt, [role=toolbar]") != null;
}

/** Undo, redo and select all: they mean the canvas wherever the focus is in the widget, but where text is. */
export function wholeKey(event: Keys, { store, session }: Pick<KeyTarget, "store" | "session">): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  if ((event.target as Element).closest("input, textarea, select, [role=log], .pop, .insp")) return false;
  return whole(event, store, session);
}

function whole({ key, shiftKey }: Keys, store: CanvasStore, session: KeyTarget["session"]): boolean {
  switch (key.toLowerCase()) {
    case "z":
      session?.reverse(shiftKey ? "redo" : "undo");
      return true;
    case "a":
      store.select(store.order.filter((id) => store.node(id)?.hidden === false));
      return true;
    default:
      return false;
  }
}

/** Does what a key asks for; a handled key goes no further. */
export function canvasKey(event: KeyboardEvent, target: KeyTarget): void {
  if (event.defaultPrevented || (event.target as Element).closest?.(".pop")) return;
  const undoes = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
  if (types(event.target) && !undoes && event.key !== "Escape") return;
  if (act(event, target)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function act(event: KeyboardEvent, target: KeyTarget): boolean {
  const command = event.ctrlKey || event.metaKey;
  if (command) return !event.altKey && commands(event, target);
  return arrows(event, target) || looks(event.key, target) || opens(event, target) || edits(event, target);
}

function commands(event: KeyboardEvent, { store, session, gestures }: KeyTarget): boolean {
  const selection = [...store.value("selection")];
  switch (event.key.toLowerCase()) {
    case "z":
      gestures.commit();
      return whole(event, store, session);
    case "d":
      if (selection.length === 0) return false;
      if (session) duplicateThem(store, session, selection);
      return true;
    case "l":
      if (selection.length === 0) return false;
      session?.edit(toggleLocked(store, selection));
      return true;
    default:
      return whole(event, store, session);
  }
}

/** The container that a key is about: the focused one, else the only one selected. */
function meant(event: KeyboardEvent, store: CanvasStore): string | null {
  const focused = (event.target as Element).closest("[data-container-id]")?.getAttribute("data-container-id");
  const [only] = store.value("selection");
  return focused ?? (store.value("selection").size === 1 ? (only ?? null) : null);
}

function opens(event: KeyboardEvent, { store, session, tools, area }: KeyTarget): boolean {
  if (event.key === "/") {
    if (!session) return false;
    addNote(store, session, tools);
    return true;
  }
  const id = meant(event, store);
  const node = id === null ? null : store.node(id);
  if (id === null || !node) return false;
  switch (event.key) {
    case "s":
    case "S":
    case "d":
    case "D":
      if (sqlOf(node)) tools.inspect(id, event.key.toLowerCase() === "s" ? "sql" : "data");
      return true;
    case "b":
    case "B":
      if (node.content.kind !== "chart" || !session || !offers(session, "brush")) return false;
      store.setNow("brushing", !store.value("brushing"));
      return true;
    case "l":
    case "L":
      return focusSeries(area, id);
    case "F2":
      if (session) tools.edit(id);
      return session !== null;
    case "F10":
    case "ContextMenu":
    case "m":
    case "M": {
      if (event.key === "F10" && !event.shiftKey) return false;
      const anchor = area?.querySelector(`.react-flow__node[data-container-id="${CSS.escape(id)}"]`) ?? area;
      const selection = store.value("selection");
      if (!selection.has(id)) store.select([id]);
      if (anchor) tools.menu(selection.has(id) ? [...selection] : [id], anchor);
      return true;
    }
    default:
      return false;
  }
}

/** Goes to the legend of a chart; whether there is one. */
export function focusSeries(area: ParentNode | null, id: string): boolean {
  const owner = area?.querySelector(`.react-flow__node[data-container-id="${CSS.escape(id)}"]`);
  const button = owner?.querySelector<HTMLElement>(".series [tabindex='0'], .series button");
  button?.focus({ preventScroll: true });
  return button != null;
}

/** Makes a note and opens it for writing. */
export function addNote(store: CanvasStore, session: Session, tools: CanvasTools): void {
  const { changes, id } = newNote(store, strings.tools.noteText, strings.tools.noteTitle);
  session.edit(changes);
  store.select([id]);
  requestAnimationFrame(() => requestAnimationFrame(() => tools.edit(id)));
}

function arrows(event: KeyboardEvent, { store, session, gestures }: KeyTarget): boolean {
  const direction = ARROWS[event.key];
  const selection = store.value("selection");
  if (!direction || selection.size === 0) return false;
  if (!session) return true;
  const step = event.shiftKey ? 1 : STEP;
  const [dx, dy] = [direction[0] * step, direction[1] * step];
  gestures.nudge(selection, event.altKey ? { width: dx, height: dy } : { x: dx, y: dy });
  return true;
}

function looks(key: string, { store, viewport }: KeyTarget): boolean {
  switch (key) {
    case "1":
      viewport.fit();
      return true;
    case "0":
      viewport.zoomTo(1);
      return true;
    case "2":
      if (store.value("selection").size > 0) viewport.fit(store.value("selection"));
      return true;
    case "+":
    case "=":
      viewport.zoomBy(1.2);
      return true;
    case "-":
      viewport.zoomBy(1 / 1.2);
      return true;
    default:
      return false;
  }
}

function edits(event: KeyboardEvent, { store, session, area }: KeyTarget): boolean {
  const selection = store.value("selection");
  switch (event.key) {
    case "Delete":
    case "Backspace": {
      if (selection.size === 0) return false;
      if (session) removeThem(store, session, [...selection]);
      area?.focus({ preventScroll: true });
      return true;
    }
    case "Enter": {
      const id = (event.target as Element).closest("[data-container-id]")?.getAttribute("data-container-id");
      if (!id) return false;
      store.select([id]);
      return true;
    }
    case "Escape": {
      const only = meant(event, store);
      if (session && only !== null && store.value("selections").has(only)) {
        brush(session, only, null);
        return true;
      }
      if (store.value("brushing")) {
        store.setNow("brushing", false);
        return true;
      }
      if (selection.size > 0) store.select([]);
      else (area?.ownerDocument.activeElement as HTMLElement | null)?.blur();
      return true;
    }
    default:
      return false;
  }
}
