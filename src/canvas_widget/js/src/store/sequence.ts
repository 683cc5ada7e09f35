/** Keeps numbered frames in order: none twice, none before the snapshot, a gap noticed. */
import type { Frame } from "../protocol/types.ts";

export interface Offered {
  /** Frames to handle now, in order. */
  ready: Frame[];
  /** "old": seen before. "gap": frames are missing in between. */
  state: "ready" | "old" | "waiting" | "gap";
}

const MOST_HELD = 2_000;

export class Sequence {
  #last: number | null = null;
  #held = new Map<number, Frame>();

  get last(): number | null {
    return this.#last;
  }

  offer(frame: Frame): Offered {
    const { seq } = frame;
    if (seq === undefined) return { ready: [frame], state: "ready" };
    if (this.#last !== null && seq <= this.#last) return { ready: [], state: "old" };
    if (this.#held.size < MOST_HELD) this.#held.set(seq, frame);
    if (this.#last === null) return { ready: [], state: "waiting" };
    const ready = this.#take();
    return { ready, state: ready.length > 0 ? "ready" : "gap" };
  }

  /** Starts over from a snapshot that holds everything up to `seq`; returns the held frames that follow it. */
  reset(seq: number): Frame[] {
    this.#last = seq;
    for (const held of this.#held.keys()) if (held <= seq) this.#held.delete(held);
    return this.#take();
  }

  /** True while frames are held back behind a gap. */
  get broken(): boolean {
    return this.#held.size > 0;
  }

  #take(): Frame[] {
    const ready: Frame[] = [];
    while (this.#last !== null) {
      const next = this.#held.get(this.#last + 1);
      if (!next) break;
      this.#held.delete(this.#last + 1);
      this.#last += 1;
      ready.push(next);
    }
    return ready;
  }
}
