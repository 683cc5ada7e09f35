/** A stand-in for the kernel's session: one document, edits applied in the order they come, every frame numbered. */

import type { CanvasDocument, Change, Delta, ResultData } from "../protocol/types.ts";
import { applyDeltas, type DocumentState, fromDocument, toDocument } from "../store/document.ts";
import { MemoryTransport } from "../transport/memory.ts";
import type { OutgoingFrame } from "../transport/transport.ts";

interface Edit extends OutgoingFrame {
  data: { changes: Change[] };
}

export class FakeServer {
  readonly state: DocumentState;
  readonly received: OutgoingFrame[] = [];
  readonly transport: MemoryTransport;
  results: ResultData[];
  seq = 0;
  /** When false, nothing is answered. */
  alive = true;
  /** What each change becomes: by default itself, clamped to the canvas as a layout would. */
  correct: (deltas: Delta[]) => Delta[] = (deltas) => deltas;
  #answers = new Map<string, unknown>();

  constructor(document: CanvasDocument, results: ResultData[] = []) {
    this.state = fromDocument(structuredClone(document));
    this.results = results;
    this.transport = new MemoryTransport((frame) => this.#receive(frame));
  }

  send(type: string, data: unknown, envelope: object = {}): void {
    this.transport.deliver({ type, data, timestamp: "2026-01-01T00:00:00Z", ...envelope });
  }

  /** A change by someone else. */
  commit(deltas: Delta[], envelope: object = {}): void {
    if (!applyDeltas(this.state, deltas)) throw new Error("the server's own deltas do not fit");
    this.state.rev += 1;
    this.seq += 1;
    this.send(
      "tree_update",
      { rev: this.state.rev, origin: "user", source: "agent", deltas },
      { seq: this.seq, ...envelope },
    );
  }

  broadcast(type: string, data: unknown): void {
    this.seq += 1;
    this.send(type, data, { seq: this.seq });
  }

  /** Answers what was left unanswered. */
  answer(): void {
    for (const frame of this.received.splice(0)) this.#receive(frame);
  }

  document(): CanvasDocument {
    return toDocument(this.state);
  }

  of(type: string): OutgoingFrame[] {
    return this.received.filter((frame) => frame.type === type);
  }

  #receive(frame: OutgoingFrame): void {
    this.received.push(frame);
    if (!this.alive) return;
    const reply = frame.id === undefined ? {} : { reply_to: frame.id };
    switch (frame.type) {
      case "handshake":
        this.send("server_info", { protocol: 1, version: "0", features: [], limits: {} }, reply);
        break;
      case "init_session":
        this.send(
          "session_ready",
          {
            session_id: "s",
            resumed: "new",
            canvas: this.document(),
            initial_tree: {},
            rev: this.state.rev,
            active_tabs: 1,
          },
          { seq: this.seq, ...reply },
        );
        for (const result of this.results) this.send("result", result);
        break;
      case "get_canvas_state":
        this.send("canvas_state", this.document(), { seq: this.seq, ...reply });
        break;
      case "canvas_edit":
        this.#edit(frame as Edit);
        break;
      case "ping":
        this.send("pong", {}, reply);
        break;
    }
  }

  #edit({ id = "", data }: Edit): void {
    const before = this.#answers.get(id);
    if (before) {
      this.transport.deliver(before);
      return;
    }
    const deltas = this.correct(data.changes.map(toDelta));
    if (!applyDeltas(this.state, deltas)) {
      const message = "The container is gone.";
      const error = { code: 409, error_code: "CONFLICT", message };
      const refusal = { type: "error", reply_to: id, data: { message }, error };
      this.#answers.set(id, refusal);
      this.transport.deliver(refusal);
      return;
    }
    this.state.rev += 1;
    this.seq += 1;
    const ack = {
      type: "ack",
      reply_to: id,
      seq: this.seq,
      data: { rev: this.state.rev, seq: this.seq, deltas: structuredClone(deltas) },
    };
    this.#answers.set(id, ack);
    this.transport.deliver(ack);
  }
}

export function toDelta(change: Change): Delta {
  if (change.op === "remove") return { action: "remove", path: change.path };
  if (change.op === "add") return { action: "add", path: change.path, node: { ...change.value } };
  if (change.op === "move") return { action: "move", path: change.path, node: { index: change.value } };
  if (change.op === "set") {
    const at = change.path.lastIndexOf("/");
    return {
      action: "update",
      path: change.path.slice(0, at),
      node: { [change.path.slice(at + 1)]: change.value },
    };
  }
  return {
    action: "update",
    path: change.op === "settings" ? "/settings" : "/canvas",
    node: { ...change.value },
  };
}
