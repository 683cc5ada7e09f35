import { useState } from "react";
import { useValue } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import type { Attempt, ChatTurn, Figures } from "../store/chatTurn.ts";
import { strings } from "../strings.ts";

const BARS = { High: 3, Medium: 2, Low: 1 } as const;

/** How sure the answer is and why, and what it took. */
export function Meta({ turn }: { turn: ChatTurn }) {
  const { confidence, confidenceReason, figures } = turn;
  const [open, setOpen] = useState(false);
  return (
    <>
      {confidence && (
        <p className="conf">
          <span className="bars" aria-hidden="true">
            {[1, 2, 3].map((bar) => (
              <i key={bar} className={bar > BARS[confidence] ? "e" : ""} style={{ height: 2 + bar * 2.6 }} />
            ))}
          </span>
          <b>{strings.chat.confidence(confidence)}</b>
          {confidenceReason && <span className="mut">{confidenceReason}</span>}
        </p>
      )}
      {figures && (figures.provider || figures.model) && (
        <div className="cost">
          <button
            type="button"
            className="meta"
            aria-expanded={open}
            title={strings.chat.figures}
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? "down" : "right"} />
            <span className="el">{named(figures)}</span>
            <span className="nums">{took(figures)}</span>
          </button>
          {open && <Receipt figures={figures} />}
        </div>
      )}
    </>
  );
}

function named({ provider, model }: { provider: string; model: string }): string {
  const plain = model.replace(/^.*\//, "");
  return [provider, plain].filter((part, index, all) => part && all.indexOf(part) === index).join(" · ");
}

function took({ tokens, cost }: { tokens: number | null; cost: number | null }): string {
  const parts = [tokens ? strings.chat.tokens(tokens) : "", cost === null ? "" : strings.chat.price(cost)];
  return parts.filter(Boolean).join(" · ");
}

function Receipt({ figures }: { figures: Figures }) {
  const { cost, budget } = useValue("offer");
  const one: Attempt = {
    ...figures,
    outcome: "answered",
    why: "",
  };
  const attempts = figures.receipt.length > 0 ? figures.receipt : [one];
  return (
    <ul className="receipt" aria-label={strings.chat.figures}>
      {attempts.map((attempt, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: attempts have no other identity than their order
        <li key={index} className={attempt.outcome === "failed" ? "bad" : ""}>
          <span className="rn">{named(attempt)}</span>
          <span className="nums">{took(attempt)}</span>
          <span className="why">
            <b>{strings.chat.attempt(attempt.outcome)}</b>
            {attempt.latencyMs !== null && ` · ${strings.chat.time(attempt.latencyMs)}`}
            {attempt.why && ` · ${attempt.why}`}
          </span>
        </li>
      ))}
      {cost !== null && (
        <li>
          <span className="rn">{strings.chat.total}</span>
          <span className="nums">
            {budget === null
              ? strings.chat.price(cost)
              : strings.chat.budget(strings.chat.price(cost), strings.chat.price(budget))}
          </span>
        </li>
      )}
    </ul>
  );
}
