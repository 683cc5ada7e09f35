/** The bundle: one session per model, any number of views of it, and still pictures of a document. */
import "./effects.ts";
import { createRoot } from "react-dom/client";
import { CanvasApp } from "./components/CanvasApp.tsx";
import { addStyles } from "./components/styles.ts";
import { parseDocument, parseResult } from "./protocol/parse.ts";
import type { CanvasDocument, ResultData } from "./protocol/types.ts";
import { Session, type SessionOptions } from "./store/session.ts";
import { CanvasStore } from "./store/store.ts";
import { loadFonts } from "./theme/fonts.ts";
import type { Mode } from "./theme/theme.ts";
import { AnywidgetTransport, type WidgetModel } from "./transport/anywidget.ts";
import type { Transport } from "./transport/transport.ts";

export { drawnIn, sceneIn } from "./charts/drawn.ts";
export { MemoryTransport } from "./transport/memory.ts";

export interface CreateSession extends SessionOptions {
  /** An anywidget model; its custom messages carry the frames. */
  model?: WidgetModel;
  /** Any other carrier. */
  transport?: Transport;
  /** The document to show until the session answers; by default the model's `document` trait. */
  document?: unknown;
}

/** Starts the one session of a model (or of another transport). Its views are mounted by `mount`. */
export function createSession({ model, transport, document, ...options }: CreateSession): Session {
  const carrier = transport ?? (model ? new AnywidgetTransport(model) : null);
  if (!carrier) throw new Error("createSession needs a model or a transport.");
  const session = new Session(carrier, options);
  session.start(parseDocument(document ?? model?.get("document")));
  return session;
}

function show(
  element: HTMLElement,
  store: CanvasStore,
  session: Session | null,
  theme: Mode | null,
): () => void {
  void loadFonts();
  const removeStyles = addStyles(element);
  const root = createRoot(element);
  root.render(<CanvasApp store={store} session={session} theme={theme} />);
  return () => {
    root.unmount();
    removeStyles();
  };
}

/** Shows a session in `element`; the returned function takes the view away and leaves the session. */
export function mount(element: HTMLElement, session: Session, options: { theme?: Mode } = {}): () => void {
  return show(element, session.store, session, options.theme ?? null);
}

export interface StillPicture {
  document: CanvasDocument;
  /** Rows by container id. */
  results?: Record<string, Omit<ResultData, "container_id">>;
  theme?: Mode;
}

/** Shows a document that nothing stands behind: it can be read, panned and zoomed, not changed. */
export function mountStatic(
  element: HTMLElement,
  { document, results = {}, theme }: StillPicture,
): () => void {
  const store = new CanvasStore();
  store.set("connection", "static");
  const parsed = parseDocument(document);
  if (parsed) store.load(parsed);
  for (const [id, data] of Object.entries(results)) {
    const result = parseResult({ ...data, container_id: id });
    if (result) store.setResult(result);
  }
  return show(element, store, null, theme ?? null);
}
