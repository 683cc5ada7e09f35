/** One connection to a server: it opens once, carries frames, ends once. What to do then is not its business. */
import type { OutgoingFrame } from "./transport.ts";

/** Why a line ended: a WebSocket close code, or 1006 where nobody said. */
export interface LineEnd {
  code: number;
  reason: string;
}

export interface LineEvents {
  opened(): void;
  /** A frame as it came, not checked yet. */
  frame(value: unknown): void;
  closed(end: LineEnd): void;
}

export interface Line {
  send(frame: OutgoingFrame): void;
  /** Ends it; `closed` is not called. */
  close(): void;
}

export type OpenLine = (events: LineEvents) => Line;
