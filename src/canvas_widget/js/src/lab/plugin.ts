/** The plugin of JupyterLab and Notebook 7: makes the code cells that a canvas asks for, has its code ready early. */
import type { NotebookPanel, NotebookTracker, Plugin } from "./jupyter.ts";
import { answerWishes } from "./newCell.ts";
import { preloadOnMention } from "./preload.ts";

/** Puts a code cell below the one that holds `at`; below the active one where the output stands elsewhere. */
export function insertBelow(tracker: NotebookTracker, at: Element, code: string | null): boolean {
  const panel = tracker.find(({ node }) => node.contains(at)) ?? tracker.currentWidget;
  const model = panel?.content.model;
  if (!panel || !model || model.readOnly) return false;
  if (code !== null) place(panel, at, code);
  return true;
}

function place({ content }: NotebookPanel, at: Element, code: string): void {
  const holder = content.widgets.findIndex(({ node }) => node.contains(at));
  const index = (holder < 0 ? content.activeCellIndex : holder) + 1;
  content.model?.sharedModel.insertCell(index, {
    cell_type: "code",
    source: code,
    metadata: { trusted: true },
  });
  content.deselectAll();
  content.activeCellIndex = index;
  content.mode = "command";
  void content.scrollToItem?.(index);
}

export function plugin(tracker: unknown): Plugin {
  return {
    id: "canvas-widget:new-cell",
    description: "Puts the code of what stands on a canvas into a new cell, and has the canvas ready early.",
    autoStart: true,
    requires: [tracker],
    activate: (_, notebooks) => {
      answerWishes((at, code) => insertBelow(notebooks, at, code));
      preloadOnMention(notebooks);
    },
  };
}
