/** One canvas session: frames in, store changed; the user's edits out. */
import { parseDeltas, parseDocument } from "../protocol/parse.ts";
import { type CanvasDocument, type Change, type Frame, PROTOCOL_VERSION } from "../protocol/types.ts";
import { strings } from "../strings.ts";
import type { Link, Transport } from "../transport/transport.ts";
import { Chat } from "./chat.ts";
import { Fetching } from "./fetching.ts";
import { offerAfter } from "./offer.ts";
import { Refused, Requests } from "./requests.ts";
import { type Reversal, Reversals } from "./reversals.ts";
import { selectionsAfter } from "./selections.ts";
import { Sequence } from "./sequence.ts";
import { type CanvasPlace, CanvasStore, editableIn } from "./store.ts";
import { Timers } from "./timers.ts";
import { TurnReader } from "./turn.ts";

export interface SessionOptions {
  store?: CanvasStore;
  /** The canvas to join, where the carrier does not say it by itself. */
  canvas?: string;
  /** How long to wait for an answer before the kernel counts as gone, in ms. */
  patience?: number;
  /** Where the canvas lives, for the words around it. */
  place?: CanvasPlace;
  /** What the other side is told this is; "widget" when nothing is said. */
  clientType?: string;
  /** How long a container may lack its rows before they are asked for, in ms. */
  grace?: number;
}

/** How long frames that the snapshot did not reach may still be on their way, in ms. */
const GAP_PAUSE = 1_000;

const RETRIES = [5_000, 10_000, 20_000, 30_000];
let sessions = 0;

export interface PromptOptions {
  provider?: string;
  model?: string;
  strategy?: string;
  extended?: boolean;
}

export class Session {
  readonly store: CanvasStore;
  readonly chat: Chat;
  #requests = new Requests();
  #transport: Transport;
  #sequence = new Sequence();
  #turns: TurnReader;
  #canvas: string | undefined;
  #clientType: string;
  #patience: number;
  #prefix: string;
  #ids = 0;
  #fetching: Fetching;
  #reversals: Reversals;
  #resyncing = false;
  #attempts = 0;
  #timers = new Timers();
  #stops: (() => void)[] = [];

  constructor(transport: Transport, options: SessionOptions = {}) {
    this.store = options.store ?? new CanvasStore();
    this.store.set("place", options.place ?? "notebook");
    this.#transport = transport;
    this.#canvas = options.canvas;
    this.#clientType = options.clientType ?? "widget";
    this.#patience = options.patience ?? 4_000;
    sessions += 1;
    this.#prefix = `w${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}${sessions}`;
    this.#turns = new TurnReader(this.store);
    this.chat = new Chat(this.store);
    this.#reversals = new Reversals(this.store);
    this.#fetching = new Fetching(this.store, this.#timers, options.grace ?? 1_500, (...message) =>
      this.#send(...message),
    );
    this.#stops.push(
      transport.onFrame((frame) => this.#receive(frame)),
      transport.onDoubt(() => this.#probe()),
      transport.onLink?.((link) => this.#linked(link)) ?? (() => undefined),
      this.store.signals.subscribe("document", () => this.#fetching.wantAll()),
    );
  }

  /** Shakes hands and joins. With a saved document, that is shown until the session answers. */
  start(saved?: CanvasDocument | null): void {
    if (saved && !this.store.ready) this.store.load(saved);
    if (!this.#transport.onLink) this.#join();
  }

  /** The link is another: joins where it opened, and says what can be done meanwhile. */
  #linked(link: Link): void {
    this.store.set("link", link);
    if (link.state === "open") {
      this.#join();
      return;
    }
    this.#timers.clear("answer");
    this.#timers.clear("retry");
    if (link.state === "ended") this.#gone(link.message || strings.link.ended);
    else if (link.state === "signed-out") this.store.set("connection", "gone");
    else this.store.set("connection", this.#sequence.last === null ? "connecting" : "away");
  }

  #join(): void {
    this.#expectAnswer();
    this.#transport.send({
      type: "handshake",
      data: {
        client_type: this.#clientType,
        version: String(PROTOCOL_VERSION),
        arrow: false,
        capabilities: ["result_rows"],
        ...(this.#transport.onLink && { client_id: this.#prefix }),
      },
    });
    const { last } = this.#sequence;
    const resume = this.#transport.onLink && last !== null ? { last_seq: last } : {};
    const data = this.#canvas ? { canvas: this.#canvas, ...resume } : resume;
    this.#transport.send({ type: "init_session", data });
  }

  /** Waits for any frame; without one the kernel counts as gone, and is asked again now and then. */
  #expectAnswer(): void {
    this.#timers.set("answer", this.#patience, () => {
      if (this.#transport.reopen) {
        this.#transport.reopen();
        return;
      }
      this.#gone();
      const delay = RETRIES[Math.min(this.#attempts, RETRIES.length - 1)] ?? 30_000;
      this.#attempts += 1;
      this.#timers.set("retry", delay, () => this.#join());
    });
  }

