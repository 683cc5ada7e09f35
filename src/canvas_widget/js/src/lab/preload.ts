/**
 * Having the bundle ready before a cell asks for it: when an open notebook mentions the canvas, this page gets the
 * bundle from its own Jupyter server in the browser's spare time and keeps it where the widget's bootstrap looks, under
 * the hash of what came. A kernel that asks for other code sends its own, as it does where no server extension answers.
 */
import { baseUrl, pageCache, run } from "../bootstrap/bundle.ts";
import { keepFonts } from "../bootstrap/comm.ts";
import { sha256 } from "../bootstrap/sha256.ts";
import type { NotebookPanel, NotebookTracker } from "./jupyter.ts";

const FONTS = ["canvas-sans-400.woff2", "canvas-sans-600.woff2"];
const MENTION = /canvas_widget|^\s*%%?canvas\b/m;
/** How long writing has to pause before a notebook is looked through, in ms. */
const PAUSE = 300;

async function asset(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(`canvas/assets/${name}`, baseUrl());
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Gets the bundle and keeps it for the page. Rejects where the server has none. */
export async function preload(): Promise<void> {
  const [bytes, ...fonts] = await Promise.all(["notebook.js", ...FONTS].map(asset));
  if (!bytes) return;
  keepFonts(fonts);
  const [cache, hash] = [pageCache(), await sha256(bytes)];
  if (cache.has(hash)) return;
  const loading = run(bytes);
  cache.set(hash, loading);
  loading.catch(() => cache.delete(hash));
  await loading;
}

function mentions({ content }: NotebookPanel): boolean {
  return content.model?.sharedModel.cells.some((cell) => MENTION.test(cell.getSource())) ?? false;
}

const idle = (then: () => void): void => {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(then, { timeout: 2_000 });
  else setTimeout(then, 0);
};

/** Preloads once, as soon as a notebook that is open mentions the canvas. */
export function preloadOnMention(tracker: NotebookTracker, load: () => Promise<void> = preload): void {
  let done = false;
  const watch = async (panel: NotebookPanel) => {
    await panel.context.ready;
    const changed = panel.content.model?.contentChanged;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      if (!done && mentions(panel)) {
        done = true;
        // Where the server has none the kernel sends it: nothing is lost, and there is nothing to tell.
        idle(() => void load().catch(() => {}));
      }
      if (done) changed?.disconnect(later);
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    };
    changed?.connect(later);
    look();
  };
  tracker.forEach((panel) => void watch(panel));
  tracker.widgetAdded.connect((_, panel) => void watch(panel));
}
