/** The keys of the outline, after the WAI-ARIA tree pattern, and those that act on a container. */
import type { KeyboardEvent } from "react";
import { remove, reorder, toggleHidden, toggleLocked } from "../actions/containers.ts";
import type { Session } from "../store/session.ts";
import type { CanvasStore } from "../store/store.ts";
import { nameOf, ROOT } from "./rows.ts";

export interface TreeTarget {
  store: CanvasStore;
  /** Null while nothing can be changed. */
  session: Session | null;
  shown: readonly string[];
  current: string;
  open: boolean;
  whole: boolean;
  go(id: string): void;
  setOpen(open: boolean): void;
  rename(id: string): void;
  show(id: string): void;
}

/** Does what a key asks for; returns whether it meant anything. */
export function treeKey(event: KeyboardEvent, target: TreeTarget): boolean {
  const command = event.ctrlKey || event.metaKey;
  if (event.altKey) return moves(event.key, target);
  if (command) {
    if (event.key.toLowerCase() !== "l") return false;
    act(target, toggleLocked);
    return true;
  }
  return walks(event, target) || acts(event, target);
}

function walks({ key }: KeyboardEvent, { shown, current, open, go, setOpen, store }: TreeTarget): boolean {
  const at = shown.indexOf(current);
  const to = (index: number) => {
    const id = shown[Math.min(Math.max(index, 0), shown.length - 1)];
    if (id !== undefined) go(id);
  };
  switch (key) {
    case "ArrowDown":
      to(at + 1);
      return true;
    case "ArrowUp":
      to(at - 1);
      return true;
    case "Home":
      to(0);
      return true;
    case "End":
      to(shown.length - 1);
      return true;
    case "ArrowRight":
      if (current !== ROOT) return true;
      if (open) to(1);
      else setOpen(true);
      return true;
    case "ArrowLeft":
      if (current !== ROOT) go(ROOT);
      else setOpen(false);
      return true;
  }
  if (key.length !== 1 || key === " " || /[hH/]/.test(key)) return false;
  const rest = [...shown.slice(at + 1), ...shown.slice(0, at + 1)];
  const found = rest.find((id) => {
    const node = store.node(id);
    return node && nameOf(node).toLowerCase().startsWith(key.toLowerCase());
  });
  if (found !== undefined) go(found);
  return true;
}

function acts(event: KeyboardEvent, target: TreeTarget): boolean {
  const { store, current } = target;
  if (current === ROOT) {
    if (event.key !== "Enter" && event.key !== " ") return false;
    target.setOpen(!target.open);
    return true;
  }
  switch (event.key) {
    case "Enter":
      target.show(current);
      return true;
    case " ": {
      const next = new Set(store.value("selection"));
      if (next.has(current)) next.delete(current);
      else next.add(current);
      store.select(next);
      return true;
    }
    case "F2":
      if (target.session) target.rename(current);
      return true;
    case "h":
    case "H":
      act(target, toggleHidden);
      return true;
    case "Delete":
    case "Backspace": {
      const at = target.shown.indexOf(current);
      const next = target.shown[at + 1] ?? target.shown[at - 1];
      act(target, remove);
      if (next !== undefined && store.node(current) === null) target.go(next);
      return true;
    }
    default:
      return false;
  }
}

/** On the row alone, or on all that is selected where the row is part of it. */
function act({ store, session, current }: TreeTarget, change: typeof remove): void {
  if (current === ROOT) return;
  const selection = store.value("selection");
  session?.edit(change(store, selection.has(current) ? selection : [current]));
}

function moves(key: string, { store, session, current, whole }: TreeTarget): boolean {
  const step = key === "ArrowUp" ? -1 : key === "ArrowDown" ? 1 : 0;
  if (!step) return false;
  if (current !== ROOT && whole) session?.edit(reorder(store, current, store.order.indexOf(current) + step));
  return true;
}
