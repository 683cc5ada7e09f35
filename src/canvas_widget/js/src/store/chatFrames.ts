/** What each frame of a turn does to the turn. Pure: a turn and a frame's payload in, the next turn out. */
import { isFields } from "../protocol/parse.ts";
import type { JsonValue } from "../protocol/types.ts";
import { type Attempt, type ChatTurn, type Ending, newTurn, type ToolStep } from "./chatTurn.ts";

type Data = Record<string, unknown>;

const text = (value: unknown) => (typeof value === "string" ? value : "");
const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);
const object = (value: unknown) => (isFields(value) ? (value as Record<string, JsonValue>) : {});
const ENDINGS = new Set(["complete", "cancelled", "limit", "error"]);
/** More text than this is kept nowhere: the page would freeze before anyone has read it. */
const MOST_TEXT = 4_000_000;

/** The turn after a frame of its own; the same object when the frame says nothing of it. */
export function turnAfter(turn: ChatTurn, type: string, data: Data): ChatTurn {
  switch (type) {
    case "turn_started":
      return { ...turn, prompt: text(data.prompt) || turn.prompt, source: text(data.source) || turn.source };
    case "reasoning":
      return reasoned(running(turn), data);
    case "assistant_response":
      return said(running(turn), data);
    case "retract":
      return retracted(running(turn), data);
    case "tool_call":
      return { ...running(turn), tools: [...turn.tools, stepOf(data)] };
    case "tool_result":
      return { ...running(turn), tools: withResult(turn.tools, data) };
    case "done":
      return ended(turn, data);
    default:
      return turn;
  }
}

/** The turn at work. One that `done` has ended stays so; one that only seemed lost, or was told as history, is not over. */
function running(turn: ChatTurn): ChatTurn {
  if (turn.figures) return turn;
  const lost = turn.state === "ended";
  return { ...turn, state: "running", ending: null, error: lost ? null : turn.error };
}

function reasoned(turn: ChatTurn, data: Data): ChatTurn {
  const steps = Array.isArray(data.steps) ? data.steps.map(String) : [];
  const strategy = text(data.strategy) || turn.strategy;
  return {
    ...turn,
    strategy,
    plan: [...turn.plan, ...steps],
    thinking: (turn.thinking + text(data.text)).slice(0, MOST_TEXT),
  };
}

function said(turn: ChatTurn, data: Data): ChatTurn {
  if (data.chunk === false) {
    const { confidence } = data;
    const known = confidence === "High" || confidence === "Medium" || confidence === "Low";
    return {
      ...turn,
      answer: text(data.text).slice(0, MOST_TEXT),
      confidence: known ? confidence : null,
      confidenceReason: text(data.confidence_reason),
    };
  }
  const attempt = number(data.attempt) ?? 1;
  const texts = new Map(turn.texts);
  texts.set(attempt, ((texts.get(attempt) ?? "") + text(data.text)).slice(0, MOST_TEXT));
  return { ...turn, texts };
}

function retracted(turn: ChatTurn, data: Data): ChatTurn {
  const texts = new Map(turn.texts);
  texts.delete(number(data.attempt) ?? 1);
  return { ...turn, texts, notice: text(data.reason) };
}

function stepOf(data: Data): ToolStep {
  return {
    callId: text(data.call_id),
    tool: text(data.tool),
    arguments: object(data.arguments),
    state: "running",
    result: null,
    error: "",
    elapsedMs: null,
  };
}

function withResult(tools: readonly ToolStep[], data: Data): readonly ToolStep[] {
  const known = tools.some(({ callId }) => callId === data.call_id);
  const all = known ? tools : [...tools, stepOf(data)];
  return all.map((step) =>
    step.callId === data.call_id
      ? {
          ...step,
          state: data.ok === false ? "failed" : "done",
          result: isFields(data.result) ? object(data.result) : null,
          error: text(data.error),
          elapsedMs: number(data.elapsed_ms),
        }
      : step,
  );
}

function attemptOf(value: unknown): Attempt {
  const data = object(value);
  const [prompt, completion] = [number(data.prompt_tokens), number(data.completion_tokens)];
  return {
    provider: text(data.provider),
    model: text(data.model),
    outcome: text(data.outcome),
    why: text(data.why),
    latencyMs: number(data.latency_ms),
    tokens: prompt === null && completion === null ? null : (prompt ?? 0) + (completion ?? 0),
    cost: number(data.cost),
  };
}

function ended(turn: ChatTurn, data: Data): ChatTurn {
  const reason = text(data.reason);
  const usage = object(data.usage);
  const total = number(usage.total_tokens);
  const sum = (number(usage.prompt_tokens) ?? 0) + (number(usage.completion_tokens) ?? 0);
  return {
    ...turn,
    state: "ended",
    ending: (ENDINGS.has(reason) ? reason : "complete") as Ending,
    tools: turn.tools.map((step) => (step.state === "running" ? { ...step, state: "stopped" } : step)),
    canContinue: data.can_continue === true,
    figures: {
      provider: text(data.provider),
      model: text(data.model),
      tokens: total ?? (sum || null),
      cost: number(data.cost),
      latencyMs: number(data.latency_ms) ?? 0,
      receipt: Array.isArray(data.receipt) ? data.receipt.map(attemptOf) : [],
    },
  };
}

/** The turns that a `chat_history` tells of. */
export function turnsOf(messages: unknown): ChatTurn[] {
  const turns: ChatTurn[] = [];
  for (const message of Array.isArray(messages) ? messages.filter(isFields) : []) {
    const content = text(message.content);
    const last = turns.at(-1);
    const id = text(message.turn_id) || `history-${turns.length}`;
    if (message.role === "user")
      turns.push(newTurn(id, { prompt: content, state: "ended", ending: "complete" }));
    else if (last) {
      const answer = last.answer === null ? content : `${last.answer}\n\n${content}`;
      turns[turns.length - 1] = { ...last, answer };
    }
  }
  return turns;
}
