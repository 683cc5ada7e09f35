/** A line by plain HTTP, for networks that let no WebSocket through: events in, posts out, long polls at worst. */
import { isFields } from "../protocol/parse.ts";
import type { Line, LineEvents, OpenLine } from "./line.ts";
import type { OutgoingFrame } from "./transport.ts";

/** Asks the server; rejects where it cannot be reached. */
export type Ask = (method: string, path: string, body?: unknown, signal?: AbortSignal) => Promise<Response>;

/** How long a stream may take to begin before a proxy is taken to hold it back, in ms. */
const PATIENCE = 3_000;
const WAIT = 20;

export function httpLine(ask: Ask, canvas: string): OpenLine {
  return (events) => new HttpLine(ask, canvas, events);
}

class HttpLine implements Line {
  #ask: Ask;
  #events: LineEvents;
  #stop = new AbortController();
  #path = "";
  #waiting: OutgoingFrame[] = [];
  #posting = false;

  constructor(ask: Ask, canvas: string, events: LineEvents) {
    this.#ask = ask;
    this.#events = events;
    this.#run(canvas).catch((error: unknown) => this.#end(codeOf(error), String(error)));
  }

  async #run(canvas: string): Promise<void> {
    const { line } = await this.#json("POST", `lines?${canvas}`);
    if (typeof line !== "string") throw new Error("The server gave no line.");
    this.#path = `lines/${encodeURIComponent(line)}`;
    if (this.#stop.signal.aborted) return this.close();
    this.#events.opened();
    if (await this.#stream()) return;
    while (!this.#stop.signal.aborted) {
      const { frames } = await this.#json("GET", `${this.#path}?wait=${WAIT}`);
      for (const frame of Array.isArray(frames) ? frames : []) this.#events.frame(frame);
    }
  }

  /** Reads the line as server-sent events until it ends; false where none come through. */
  async #stream(): Promise<boolean> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), PATIENCE);
    let began = false;
    try {
      const signal = AbortSignal.any([late.signal, this.#stop.signal]);
      const answer = await this.#ask("GET", `${this.#path}?stream=true`, undefined, signal);
      if (!answer.ok || !answer.body) throw new HttpEnd(answer.status);
      let text = "";
      for await (const piece of pieces(answer.body)) {
        began = true;
        clearTimeout(timer);
        text += piece;
        const events = text.split("\n\n");
        text = events.pop() ?? "";
        for (const event of events)
          if (event.startsWith("data: ")) this.#events.frame(JSON.parse(event.slice(6)));
      }
      throw new Error("The stream has ended.");
    } catch (error) {
      if (began || !late.signal.aborted) throw error;
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  async #json(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.#ask(method, path, body, this.#stop.signal);
    if (!answer.ok) throw new HttpEnd(answer.status);
    const data: unknown = await answer.json();
    return isFields(data) ? data : {};
  }

  send(frame: OutgoingFrame): void {
    this.#waiting.push(frame);
    if (!this.#posting)
      this.#post().catch((error: unknown) => {
        this.#end(codeOf(error), String(error));
      });
  }

  /** One post at a time, so that frames arrive in the order in which they were sent. */
  async #post(): Promise<void> {
    this.#posting = true;
    try {
      while (this.#waiting.length > 0 && !this.#stop.signal.aborted) {
        const frames = this.#waiting.splice(0, 100);
        await this.#json("POST", this.#path, { frames });
      }
    } finally {
      this.#posting = false;
    }
  }

  #end(code: number, reason: string): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#events.closed({ code, reason });
  }

  close(): void {
    this.#stop.abort();
    if (this.#path) this.#ask("DELETE", this.#path).catch(() => undefined);
  }
}

class HttpEnd extends Error {
  constructor(readonly status: number) {
    super(`The server answered ${status}.`);
  }
}

/** The close code that a WebSocket would have had. */
function codeOf(error: unknown): number {
  return error instanceof HttpEnd && (error.status === 401 || error.status === 403) ? 1008 : 1006;
}

async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}
