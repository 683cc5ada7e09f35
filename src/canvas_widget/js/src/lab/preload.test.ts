import { afterEach, describe, expect, test, vi } from "vitest";
import type { NotebookPanel, NotebookTracker } from "./jupyter.ts";
import { preloadOnMention } from "./preload.ts";

type Slot = (sender: unknown, args: never) => void;

function signal() {
  const slots = new Set<Slot>();
  return {
    connect: (slot: Slot) => slots.add(slot),
    disconnect: (slot: Slot) => slots.delete(slot),
    emit: (args: unknown) => {
      for (const slot of [...slots]) slot(null, args as never);
    },
    slots,
  };
}

function notebook(...cells: string[]) {
  const contentChanged = signal();
  const sharedModel = { cells: cells.map((source) => ({ getSource: () => source })), insertCell: () => {} };
  const model = { sharedModel, contentChanged };
  const panel = { context: { ready: Promise.resolve() }, content: { model } } as unknown as NotebookPanel;
  const write = (source: string) => {
    sharedModel.cells = [{ getSource: () => source }];
    contentChanged.emit(undefined);
  };
  return { panel, write, contentChanged };
}

function tracker(...open: NotebookPanel[]) {
  const widgetAdded = signal();
  const made = { widgetAdded, forEach: (each: (panel: NotebookPanel) => void) => open.forEach(each) };
  return { made: made as unknown as NotebookTracker, widgetAdded };
}

const settle = () => vi.advanceTimersByTimeAsync(3_000);

afterEach(() => {
  vi.useRealTimers();
});

describe("preloading", () => {
  test("[N1] happens once, for a notebook that mentions the canvas, open or opened later", async () => {
    vi.useFakeTimers();
    const load = vi.fn(async () => {});
    const { made, widgetAdded } = tracker(notebook("1 + 1", "# a canvas of cotton\ncanvas = 3").panel);
    preloadOnMention(made, load);
    await settle();
    expect(load).not.toHaveBeenCalled();
    widgetAdded.emit(notebook("1", "%%canvas\nbars by region").panel);
    await settle();
    expect(load).toHaveBeenCalledTimes(1);
    widgetAdded.emit(notebook("from canvas_widget import Canvas").panel);
    await settle();
    expect(load).toHaveBeenCalledTimes(1);
  });

  test("[N1] sees what is written, when writing pauses, and then listens no more", async () => {
    vi.useFakeTimers();
    const load = vi.fn(async () => Promise.reject(new Error("no server extension")));
    const { panel, write, contentChanged } = notebook("");
    preloadOnMention(tracker(panel).made, load);
    await settle();
    for (const source of ["%", "%can", "%canvas "]) write(source);
    expect(load).not.toHaveBeenCalled();
    await settle();
    expect(load).toHaveBeenCalledTimes(1);
    expect(contentChanged.slots.size).toBe(0);
  });
});
