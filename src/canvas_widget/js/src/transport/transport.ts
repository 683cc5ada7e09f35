import type { Frame } from "../protocol/types.ts";

/** A frame on its way to the kernel or server. */
export interface OutgoingFrame {
  type: string;
  data?: Record<string, unknown>;
  id?: string;
}

export type Carrier = "socket" | "http";

/** How a carrier stands that can be lost and found again. */
export interface Link {
  /** "open": frames can be sent. "waiting": the next try is at `retryAt`, or it is being found out what is wrong. */
  state: "connecting" | "open" | "waiting" | "signed-out" | "ended";
  carrier: Carrier;
  /** When the next try is, ms since 1970. */
  retryAt: number | null;
  message: string;
}

/** What moves frames. The session above it neither knows nor cares which carrier it is. */
export interface Transport {
  send(frame: OutgoingFrame): void;
  /** Calls `listener` for each frame until the returned function is called. */
  onFrame(listener: (frame: Frame) => void): () => void;
  /** Calls `listener` when the carrier has a reason to doubt that the other side still hears. */
  onDoubt(listener: () => void): () => void;
  /** Calls `listener` whenever the link is another. Where there is one, a session joins each time it opens. */
  onLink?(listener: (link: Link) => void): () => void;
  /** Gives up a link that does not answer. */
  reopen?(): void;
  close(): void;
}
