/** Messages that wait for their answer, by id. */
import type { ErrorInfo, Frame } from "../protocol/types.ts";

/** The session's refusal of a message of ours. */
export class Refused extends Error {
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo) {
    super(info.message);
    this.info = info;
  }
}

interface Waiting {
  resolve(frame: Frame): void;
  reject(error: Refused): void;
}

export class Requests {
  #waiting = new Map<string, Waiting>();

  add(id: string): Promise<Frame> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Hands an answer to whoever waits for it; returns whether anybody did. */
  settle(frame: Frame): boolean {
    const waiting = this.#waiting.get(frame.reply_to ?? "");
    if (!waiting) return false;
    this.#waiting.delete(frame.reply_to ?? "");
    if (frame.type === "error")
      waiting.reject(new Refused(frame.error ?? { code: 500, message: String(frame.data.message ?? "") }));
    else waiting.resolve(frame);
    return true;
  }

  /** No answer will come any more. */
  fail(message: string): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(new Refused({ code: 503, message }));
  }
}
