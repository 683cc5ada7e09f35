/** What the bootstrap uses of an anywidget model. */
export interface Model {
  get(name: string): unknown;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[] | ArrayBufferView[]): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
}

/** What it uses of the bundle. */
export interface Bundle {
  createSession(options: { model: Model }): { close(): void };
  mount(element: HTMLElement, session: { close(): void }): () => void;
}
