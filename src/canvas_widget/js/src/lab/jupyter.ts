/** What the plugin uses of JupyterLab and Notebook 7 (the same in both), no more. */

export interface SharedModel {
  insertCell(
    index: number,
    cell: { cell_type: "code"; source: string; metadata: Record<string, unknown> },
  ): unknown;
}

export interface CellWidget {
  node: HTMLElement;
}

export interface NotebookPanel {
  node: HTMLElement;
  content: {
    widgets: readonly CellWidget[];
    activeCellIndex: number;
    mode: "command" | "edit";
    model: { readOnly?: boolean; sharedModel: SharedModel } | null;
    deselectAll(): void;
    scrollToItem?(index: number): Promise<void>;
  };
}

export interface NotebookTracker {
  currentWidget: NotebookPanel | null;
  find(matches: (panel: NotebookPanel) => boolean): NotebookPanel | undefined;
}

export interface Plugin {
  id: string;
  description: string;
  autoStart: true;
  requires: readonly unknown[];
  activate(app: unknown, tracker: NotebookTracker): void;
}

/** The modules that the page shares, by name and version (webpack's module federation). */
export type ShareScope = Record<string, Record<string, { get(): Promise<() => unknown> }>>;
