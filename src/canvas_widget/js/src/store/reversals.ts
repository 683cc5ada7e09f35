/** Whether there is something to undo or redo, as far as the session's answers tell. */
import type { Frame } from "../protocol/types.ts";
import type { CanvasStore } from "./store.ts";

export type Reversal = "undo" | "redo";

export class Reversals {
  #store: CanvasStore;
  #asked = new Map<string, { kind: Reversal; done: (() => void) | undefined }>();

  constructor(store: CanvasStore) {
    this.#store = store;
  }

  /** Takes note of an undo or redo that was sent; `done` is called when it has been carried out. */
  asked(id: string, kind: Reversal, done?: () => void): void {
    this.#asked.set(id, { kind, done });
  }

  /** Takes note of a change to the document. */
  changed({ reply_to: reply, data }: Frame): void {
    const asked = this.#take(reply);
    asked?.done?.();
    const kind = asked?.kind ?? data.source;
    const { canRedo } = this.#store.value("history");
    const next = kind === "undo" ? true : kind === "redo" ? canRedo : false;
    this.#store.set("history", { canUndo: true, canRedo: next });
  }

  /** Takes note of an answer that changed nothing: all that was to be undone has been changed since. */
  kept({ reply_to: reply }: Frame): void {
    this.#take(reply)?.done?.();
  }

  /** Takes note of a refusal; returns whether it answers an undo or redo. */
  refused(reply: string | undefined): boolean {
    const kind = this.#take(reply)?.kind;
    if (!kind) return false;
    const history = this.#store.value("history");
    this.#store.set("history", { ...history, [kind === "undo" ? "canUndo" : "canRedo"]: false });
    return true;
  }

  #take(reply: string | undefined) {
    if (reply === undefined) return undefined;
    const asked = this.#asked.get(reply);
    this.#asked.delete(reply);
    return asked;
  }
}
