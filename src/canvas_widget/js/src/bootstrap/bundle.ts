/**
 * Getting the bundle: the page has it already, a URL has it, or the kernel sends it – whichever it is, only the text
 * whose SHA-256 is the one the kernel named is ever run.
 */
import { fromKernel } from "./comm.ts";
import type { Bundle, Model } from "./model.ts";
import { sha256 } from "./sha256.ts";
import { words } from "./words.ts";

export class Mismatch extends Error {}

const PAGE_KEY = Symbol.for("canvas_widget.bundles");

/** Bundles by hash, shared by all widgets of the page, whichever copy of this bootstrap they run. */
export function pageCache(): Map<string, Promise<Bundle>> {
  const page = globalThis as unknown as Record<symbol, Map<string, Promise<Bundle>> | undefined>;
  page[PAGE_KEY] ??= new Map();
  return page[PAGE_KEY];
}

export function baseUrl(): string {
  try {
    const config = JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}");
    if (typeof config.baseUrl === "string") return new URL(config.baseUrl, location.href).href;
  } catch {
    // A page without Jupyter's settings has its own address as the base.
  }
  return document.baseURI;
}

/** The text at the first address that has the right one; null when none has. */
async function fromUrls(
  urls: readonly string[],
  hash: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  for (const address of urls) {
    try {
      const url = new URL(address, baseUrl());
      if (url.origin !== location.origin) continue;
      const answer = await fetch(url, { signal, credentials: "same-origin" });
      if (!answer.ok) continue;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if ((await sha256(bytes)) === hash) return bytes;
    } catch {
      if (signal.aborted) throw new DOMException("The widget was closed.", "AbortError");
    }
  }
  return null;
}

/** Runs the bundle. What comes from anywhere is checked against its hash before. */
export async function run(bytes: Uint8Array<ArrayBuffer>): Promise<Bundle> {
  const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
  try {
    return (await import(/* @vite-ignore */ url)) as Bundle;
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function fetchBundle(model: Model, hash: string, signal: AbortSignal): Promise<Bundle> {
  const urls = model.get("bundle_urls");
  const cached = Array.isArray(urls) ? await fromUrls(urls.map(String), hash, signal) : null;
  if (cached) return run(cached);
  const bytes = await fromKernel(model, hash, signal);
  if ((await sha256(bytes)) !== hash) throw new Mismatch(words.mismatch);
  return run(bytes);
}

/** The bundle a model asks for. A page loads each hash once. */
export async function loadBundle(model: Model, signal: AbortSignal): Promise<Bundle> {
  const hash = String(model.get("bundle_hash") ?? "");
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new Mismatch(words.mismatch);
  const cache = pageCache();
  for (;;) {
    const known = cache.get(hash);
    if (!known) break;
    const bundle = await Promise.race([known.catch(() => null), aborted(signal)]);
    if (bundle) return bundle;
    if (signal.aborted) throw new DOMException("The widget was closed.", "AbortError");
    if (cache.get(hash) === known) cache.delete(hash);
  }
  const loading = fetchBundle(model, hash, signal);
  cache.set(hash, loading);
  try {
    return await loading;
  } catch (error) {
    if (cache.get(hash) === loading) cache.delete(hash);
    throw error;
  }
}

function aborted(signal: AbortSignal): Promise<null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(null), { once: true }));
}
