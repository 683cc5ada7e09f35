/**
 * Frames to a server, whatever the network does. Lines are opened one after the other: WebSocket where it can be had,
 * HTTP where not. What was not answered is sent again on the next line, and the session asks for what it missed.
 */
import { parseFrame } from "../protocol/parse.ts";
import type { Frame } from "../protocol/types.ts";
import { Timers } from "../store/timers.ts";
import type { Line, LineEnd, OpenLine } from "./line.ts";
import { Listeners } from "./listeners.ts";
import type { Carrier, Link, OutgoingFrame, Transport } from "./transport.ts";

/** What the server says of us by another way: all is well, we are signed out, or there is no such canvas. */
export type Standing = "ok" | "signed-out" | "missing" | "unreachable";

export interface ServerOptions {
  lines: Record<Carrier, OpenLine>;
  /** Asks how we stand when a line could not be opened or was closed on us. */
  standing(): Promise<Standing>;
  random?: () => number;
}

/** Waiting times in ms. */
const FIRST = 400;
const LONGEST = 30_000;
const OPENING = 5_000;
const BEAT = 20_000;
const ANSWER = 10_000;
const MOST_UNANSWERED = 500;
/** How often a WebSocket that has worked may fail while the server can be reached: it may have been starting up. */
const FORGIVEN = 2;

export class ServerTransport implements Transport {
  #options: ServerOptions;
  #random: () => number;
  #frames = new Listeners<[Frame]>();
  #doubts = new Listeners<[]>();
  #links = new Listeners<[Link]>();
  #timers = new Timers();
  #unanswered = new Map<string, OutgoingFrame>();
  #line: Line | null = null;
  #link: Link = { state: "connecting", carrier: "socket", retryAt: null, message: "" };
  #tries = 0;
  /** Lines of each kind that ended before anything came over them while the server could be reached, in a row. */
  #mute: Record<Carrier, number> = { socket: 0, http: 0 };
  #heard = false;
  /** Whether a WebSocket has ever brought a frame here. */
  #worked = false;
  #generation = 0;
  #closed = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    globalThis.addEventListener?.("online", this.#now);
    globalThis.addEventListener?.("offline", this.#offline);
  }

  get link(): Link {
    return this.#link;
  }

  /** Opens the first line. */
  start(): void {
    this.#open();
  }

