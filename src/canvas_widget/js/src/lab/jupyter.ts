/** What the plugin uses of JupyterLab and Notebook 7 (the same in both), no more. */

export interface Signal<Sender, Args> {
  connect(slot: (sender: Sender, args: Args) => void): unknown;
  disconnect(slot: (sender: Sender, args: Args) => void): unknown;
}

export interface SharedModel {
  cells: readonly { getSource(): string }[];
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
  context: { ready: Promise<void> };
  content: {
    widgets: readonly CellWidget[];
    activeCellIndex: number;
    mode: "command" | "edit";
    model: {
      readOnly?: boolean;
      sharedModel: SharedModel;
      contentChanged: Signal<unknown, unknown>;
    } | null;
    deselectAll(): void;
    scrollToItem?(index: number): Promise<void>;
  };
}

export interface NotebookTracker {
  currentWidget: NotebookPanel | null;
  forEach(each: (panel: NotebookPanel) => void): void;
  widgetAdded: Signal<unknown, NotebookPanel>;
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
