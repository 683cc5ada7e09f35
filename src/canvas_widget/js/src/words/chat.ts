/** The words of the chat panel. */
import type { ToolStep } from "../store/chatTurn.ts";

const STRATEGIES: Record<string, string> = {
  FAST_CONCISE: "Fast",
  ANALYTICAL: "Analysis",
  SUMMARIZATION_AWARE: "Long conversation",
  TOOL_HEAVY: "Many steps",
};

const OUTCOMES: Record<string, string> = {
  answered: "answered",
  failed: "failed",
  empty: "said nothing",
  cancelled: "stopped",
  skipped: "skipped",
};

const count = (value: number) => value.toLocaleString("en-US");

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function capital(text: string): string {
  const words = text.replaceAll("_", " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function price(value: number): string {
  if (value === 0) return "$0";
  return value < 0.001 ? "< $0.001" : `$${value.toFixed(value < 0.1 ? 3 : 2)}`;
}

export const chat = {
  title: "Chat",
  log: "Conversation",
  ask: "Ask about your data, or describe a chart",
  followUp: "Ask a follow-up",
  askLabel: "Question",
  send: "Send",
  stop: "Stop",
  queueNext: "Send after this one",
  newConversation: "New conversation",
  offline: {
    notebook: "The kernel does not answer, so nothing can be asked.",
    session: "Not connected, so nothing can be asked.",
    kernel: "Not connected, so nothing can be asked.",
  },
  gone: "Nothing can be asked while the kernel is gone.",
  fromCell: "Asked in a cell",
  sending: "Sending",
  waiting: "Waiting for the turn before",
  cancelWaiting: "Cancel",
  thinking: "Thinking",
  working: "Working",
  planned: (ms: number | null, steps: number) =>
    `${steps > 1 ? `${steps} steps` : "Planned"}${ms ? ` in ${seconds(ms)}` : ""}`,
  reasoning: "Reasoning",
  plan: "Plan",
  strategy: (name: string) => STRATEGIES[name.toUpperCase()] ?? capital(name),
  tools: "Steps",
  toolState: (state: ToolStep["state"]): string =>
    ({ running: "running", done: "done", failed: "Failed", stopped: "stopped" })[state],
  time: seconds,
  toolLabel: (tool: string, title: string) => (title ? `${tool} ${title}` : tool),
  arguments: "Arguments",
  result: "Result",
  sql: "SQL",
  problem: "What went wrong",
  rows: (value: number) => `${count(value)} ${value === 1 ? "row" : "rows"}`,
  copy: "Copy",
  copied: "Copied",
  copyFailed: "The browser did not allow copying.",
  show: "Show",
  confidence: (level: string) => `${level} confidence`,
  tokens: (value: number) => `${count(value)} ${value === 1 ? "token" : "tokens"}`,
  price,
  local: "local",
  figures: "What this answer took",
  attempt: (outcome: string) => OUTCOMES[outcome] ?? outcome,
  total: "This canvas so far",
  budget: (spent: string, budget: string) => `${spent} of ${budget}`,
  retry: "Ask again",
  goOn: "Continue",
  goOnPrompt: "Continue where you stopped.",
  undoTurn: "Undo what this did",
  undone: "Undone",
  notice: "Trying another way",
  ended: (reason: string): string =>
    ({
      cancelled: "Stopped. Finished parts stay.",
      limit: "Stopped at the limit of steps.",
      error: "This did not work.",
    })[reason] ?? "",
  noAnswer: "Done, without words.",
  tooLong: (shown: number) => `The text is cut here, after ${count(shown)} characters.`,
  emptyHeading: "Ask about your data",
  emptyLead: "The answer comes here, charts and tables go to the canvas.",
  suggestions: "Suggestions",
  choose: "Model and strategy",
  automatic: "Automatic",
  models: "Model",
  strategies: "Strategy",
  anyModel: "Best available",
  anyStrategy: "Chosen per question",
  jump: "Jump to the newest",
  says: {
    asked: "Question sent.",
    stepDone: (label: string) => `${label}, done.`,
    stepFailed: (label: string) => `${label}, failed.`,
  },
} as const;
