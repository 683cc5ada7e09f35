/**
 * A prebuilt extension as JupyterLab loads it: a container of webpack's module federation, made by hand because all it
 * needs of the page is one token. `init` gets the page's shared modules, `get` gives the module with the plugin.
 */
import type { ShareScope } from "./jupyter.ts";
import { plugin } from "./plugin.ts";

const NOTEBOOKS = "@jupyterlab/notebook";

let scope: ShareScope = {};

async function tracker(): Promise<unknown> {
  const [shared] = Object.values(scope[NOTEBOOKS] ?? {});
  if (!shared) throw new Error(`This page has no ${NOTEBOOKS}, so a canvas copies code to the clipboard.`);
  return ((await shared.get())() as { INotebookTracker: unknown }).INotebookTracker;
}

const container = {
  init(shared: ShareScope): void {
    scope = shared;
  },
  async get(_module: string): Promise<() => unknown> {
    const made = plugin(await tracker());
    return () => ({ __esModule: true, default: made });
  },
};

const page = window as unknown as { _JUPYTERLAB?: Record<string, typeof container> };
page._JUPYTERLAB = { ...page._JUPYTERLAB, "canvas-widget": container };
