import { parseFrame } from "../protocol/parse.ts";
import type { Frame } from "../protocol/types.ts";
import { Listeners } from "./listeners.ts";
import type { OutgoingFrame, Transport } from "./transport.ts";

/** Both ends of a carrier in one page: `server` is called with what was sent, `deliver` answers. */
export class MemoryTransport implements Transport {
  readonly sent: OutgoingFrame[] = [];
  closed = false;
  #frames = new Listeners<[Frame]>();
  #doubts = new Listeners<[]>();
  #server: ((frame: OutgoingFrame, answer: (frame: unknown) => void) => void) | undefined;

  constructor(server?: (frame: OutgoingFrame, answer: (frame: unknown) => void) => void) {
    this.#server = server;
  }

  send(frame: OutgoingFrame): void {
    if (this.closed) return;
    const copy = structuredClone(frame);
    this.sent.push(copy);
    this.#server?.(copy, (answer) => this.deliver(answer));
  }

  deliver(value: unknown): void {
    const frame = parseFrame(structuredClone(value));
    if (frame && !this.closed) this.#frames.call(frame);
  }

  /** As `deliver`, of a frame as a line brings it: as text. */
  deliverText(text: string): void {
    const frame = parseFrame(JSON.parse(text));
    if (frame && !this.closed) this.#frames.call(frame);
  }

  doubt(): void {
    this.#doubts.call();
  }

  onFrame(listener: (frame: Frame) => void): () => void {
    return this.#frames.add(listener);
  }

  onDoubt(listener: () => void): () => void {
    return this.#doubts.add(listener);
  }

  close(): void {
    this.closed = true;
    this.#frames.clear();
    this.#doubts.clear();
  }
}
