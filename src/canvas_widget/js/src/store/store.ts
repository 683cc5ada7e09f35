/**
 * One store per model, shared by its views. It holds the session's document, the user's pending edits over it, the
 * results, and what else the views show. Readers subscribe to a key ("node:a", "order", …) and are told once a frame.
 */
import type { SeriesValue } from "../charts/series.ts";
import type {
  CanvasDocument,
  CanvasInfo,
  Change,
  Container,
  Delta,
  ErrorInfo,
  ResultData,
} from "../protocol/types.ts";
import type { Link } from "../transport/transport.ts";
import type { ChatTurn } from "./chatTurn.ts";
import {
  applyDeltas,
  changedId,
  type DocumentState,
  fromDocument,
  overlay,
  type Touched,
  toDocument,
} from "./document.ts";
import { NO_OFFER, type Offer } from "./offer.ts";
import { failedResult, mergeResult, type ResultEntry } from "./results.ts";
import { NO_SELECTIONS, type Selections } from "./selections.ts";
import { type Schedule, Signals } from "./signals.ts";

/** "away": the link was lost and is being found again; what is edited meanwhile is sent then. */
export type Connection = "connecting" | "live" | "away" | "gone" | "static";

/** Whether what the user changes has somewhere to go. */
export const editableIn = (connection: Connection): boolean => connection === "live" || connection === "away";

/** Shown in a notebook, or on the page of a server: a session's canvas, or one that lives in a kernel. */
export type CanvasPlace = "notebook" | "session" | "kernel";

/** What the session's latest turn is doing, for the status line. */
export interface TurnStatus {
  turnId: string;
  running: boolean;
  text: string;
  failed: boolean;
}

export interface Toast {
  id: number;
  text: string;
  isError: boolean;
  /** Whether the chat shows it too, so that it need not be said twice where the chat is open. */
  inChat: boolean;
  action: { label: string; run: () => void } | null;
}

export interface HistoryStatus {
  canUndo: boolean;
  canRedo: boolean;
}

/** How far the query of a container is; `fraction` from 0 to 1 only where it is measured. */
export interface Progress {
  text: string;
  fraction: number | null;
}

interface Pending {
  id: string;
  changes: readonly Change[];
}

/** The values that are kept as they are and read by name. */
interface Values {
  connection: Connection;
  /** Where the canvas lives, as its words have it. */
  place: CanvasPlace;
  /** How the link to a server stands; null in a notebook, which has none. */
  link: Link | null;
  turn: TurnStatus | null;
  toast: Toast | null;
  selection: ReadonlySet<string>;
  history: HistoryStatus;
  progress: ReadonlyMap<string, Progress>;
  chat: readonly ChatTurn[];
  /** What stands in the question box and is not sent yet. */
  draft: string;
  offer: Offer;
  /** What is selected inside charts. */
  selections: Selections;
  /** Whether presses in charts select values. */
  brushing: boolean;
  /** Charts of which this view shows some series only, and those series. */
  series: ReadonlyMap<string, readonly SeriesValue[]>;
}

const NO_CANVAS: CanvasInfo = { name: "", width: 800, height: 600 };

