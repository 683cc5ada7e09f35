import type { Frame } from "../protocol/types.ts";

/** A frame on its way to the kernel or server. */
export interface OutgoingFrame {
  type: string;
  data?: Record<string, unknown>;
  id?: string;
}

/** What moves frames. The session above it neither knows nor cares which carrier it is. */
export interface Transport {
  send(frame: OutgoingFrame): void;
  /** Calls `listener` for each frame until the returned function is called. */
  onFrame(listener: (frame: Frame) => void): () => void;
  /** Calls `listener` when the carrier has a reason to doubt that the other side still hears. */
  onDoubt(listener: () => void): () => void;
  close(): void;
}
