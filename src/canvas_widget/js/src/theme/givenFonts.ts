/** The font's files as the kernel sent them before the bundle (bootstrap/comm.ts); none where it did not. */
const PAGE_KEY = Symbol.for("canvas_widget.fonts");

export const fontFiles = (): Uint8Array<ArrayBuffer>[] =>
  (globalThis as unknown as Record<symbol, Uint8Array<ArrayBuffer>[] | undefined>)[PAGE_KEY] ?? [];