export class CanvasStore {
  readonly signals: Signals;
  #server: DocumentState | null = null;
  #pending: Pending[] = [];
  #visible = new Map<string, Container | null>();
  #order: readonly string[] | null = null;
  #results = new Map<string, ResultEntry>();
  #values: Values = {
    connection: "connecting",
    place: "notebook",
    link: null,
    turn: null,
    toast: null,
    selection: new Set(),
    history: { canUndo: false, canRedo: false },
    progress: new Map(),
    chat: [],
    draft: "",
    offer: NO_OFFER,
    selections: NO_SELECTIONS,
    brushing: false,
    series: new Map(),
  };
  #toasts = 0;

  constructor(schedule?: Schedule) {
    this.signals = new Signals(schedule);
  }

  // --- reading -------------------------------------------------------------------------------------------------

  get ready(): boolean {
    return this.#server !== null;
  }

  get rev(): number {
    return this.#server?.rev ?? 0;
  }

  get canvas(): CanvasInfo {
    return this.#server?.canvas ?? NO_CANVAS;
  }

  get pendingEdits(): readonly Pending[] {
    return this.#pending;
  }

  value<K extends keyof Values>(key: K): Values[K] {
    return this.#values[key];
  }

  /** Ids in reading order, the user's pending edits included. */
  get order(): readonly string[] {
    if (!this.#order) {
      const ids = this.#server?.order ?? [];
      const added = new Set<string>();
      for (const { changes } of this.#pending)
        for (const change of changes) {
          const id = change.op === "add" ? changedId(change) : null;
          if (id !== null && !this.#server?.nodes.has(id)) added.add(id);
        }
      this.#order = [...ids, ...added].filter((id) => this.node(id) !== null);
    }
    return this.#order;
  }

  /** A container as the user sees it: the session's, with pending edits laid over it. */
  node(id: string): Container | null {
    if (this.#pending.length === 0) return this.#server?.nodes.get(id) ?? null;
    const known = this.#visible.get(id);
    if (known !== undefined) return known;
    let found = this.#server?.nodes.get(id) ?? null;
    for (const { changes } of this.#pending)
      for (const change of changes) if (changedId(change) === id) found = overlay(found, change);
    this.#visible.set(id, found);
    return found;
  }

  result(id: string): ResultEntry | undefined {
    return this.#results.get(id);
  }

  /** What the session last said, without pending edits. */
  serverDocument(): CanvasDocument | null {
    return this.#server ? toDocument(this.#server) : null;
  }

  // --- the session's side --------------------------------------------------------------------------------------

  load(document: CanvasDocument): void {
    const before = this.#server ? [...this.#server.nodes.keys()] : [];
    this.#server = fromDocument(document);
    this.#visible.clear();
    this.#order = null;
    const ids = new Set([...before, ...this.#server.nodes.keys()]);
    for (const id of this.#results.keys()) if (!this.#server.nodes.has(id)) this.#results.delete(id);
    this.signals.mark("order", "canvas", "document");
    this.signals.markAll([...ids].map((id) => `node:${id}`).filter((key) => this.signals.heard(key)));
    this.#prune();
  }

  /** Applies a batch, or returns false when it does not fit what is here. */
  apply(rev: number | null, deltas: readonly Delta[]): boolean {
    if (!this.#server) return false;
    const touched = applyDeltas(this.#server, deltas);
    if (!touched) return false;
    if (rev !== null) this.#server.rev = rev;
    this.#touch(touched);
    return true;
  }

  setResult(data: ResultData): void {
    this.#results.set(data.container_id, mergeResult(this.#results.get(data.container_id), data));
    this.signals.mark(`result:${data.container_id}`, "results");
  }

  failResult(id: string, error: ErrorInfo): void {
    this.#results.set(id, failedResult(this.#results.get(id), error));
    this.signals.mark(`result:${id}`, "results");
  }

  // --- the user's side -----------------------------------------------------------------------------------------

  addPending(id: string, changes: readonly Change[]): void {
    this.#pending.push({ id, changes });
    this.#retouch(changes);
  }

  /** Forgets a pending edit: it was answered. Returns whether there was one. */
  settle(id: string): boolean {
    const found = this.#pending.find((pending) => pending.id === id);
    if (!found) return false;
    this.#pending = this.#pending.filter((pending) => pending !== found);
    this.#retouch(found.changes);
    return true;
  }

  select(ids: Iterable<string>): void {
    const next = new Set(ids);
    const { selection } = this.#values;
    if (next.size === selection.size && [...next].every((id) => selection.has(id))) return;
    this.set("selection", next);
  }

  set<K extends keyof Values>(key: K, value: Values[K]): void {
    if (Object.is(this.#values[key], value)) return;
    this.#values = { ...this.#values, [key]: value };
    this.signals.mark(key);
  }

  /** As `set`, and told at once: what is typed must not lag behind the keys. */
  setNow<K extends keyof Values>(key: K, value: Values[K]): void {
    this.set(key, value);
    this.signals.tell(key);
  }

  toast(text: string, isError = false, more: Partial<Pick<Toast, "inChat" | "action">> = {}): void {
    this.#toasts += 1;
    this.set("toast", { id: this.#toasts, text, isError, inChat: false, action: null, ...more });
  }

  // -------------------------------------------------------------------------------------------------------------

  #retouch(changes: readonly Change[]): void {
    const ids = new Set(changes.map(changedId).filter((id) => id !== null));
    const order = changes.some(({ op }) => op === "add" || op === "remove");
    this.#touch({ ids, order, canvas: false });
  }

  #touch({ ids, order, canvas }: Touched): void {
    for (const id of ids) this.#visible.delete(id);
    if (order) {
      this.#order = null;
      this.#prune();
    }
    if (canvas) this.signals.mark("canvas");
    if (order) this.signals.mark("order");
    if (ids.size > 0 || order) this.signals.mark("document", ...[...ids].map((id) => `node:${id}`));
  }

  /** Lets go of results and selection of containers that are no longer there. */
  #prune(): void {
    const { selection } = this.#values;
    if ([...selection].some((id) => this.node(id) === null))
      this.select([...selection].filter((id) => this.node(id) !== null));
    for (const id of this.#results.keys())
      if (this.#server && !this.#server.nodes.has(id)) this.#results.delete(id);
  }
}
