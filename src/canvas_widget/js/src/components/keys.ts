/** What the keys do while the focus is in the canvas. */
import type { Change } from "../protocol/types.ts";
import type { Session } from "../store/session.ts";
import type { CanvasStore } from "../store/store.ts";
import type { Gestures } from "./useGestures.ts";
import type { Viewport } from "./useViewport.ts";

export interface KeyTarget {
  store: CanvasStore;
  /** Null while nothing can be changed. */
  session: Session | null;
  gestures: Gestures;
  viewport: Viewport;
  area: HTMLElement | null;
}

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

/** Does what a key asks for; a handled key goes no further. */
export function canvasKey(event: KeyboardEvent, target: KeyTarget): void {
  if (event.defaultPrevented) return;
  if (types(event.target) && !event.ctrlKey && !event.metaKey && event.key !== "Escape") return;
  if (act(event, target)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function act(event: KeyboardEvent, target: KeyTarget): boolean {
  const command = event.ctrlKey || event.metaKey;
  if (command) {
    if (event.key.toLowerCase() !== "z" || event.altKey) return false;
    target.gestures.commit();
    target.session?.reverse(event.shiftKey ? "redo" : "undo");
    return true;
  }
  return arrows(event, target) || looks(event.key, target) || edits(event, target);
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
      const changes: Change[] = [...selection]
        .filter((id) => store.node(id)?.locked === false)
        .map((id) => ({ op: "remove", path: `/containers/${id}` }));
      session?.edit(changes);
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
      if (selection.size > 0) store.select([]);
      else (area?.ownerDocument.activeElement as HTMLElement | null)?.blur();
      return true;
    }
    default:
      return false;
  }
}
