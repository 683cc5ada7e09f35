/** Rows of containers: those that do not come by themselves, further pages of tables, and what a refresh comes to. */
import { parseResult } from "../protocol/parse.ts";
import type { ErrorInfo, Frame } from "../protocol/types.ts";
import { PAGE } from "./results.ts";
import { type CanvasStore, editableIn } from "./store.ts";
import type { Timers } from "./timers.ts";

/** The most rows a chart is drawn from. */
const MOST_ROWS = 5_000;

/** Sends a message; `first` hears its id before any answer can come. */
type Send = (type: string, data: Record<string, unknown>, first: (id: string) => void) => void;

export class Fetching {
  #store: CanvasStore;
  #timers: Timers;
  #grace: number;
  #send: Send;
  #asked = new Map<string, { container: string; page: number | null }>();
  /** Of each container, the result that was asked for. */
  #requested = new Map<string, string>();
  /** What was to be drawn again, by message; what failed before and has not failed again is in the set. */
  #refreshes = new Map<string, Set<string>>();

  /** `grace` is how long a container may lack its rows before they are asked for, in ms. */
  constructor(store: CanvasStore, timers: Timers, grace: number, send: Send) {
    this.#store = store;
    this.#timers = timers;
    this.#grace = grace;
    this.#send = send;
  }

  /** Rows come by themselves; those that have not after a while are asked for, once per result or `anew`. */
  wantAll(anew = false): void {
    if (anew) this.#requested.clear();
    if (!this.#open || this.#timers.has("results")) return;
    this.#timers.set("results", this.#grace, () => {
      for (const id of this.#store.order) {
        const content = this.#store.node(id)?.content;
        const wanted = content && "result_id" in content ? content.result_id : null;
        if (!wanted || this.#store.result(id)?.resultId === wanted || this.#requested.get(id) === wanted)
          continue;
        this.#requested.set(id, wanted);
        this.#ask(id);
      }
    });
  }

  /** Asks for the page of a table that holds row `index`, once. */
  row(container: string, index: number): void {
    const page = Math.floor(index / PAGE);
    for (const asked of this.#asked.values())
      if (asked.container === container && asked.page === page) return;
    this.#ask(container, page);
  }

  refresh(ids?: readonly string[]): void {
    if (!this.#open) return;
    const failed = (ids ?? this.#store.order).filter((each) => this.#store.result(each)?.error);
    this.#send("refresh", ids ? { container_ids: [...ids] } : {}, (id) =>
      this.#refreshes.set(id, new Set(failed)),
    );
  }

  /** Takes a frame of rows, or of why there are none. */
  came({ data, error, reply_to: reply }: Frame): void {
    const result = parseResult(data);
    if (reply) this.#asked.delete(reply);
    if (!result) return;
    const failure = error ?? (typeof data.error === "string" ? { code: 500, message: data.error } : null);
    if (failure) this.#store.failResult(result.container_id, failure);
    else this.#store.setResult(result);
  }

  /** A refresh is over: what did not fail again shows its rows, also where they are those from before. */
  refreshed({ reply_to: reply = "" }: Frame): void {
    const ids = this.#refreshes.get(reply) ?? [];
    this.#refreshes.delete(reply);
    for (const id of ids) if (this.#store.result(id)?.error) this.#ask(id);
  }

  /** Whether an error was about rows: "told" on its container, or of a "refresh" as a whole, which is told nowhere. */
  failed(reply: string | undefined, error: ErrorInfo): "told" | "refresh" | null {
    const request = this.#asked.get(reply ?? "");
    this.#asked.delete(reply ?? "");
    const refreshed = this.#refreshes.get(reply ?? "");
    const container = request?.container ?? (refreshed && error.container);
    if (!container) return refreshed ? "refresh" : null;
    refreshed?.delete(container);
    this.#store.failResult(container, error);
    return "told";
  }

  /** Whether anybody would hear a question. */
  get #open(): boolean {
    return editableIn(this.#store.value("connection"));
  }

  #ask(container: string, page = this.#store.node(container)?.content.kind === "table" ? 0 : null): void {
    if (!this.#open) return;
    const range = page === null ? { limit: MOST_ROWS } : { offset: page * PAGE, limit: PAGE };
    this.#send("get_result", { container_id: container, ...range }, (id) =>
      this.#asked.set(id, { container, page }),
    );
  }
}
