/** What the session offers: its features, the models and strategies to choose from, prompts that fit the data. */
import { isFields } from "../protocol/parse.ts";
import type { Frame } from "../protocol/types.ts";

export interface ModelChoice {
  provider: string;
  model: string;
  isDefault: boolean;
  usable: boolean;
  whyNot: string;
  status: string;
  latencyMs: number | null;
  lastError: string;
}

export interface Offer {
  features: ReadonlySet<string>;
  models: readonly ModelChoice[];
  strategies: readonly string[];
  suggestions: readonly string[];
  /** What the session has cost so far, USD; null where no price is known. */
  cost: number | null;
  tokens: number;
  budget: number | null;
}

export const NO_OFFER: Offer = {
  features: new Set(),
  models: [],
  strategies: [],
  suggestions: [],
  cost: null,
  tokens: 0,
  budget: null,
};

const text = (value: unknown) => (typeof value === "string" ? value : "");
const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);
const strings = (value: unknown) =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

function modelOf(data: Record<string, unknown>): ModelChoice {
  return {
    provider: text(data.provider),
    model: text(data.model),
    isDefault: data.default === true,
    usable: data.usable !== false,
    whyNot: text(data.why_not),
    status: text(data.status),
    latencyMs: number(data.latency_ms),
    lastError: text(data.last_error),
  };
}

/** The offer after a frame; the same object when the frame says nothing of it. */
export function offerAfter(offer: Offer, { type, data }: Frame): Offer {
  switch (type) {
    case "server_info":
      return { ...offer, features: new Set(strings(data.features)) };
    case "suggestions":
      return { ...offer, suggestions: strings(data.prompts).slice(0, 3) };
    case "models": {
      const cost = isFields(data.cost) ? data.cost : {};
      return {
        ...offer,
        models: (Array.isArray(data.models) ? data.models : []).filter(isFields).map(modelOf),
        strategies: strings(data.strategies),
        cost: number(cost.total),
        tokens: number(cost.tokens) ?? 0,
        budget: number(data.budget),
      };
    }
    default:
      return offer;
  }
}
