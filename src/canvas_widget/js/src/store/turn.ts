/** Reads a turn's frames into the one line of status that the header shows. */
import type { Frame } from "../protocol/types.ts";
import { strings } from "../strings.ts";
import type { CanvasStore } from "./store.ts";

const LINGER = 6_000;

export class TurnReader {
  #store: CanvasStore;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: CanvasStore) {
    this.#store = store;
  }

  read(frame: Frame): void {
    const { data } = frame;
    const turnId = typeof data.turn_id === "string" ? data.turn_id : "";
    switch (frame.type) {
      case "accepted":
        if (data.queued !== true) this.#show(turnId, strings.turn.started);
        else if (!this.#store.value("turn")?.running) this.#show(turnId, strings.turn.queued);
        break;
      case "turn_started":
        this.#show(turnId, strings.turn.started);
        break;
      case "reasoning":
        this.#show(turnId, strings.turn.started);
        break;
      case "tool_call":
        this.#show(turnId, strings.turn.tool(String(data.tool ?? ""), data.arguments));
        break;
      case "tool_result":
        if (data.ok === false) this.#show(turnId, strings.turn.toolFailed(String(data.tool ?? "")));
        break;
      case "assistant_response":
        this.#show(turnId, strings.turn.writing);
        break;
      case "retract":
        this.#show(turnId, strings.turn.retracted);
        break;
      case "progress":
        this.#progress(frame, turnId);
        break;
      case "done":
        this.#done(turnId, String(data.reason ?? "complete"));
        break;
    }
  }

  /** The one line; a turn that waits says nothing while another one works. */
  #show(turnId: string, text: string): void {
    clearTimeout(this.#timer);
    const now = this.#store.value("turn");
    if (now?.running && now.turnId === turnId && now.text === text) return;
    this.#store.set("turn", { turnId, running: true, text, failed: false });
  }

  #progress(frame: Frame, turnId: string): void {
    const { container_id, message, fraction } = frame.data;
    const text = String(message ?? "");
    const measured = typeof fraction === "number" && fraction >= 0 && fraction <= 1 ? fraction : null;
    if (typeof container_id === "string") {
      const progress = new Map(this.#store.value("progress"));
      if (text || measured !== null) progress.set(container_id, { text, fraction: measured });
      else progress.delete(container_id);
      this.#store.set("progress", progress);
    } else if (text) {
      this.#show(turnId, text);
    }
  }

  #done(turnId: string, reason: string): void {
    const now = this.#store.value("turn");
    if (now?.running && now.turnId !== turnId && reason === "cancelled") return;
    clearTimeout(this.#timer);
    const failed = reason === "error";
    this.#store.set("turn", { turnId, running: false, text: strings.turn.done(reason), failed });
    if (this.#store.value("progress").size > 0) this.#store.set("progress", new Map());
    if (!failed) this.#timer = setTimeout(() => this.#store.set("turn", null), LINGER);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
