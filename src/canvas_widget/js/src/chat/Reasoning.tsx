import { Icon } from "../components/Icon.tsx";
import type { ChatTurn } from "../store/chatTurn.ts";
import { strings } from "../strings.ts";

/** The plan, the model's own thinking and the strategy: one line until it is opened. */
export function Reasoning({ turn }: { turn: ChatTurn }) {
  const plan = turn.plan.filter((step) => !/^strategy\b/i.test(step));
  const why = turn.plan.find((step) => /^strategy\b/i.test(step));
  if (plan.length === 0 && !turn.thinking && !turn.strategy && !why) return null;
  return (
    <details className="th">
      <summary>
        <Icon name="right" />
        <span className="el">
          {plan.length > 1 ? strings.chat.planned(null, plan.length) : strings.chat.reasoning}
        </span>
        {turn.strategy && <span className="tag">{strings.chat.strategy(turn.strategy)}</span>}
      </summary>
      <div className="thb">
        {why && <p>{why}</p>}
        {plan.length > 0 && (
          <ol aria-label={strings.chat.plan}>
            {plan.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end
              <li key={index}>{step}</li>
            ))}
          </ol>
        )}
        {turn.thinking && <p className="pre">{turn.thinking}</p>}
      </div>
    </details>
  );
}