  #gone(message?: string): void {
    this.store.set("connection", "gone");
    this.#requests.fail(message ?? strings.gone.text);
    this.chat.lost({ code: 503, message: message ?? `${strings.gone.text} ${strings.gone.hint}` });
  }

  /** Asks whether the session still answers, once at a time: a dead comm doubts the question itself. */
  #probe(): void {
    if (this.#timers.has("answer")) return;
    this.#expectAnswer();
    this.#send("ping");
  }

  #receive(frame: Frame): void {
    this.#timers.clear("answer");
    this.#timers.clear("retry");
    this.#attempts = 0;
    if (frame.type === "session_ready" || frame.type === "canvas_state") {
      this.#snapshot(frame);
      return;
    }
    if (this.store.value("connection") === "gone")
      this.store.set("connection", this.#sequence.last === null ? "connecting" : "live");
    const { ready, state } = this.#sequence.offer(frame);
    if (state === "old") this.#answered(frame);
    for (const next of ready) this.#handle(next);
    if (state === "gap") this.#resync();
  }

  #snapshot(frame: Frame): void {
    const { data } = frame;
    const document = parseDocument(data.canvas) ?? parseDocument(data) ?? parseDocument(data.document);
    if (document && !(data.resumed === "replay" && this.#sequence.last !== null)) {
      if (data.resumed === "snapshot") this.chat.cut({ code: 503, message: strings.link.cut });
      if (this.#sequence.last === null)
        this.store.set("history", { canUndo: document.rev > 0, canRedo: false });
      this.store.load({ ...document, rev: typeof data.rev === "number" ? data.rev : document.rev });
      const seq = frame.seq ?? (typeof data.seq === "number" ? data.seq : 0);
      for (const held of this.#sequence.reset(seq)) this.#handle(held);
      for (const { id, changes } of this.store.pendingEdits) this.#sendEdit(id, changes);
    }
    this.#resyncing = false;
    this.#timers.clear("resync");
    this.store.set("connection", "live");
    this.#fetching.wantAll(true);
    if (this.#sequence.broken)
      this.#timers.set("gap", GAP_PAUSE, () => this.#sequence.broken && this.#resync());
  }

  /** Asks for the whole document, because frames are missing or did not fit. */
  #resync(): void {
    if (this.#resyncing) return;
    this.#resyncing = true;
    this.#send("get_canvas_state");
    this.#timers.set("resync", 5_000, () => {
      this.#resyncing = false;
      this.#resync();
    });
  }

  #handle(frame: Frame): void {
    const { data } = frame;
    const wanted = frame.reply_to !== undefined && this.#requests.settle(frame);
    if (wanted && (frame.type === "error" || frame.type === "result")) return;
    switch (frame.type) {
      case "tree_update":
      case "ack":
        this.#deltas(frame);
        break;
      case "result":
        this.#fetching.came(frame);
        break;
      case "error":
        this.#failed(frame);
        break;
      case "debug":
        this.#fetching.refreshed(frame);
        break;
      case "session_closed":
        this.#gone(this.store.value("link") ? String(data.message ?? strings.link.ended) : undefined);
        break;
      default:
        this.store.set("offer", offerAfter(this.store.value("offer"), frame));
        this.store.set("selections", selectionsAfter(this.store.value("selections"), frame));
        this.chat.read(frame);
        this.#turns.read(frame);
    }
  }

  #deltas(frame: Frame): void {
    const { data } = frame;
    const deltas = parseDeltas(data.deltas ?? []);
    const rev = typeof data.rev === "number" ? data.rev : null;
    if (deltas?.length === 0) this.#reversals.kept(frame);
    else this.#reversals.changed(frame);
    if (deltas && deltas.length > 0) this.chat.touched(data.turn_id);
    const settled = this.#answered(frame);
    if (settled && frame.seq === undefined && rev !== null && rev <= this.store.rev) return;
    if (!deltas || !this.store.apply(rev, deltas)) this.#resync();
  }

  /** Takes note that a message of ours was answered. */
  #answered(frame: Frame): boolean {
    if (!frame.reply_to || (frame.type !== "ack" && frame.type !== "error")) return false;
    return this.store.settle(frame.reply_to);
  }

  #failed(frame: Frame): void {
    const error = frame.error ?? { code: 500, message: String(frame.data.message ?? "") };
    const message = error.message || String(frame.data.message ?? strings.error.unknown);
    const rows = this.#fetching.failed(frame.reply_to, { ...error, message });
    if (rows === "told") return;
    if (this.#reversals.refused(frame.reply_to)) {
      this.store.toast(message);
      return;
    }
    const inChat = this.chat.failed(frame.reply_to, { ...error, message });
    if (this.#answered(frame) || inChat || frame.reply_to === undefined || rows === "refresh")
      this.store.toast(message, true, { inChat });
    if (error.code === 409) this.#resync();
  }

  get editable(): boolean {
    return editableIn(this.store.value("connection"));
  }

  /** Shows `changes` at once and sends them; the session's answer settles them. */
  edit(changes: readonly Change[]): void {
    if (changes.length === 0 || !this.editable) return;
    const id = this.#nextId();
    this.store.addPending(id, changes);
    this.#sendEdit(id, changes);
    this.store.signals.flush();
  }

  #sendEdit(id: string, changes: readonly Change[]): void {
    this.#watchEdits(0);
    this.#transport.send({ type: "canvas_edit", id, data: { changes, base_rev: this.store.rev } });
  }

  /** Sends again what is not answered: a repeated id has no second effect. */
  #watchEdits(tries: number): void {
    this.#timers.set("edits", RETRIES[Math.min(tries, RETRIES.length - 1)] ?? 30_000, () => {
      const { pendingEdits, rev } = this.store;
      if (pendingEdits.length === 0 || !this.editable) return;
      for (const { id, changes } of pendingEdits)
        this.#transport.send({ type: "canvas_edit", id, data: { changes, base_rev: rev } });
      this.#watchEdits(tries + 1);
    });
  }

  /** Takes back (or does again) the newest thing, or all that a turn did. */
  reverse(kind: Reversal, turnId?: string): void {
    if (!this.editable) return;
    const done = turnId ? () => this.chat.undone(turnId) : undefined;
    this.#send(kind, turnId ? { turn_id: turnId } : {}, (id) => this.#reversals.asked(id, kind, done));
  }

  /** Draws containers again from their data; all of them, where none is named. */
  refresh(ids?: readonly string[]): void {
    this.#fetching.refresh(ids);
  }

  /** Starts a turn; it shows in the chat at once. */
  prompt(text: string, options: PromptOptions = {}): void {
    if (!this.editable || !text.trim()) return;
    this.#send("user_prompt", { prompt: text, ...options }, (id) => this.chat.asked(id, text));
  }

  /** Stops the running turn, or the one with that id, also where it waits. */
  cancel(turnId?: string): void {
    if (!this.editable) return;
    this.#send("cancel", turnId ? { turn_id: turnId } : {});
  }

  /** Sends a message and waits for its first answer. Rejects with `Refused`. */
  ask(type: string, data: Record<string, unknown> = {}): Promise<Frame> {
    if (!this.editable) return Promise.reject(new Refused({ code: 503, message: strings.gone.text }));
    const id = this.#nextId();
    const answer = this.#requests.add(id);
    this.#transport.send({ type, id, data });
    return answer;
  }

  /** Asks for the page of a table that holds row `index`, once. */
  requestRow(container: string, index: number): void {
    this.#fetching.row(container, index);
  }

  /** Sends a message under a new id, which `first` hears before any answer can come. */
  #send(type: string, data?: Record<string, unknown>, first?: (id: string) => void): void {
    const id = this.#nextId();
    first?.(id);
    this.#transport.send(data ? { type, id, data } : { type, id });
  }

  #nextId(): string {
    this.#ids += 1;
    return `${this.#prefix}-${this.#ids}`;
  }

  close(): void {
    this.#timers.stop();
    for (const stop of this.#stops) stop();
    this.#turns.close();
    this.#transport.close();
  }
}
