/** One prompt and everything that came of it, as the chat panel shows it. Frozen: a change makes a new object. */
import type { ErrorInfo, JsonValue } from "../protocol/types.ts";

export type TurnState = "sending" | "waiting" | "running" | "ended";
export type Ending = "complete" | "cancelled" | "limit" | "error";

export interface ToolStep {
  callId: string;
  tool: string;
  arguments: Record<string, JsonValue>;
  state: "running" | "done" | "failed" | "stopped";
  result: Record<string, JsonValue> | null;
  error: string;
  elapsedMs: number | null;
}

/** One provider that was asked, and what came of it. */
export interface Attempt {
  provider: string;
  model: string;
  outcome: string;
  why: string;
  latencyMs: number | null;
  tokens: number | null;
  cost: number | null;
}

export interface Figures {
  provider: string;
  model: string;
  tokens: number | null;
  cost: number | null;
  latencyMs: number;
  receipt: readonly Attempt[];
}

export interface ChatTurn {
  readonly id: string;
  readonly prompt: string;
  /** Where it was asked: "cell", "widget", …; "" while that is not known. */
  readonly source: string;
  readonly state: TurnState;
  readonly ending: Ending | null;
  /** What each attempt has said so far; a retracted one is not in it. */
  readonly texts: ReadonlyMap<number, string>;
  /** The whole answer, once it is there. */
  readonly answer: string | null;
  readonly plan: readonly string[];
  readonly thinking: string;
  readonly strategy: string;
  readonly tools: readonly ToolStep[];
  readonly confidence: "High" | "Medium" | "Low" | null;
  readonly confidenceReason: string;
  /** Why an attempt was taken back and another one made. */
  readonly notice: string;
  readonly figures: Figures | null;
  readonly canContinue: boolean;
  readonly error: ErrorInfo | null;
  /** Whether it changed the canvas, and whether that was taken back. */
  readonly touched: boolean;
  readonly undone: boolean;
}

export function newTurn(id: string, fields: Partial<ChatTurn> = {}): ChatTurn {
  return {
    id,
    prompt: "",
    source: "",
    state: "running",
    ending: null,
    texts: new Map(),
    answer: null,
    plan: [],
    thinking: "",
    strategy: "",
    tools: [],
    confidence: null,
    confidenceReason: "",
    notice: "",
    figures: null,
    canContinue: false,
    error: null,
    touched: false,
    undone: false,
    ...fields,
  };
}

/** What the turn says: its whole answer, else what has come of it. */
export function textOf(turn: ChatTurn): string {
  return turn.answer ?? [...turn.texts.values()].join("\n\n");
}
