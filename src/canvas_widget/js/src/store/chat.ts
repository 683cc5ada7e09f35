/** The conversation of a canvas: prompts that were asked here, in cells or in other tabs, and what came of them. */
import { isFields } from "../protocol/parse.ts";
import type { ErrorInfo, Frame } from "../protocol/types.ts";
import { turnAfter, turnsOf } from "./chatFrames.ts";
import { type ChatTurn, newTurn } from "./chatTurn.ts";
import type { CanvasStore } from "./store.ts";

/** Frames that belong to one turn. */
const OF_A_TURN = new Set([
  "turn_started",
  "reasoning",
  "assistant_response",
  "retract",
  "tool_call",
  "tool_result",
  "done",
]);
/** Turns that are kept; older ones leave the panel. */
const MOST_TURNS = 200;

export class Chat {
  #store: CanvasStore;
  /** Prompts that wait for `accepted`, by the id of their message. */
  #sent = new Set<string>();
  /** The turns that waited when the queue was last told. */
  #queued = new Set<string>();

  constructor(store: CanvasStore) {
    this.#store = store;
  }

  get turns(): readonly ChatTurn[] {
    return this.#store.value("chat");
  }

  /** The turn that runs now. */
  get running(): ChatTurn | undefined {
    return this.turns.find(({ state }) => state === "running");
  }

  /** Shows a prompt that was sent with the message `id`. */
  asked(id: string, prompt: string): void {
    this.#sent.add(id);
    this.#put([...this.turns, newTurn(id, { prompt, source: "chat", state: "sending" })]);
  }

  /** Takes note of a frame; returns whether it was about the chat. */
  read(frame: Frame): boolean {
    const { type, data } = frame;
    const id = typeof data.turn_id === "string" ? data.turn_id : "";
    if (type === "accepted") {
      this.#accepted(frame, id);
      return true;
    }
    if (type === "chat_history") {
      this.#history(data.messages);
      return true;
    }
    if (type === "conversation_cleared") {
      this.#put(this.turns.filter(({ state }) => state !== "ended"));
      return true;
    }
    if (type === "queue") {
      this.#waiting(data.turns);
      return true;
    }
    if (!id || !OF_A_TURN.has(type)) return false;
    this.#change(id, (turn) => turnAfter(turn, type, data));
    return true;
  }

  /** Takes note that the canvas was changed by a turn. */
  touched(id: unknown): void {
    if (typeof id !== "string" || !this.turns.some((turn) => turn.id === id)) return;
    this.#change(id, (turn) =>
      turn.touched && !turn.undone ? turn : { ...turn, touched: true, undone: false },
    );
  }

  undone(id: string): void {
    this.#change(id, (turn) => ({ ...turn, undone: true }));
  }

  /** Takes note of an error: the answer to a prompt of ours, or why the running turn failed. Returns whether it was. */
  failed(reply: string | undefined, error: ErrorInfo): boolean {
    if (reply !== undefined && this.#sent.delete(reply)) {
      this.#change(reply, (turn) => ({ ...turn, state: "ended", ending: "error", error }));
      return true;
    }
    const running = this.running;
    if (reply !== undefined || !running) return false;
    this.#change(running.id, (turn) => ({ ...turn, error }));
    return true;
  }

  /** Prompts of ours that nobody answered: the kernel is gone. */
  lost(error: ErrorInfo): void {
    this.#sent.clear();
    this.#put(
      this.turns.map((turn) =>
        turn.state === "ended"
          ? turn
          : { ...turn, state: "ended", ending: "error", error: turn.error ?? error },
      ),
    );
  }

  /** Turns that ran or waited before a new snapshot came: one that still does is told anew. */
  cut(error: ErrorInfo): void {
    this.#queued.clear();
    this.#put(
      this.turns.map((turn) =>
        turn.state === "running" || turn.state === "waiting"
          ? { ...turn, state: "ended", ending: "error", error: turn.error ?? error }
          : turn,
      ),
    );
  }

  #accepted({ reply_to: reply, data }: Frame, id: string): void {
    const state = data.queued === true ? "waiting" : "running";
    const ours = reply !== undefined && this.#sent.delete(reply);
    const sent = ours ? this.turns.find((turn) => turn.id === reply) : undefined;
    if (!id) return;
    const known = this.turns.find((turn) => turn.id === id);
    if (known && sent) {
      const merged = { ...known, prompt: known.prompt || sent.prompt, source: "chat" };
      this.#put(this.turns.filter((turn) => turn !== sent).map((turn) => (turn === known ? merged : turn)));
    } else if (sent) {
      this.#put(this.turns.map((turn) => (turn === sent ? { ...turn, id, state } : turn)));
    } else if (!known) {
      this.#put([...this.turns, newTurn(id, { state })]);
    }
  }

  /** The prompts that wait, in their order: none but these. */
  #waiting(value: unknown): void {
    const list = Array.isArray(value) ? value.filter(isFields) : [];
    const now = new Map(list.map((item) => [String(item.turn_id), String(item.prompt ?? "")]));
    const left = [...this.#queued].filter((id) => !now.has(id));
    this.#queued = new Set(now.keys());
    let turns = this.turns.map((turn) => {
      if (now.has(turn.id) && turn.state !== "ended")
        return { ...turn, state: "waiting" as const, prompt: turn.prompt || (now.get(turn.id) ?? "") };
      if (left.includes(turn.id) && turn.state === "waiting") return { ...turn, state: "running" as const };
      return turn;
    });
    for (const [id, prompt] of now)
      if (!turns.some((turn) => turn.id === id))
        turns = [...turns, newTurn(id, { prompt, state: "waiting" })];
    this.#put(turns);
  }

  /** What was said before we came; turns that we saw ourselves stay as we saw them. */
  #history(messages: unknown): void {
    const told = turnsOf(messages);
    const seen = new Map(this.turns.map((turn) => [turn.id, turn]));
    const ids = new Set(told.map(({ id }) => id));
    const merged = told.map((turn) => {
      const known = seen.get(turn.id);
      return known ? { ...known, prompt: known.prompt || turn.prompt } : turn;
    });
    this.#put([...merged, ...this.turns.filter(({ id }) => !ids.has(id))]);
  }

  #change(id: string, next: (turn: ChatTurn) => ChatTurn): void {
    const { turns } = this;
    const at = turns.findLastIndex((turn) => turn.id === id);
    const before = turns[at] ?? newTurn(id);
    const after = next(before);
    if (after === before && at >= 0) return;
    this.#put(at < 0 ? [...turns, after] : turns.map((turn, index) => (index === at ? after : turn)));
  }

  #put(turns: readonly ChatTurn[]): void {
    this.#store.set("chat", turns.length > MOST_TURNS ? turns.slice(-MOST_TURNS) : turns);
  }
}
