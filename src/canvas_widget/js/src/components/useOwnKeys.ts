/** Keeps the host's shortcuts away from keys that mean something here. */
import { type RefObject, useEffect } from "react";

/** With Ctrl or Cmd, what the widget itself does; the rest is the notebook's (save, run) or the browser's. */
const COMMANDS = new Set(["z", "d", "l", "a", "k", "f", "c"]);

/** Keys that belong to the notebook or the browser even while the widget has the focus. */
export function belongsOutside(
  event: Pick<KeyboardEvent, "ctrlKey" | "metaKey" | "altKey" | "key">,
  typing: boolean,
): boolean {
  if (event.key === "Tab") return true;
  if (/^F\d+$/.test(event.key)) return event.key !== "F2" && event.key !== "F10" && event.key !== "F6";
  if (!event.ctrlKey && !event.metaKey) return false;
  if (event.key === "Control" || event.key === "Meta") return true;
  return !COMMANDS.has(event.key.toLowerCase()) && !(typing && event.key === "Enter");
}

/**
 * Notebook 7 hears keys at the document before they come here, JupyterLab after. Lumino leaves out elements with this
 * attribute, looking from the focused one upwards and at each for a match first, so it stands on the focused one. It is
 * set or taken off for each key, so that Ctrl+S still saves the notebook.
 */
const SUPPRESS = "data-lm-suppress-shortcuts";

export function useOwnKeys(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let marked: Element | null = null;
    const hear = (event: KeyboardEvent) => {
      marked?.removeAttribute(SUPPRESS);
      marked = null;
      const [target] = event.composedPath();
      if (!(target instanceof Element) || !frame.current?.contains(target)) return;
      if (belongsOutside(event, target.matches("input, textarea"))) return;
      target.setAttribute(SUPPRESS, "");
      marked = target;
    };
    window.addEventListener("keydown", hear, { capture: true });
    return () => {
      marked?.removeAttribute(SUPPRESS);
      window.removeEventListener("keydown", hear, { capture: true });
    };
  }, [frame]);
}