  #say(change: Partial<Link>): void {
    this.#link = { ...this.#link, retryAt: null, message: "", ...change };
    this.#links.call(this.#link);
  }

  // --- opening ---------------------------------------------------------------------------------------------------

  #open(): void {
    if (this.#closed) return;
    this.#drop();
    const carrier: Carrier = this.#blocked && this.#mute.socket > this.#mute.http ? "http" : "socket";
    const mine = this.#generation;
    const current = () => mine === this.#generation && !this.#closed;
    this.#heard = false;
    this.#say({ state: "connecting", carrier });
    this.#timers.set("opening", OPENING, () => current() && this.#ended({ code: 1006, reason: "" }));
    const line = this.#options.lines[carrier]({
      opened: () => {
        if (!current()) return;
        this.#timers.clear("opening");
        this.#beat();
        this.#say({ state: "open", carrier });
      },
      frame: (value) => current() && this.#arrived(value),
      closed: (end) => current() && this.#ended(end),
    });
    if (current()) this.#line = line;
    else line.close();
  }

  /** Whether WebSocket does not come through where HTTP does. */
  get #blocked(): boolean {
    return this.#mute.socket > (this.#worked ? FORGIVEN : 0);
  }

  #drop(): void {
    this.#generation += 1;
    this.#line?.close();
    this.#line = null;
    for (const name of ["opening", "beat", "answer", "retry"]) this.#timers.clear(name);
  }

  // --- while it is open --------------------------------------------------------------------------------------------

  #arrived(value: unknown): void {
    const frame = parseFrame(value);
    if (!frame) return;
    this.#beat();
    if (!this.#heard) {
      this.#heard = true;
      this.#mute[this.#link.carrier] = 0;
      this.#worked ||= this.#link.carrier === "socket";
    }
    if (frame.reply_to !== undefined) this.#unanswered.delete(frame.reply_to);
    if (frame.type === "session_closed") {
      this.#frames.call(frame);
      this.#end(String(frame.data.message ?? ""));
      return;
    }
    if (frame.type === "session_ready") {
      this.#tries = 0;
      const again = [...this.#unanswered.values()];
      this.#frames.call(frame);
      for (const waiting of again) this.#line?.send(waiting);
      return;
    }
    this.#frames.call(frame);
  }

  /** Asks for a sign of life after a silence, and takes the line for dead where none comes. */
  #beat(): void {
    this.#timers.clear("answer");
    this.#timers.set("beat", BEAT, () => {
      this.#line?.send({ type: "ping", data: {} });
      this.#timers.set("answer", ANSWER, () => this.reopen());
    });
  }

  send(frame: OutgoingFrame): void {
    const whole = { data: {}, ...frame };
    if (frame.id !== undefined) {
      this.#unanswered.set(frame.id, whole);
      if (this.#unanswered.size > MOST_UNANSWERED) {
        const [oldest] = this.#unanswered.keys();
        if (oldest !== undefined) this.#unanswered.delete(oldest);
      }
    }
    if (this.#link.state === "open") this.#line?.send(whole);
  }

  // --- when it ends ------------------------------------------------------------------------------------------------

  #ended({ code, reason }: LineEnd): void {
    const heard = this.#heard;
    const { carrier } = this.#link;
    this.#drop();
    if (code === 1000 && reason) {
      this.#end(reason);
      return;
    }
    if (heard && code !== 1008) {
      this.#wait();
      return;
    }
    const mine = this.#generation;
    this.#say({ state: "waiting" });
    void this.#options.standing().then((standing) => {
      if (mine !== this.#generation || this.#closed) return;
      if (standing === "ok" && !heard) this.#mute[carrier] += 1;
      if (standing === "signed-out") this.#say({ state: "signed-out" });
      else if (standing === "missing") this.#end("");
      // What HTTP reaches and WebSocket does not is tried by HTTP at once.
      else if (
        standing === "ok" &&
        (heard || (carrier === "socket" && this.#blocked && this.#mute.http === 0))
      )
        this.#open();
      else this.#wait();
    });
  }

  /** Waits twice as long each time, and never as long as the others who lost their lines at the same moment. */
  #wait(): void {
    const longest = Math.min(LONGEST, FIRST * 2 ** this.#tries);
    this.#tries += 1;
    const delay = longest * (0.5 + 0.5 * this.#random());
    this.#say({ state: "waiting", retryAt: Date.now() + delay });
    this.#timers.set("retry", delay, () => this.#open());
  }

  #end(message: string): void {
    this.#drop();
    this.#unanswered.clear();
    this.#say({ state: "ended", message });
  }

  /** Another network, perhaps: what the last one blocked this one may let through. */
  #now = (): void => {
    this.#mute = { socket: 0, http: 0 };
    if (this.#link.state === "waiting") this.retry();
  };

  #offline = (): void => {
    if (this.#link.state === "open" || this.#link.state === "connecting") this.reopen();
  };

  /** Opens a line now: the wait is over, or who was signed out is back. */
  retry(): void {
    if (this.#link.state === "open" || this.#link.state === "ended") return;
    this.#tries = 0;
    this.#open();
  }

  /** Gives the line up and opens another: it does not answer. */
  reopen(): void {
    if (!this.#closed && this.#link.state !== "ended") this.#ended({ code: 1006, reason: "" });
  }

  onFrame(listener: (frame: Frame) => void): () => void {
    return this.#frames.add(listener);
  }

  onDoubt(listener: () => void): () => void {
    return this.#doubts.add(listener);
  }

  onLink(listener: (link: Link) => void): () => void {
    return this.#links.add(listener);
  }

  close(): void {
    this.#drop();
    this.#closed = true;
    this.#timers.stop();
    globalThis.removeEventListener?.("online", this.#now);
    globalThis.removeEventListener?.("offline", this.#offline);
    this.#frames.clear();
    this.#doubts.clear();
    this.#links.clear();
  }
}
