/** Whether there is something to undo or redo, as far as the session's answers tell. */
import type { Frame } from "../protocol/types.ts";
import type { CanvasStore } from "./store.ts";

export type Reversal = "undo" | "redo";

export class Reversals {
  #store: CanvasStore;
  #asked = new Map<string, Reversal>();

  constructor(store: CanvasStore) {
    this.#store = store;
  }

  asked(id: string, kind: Reversal): void {
    this.#asked.set(id, kind);
  }

  /** Takes note of a change to the document. */
  changed({ reply_to: reply, data }: Frame): void {
    const kind = this.#take(reply) ?? data.source;
    const { canRedo } = this.#store.value("history");
    const next = kind === "undo" ? true : kind === "redo" ? canRedo : false;
    this.#store.set("history", { canUndo: true, canRedo: next });
  }

  /** Takes note of a refusal; returns whether it answers an undo or redo. */
  refused(reply: string | undefined): boolean {
    const kind = this.#take(reply);
    if (!kind) return false;
    const history = this.#store.value("history");
    this.#store.set("history", { ...history, [kind === "undo" ? "canUndo" : "canRedo"]: false });
    return true;
  }

  #take(reply: string | undefined): Reversal | undefined {
    if (reply === undefined) return undefined;
    const kind = this.#asked.get(reply);
    this.#asked.delete(reply);
    return kind;
  }
}
