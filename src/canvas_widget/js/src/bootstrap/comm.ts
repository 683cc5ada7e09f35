/** Fetching the bundle from the kernel, in gzipped parts, over the widget's own messages. */
import type { Model } from "./model.ts";

/** When the request is sent again, in ms after the one before. */
const AGAIN = [5_000, 10_000, 20_000, 30_000];

interface Part {
  type?: unknown;
  data?: { hash?: unknown; part?: unknown; parts?: unknown };
}

function bytesOf(buffer: unknown): Uint8Array<ArrayBuffer> {
  if (ArrayBuffer.isView(buffer))
    return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
  return new Uint8Array(buffer as ArrayBuffer);
}

const FONTS_KEY = Symbol.for("canvas_widget.fonts");

/** Leaves the fonts where the bundle looks for them. */
export function keepFonts(buffers: unknown[]): void {
  (globalThis as unknown as Record<symbol, unknown>)[FONTS_KEY] ??= buffers.map(bytesOf);
}

async function gunzip(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([...parts]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * The bundle with that hash, unpacked but not yet checked. Asks again while nothing comes, and resolves whenever the
 * kernel answers; rejects only when `signal` aborts or the answer cannot be unpacked.
 */
export function fromKernel(
  model: Model,
  hash: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const parts = new Map<number, Uint8Array<ArrayBuffer>>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let tries = 0;

    const receive = (content: Part | null, buffers?: unknown[]) => {
      const { data } = content ?? {};
      if (content?.type === "fonts" && buffers) keepFonts(buffers);
      const buffer = buffers?.[0];
      if (content?.type !== "bundle" || !buffer || data?.hash !== hash) return;
      const total = Number(data.parts);
      parts.set(Number(data.part), bytesOf(buffer));
      if (parts.size < total) return;
      stop();
      const ordered = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
      gunzip(ordered).then(resolve, reject);
    };
    const ask = () => {
      try {
        model.send({ type: "bundle_request" });
      } catch {
        // No comm at the moment; it is tried again.
      }
      timer = setTimeout(ask, AGAIN[Math.min(tries, AGAIN.length - 1)]);
      tries += 1;
    };
    const aborted = () => {
      stop();
      reject(new DOMException("The widget was closed.", "AbortError"));
    };
    const stop = () => {
      clearTimeout(timer);
      model.off("msg:custom", receive as never);
      signal.removeEventListener("abort", aborted);
    };

    if (signal.aborted) {
      aborted();
      return;
    }
    signal.addEventListener("abort", aborted);
    model.on("msg:custom", receive as never);
    ask();
  });
}
