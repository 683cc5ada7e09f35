import { useEffect, useRef } from "react";
import { useChanges, useValue, useView } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import { strings } from "../strings.ts";
import { Announcer } from "./Announcer.tsx";
import { AskBox } from "./AskBox.tsx";
import { Suggestions } from "./Suggestions.tsx";
import { TurnView } from "./TurnView.tsx";
import { useFollow } from "./useFollow.ts";

/** The conversation and the box to go on with it. */
export function ChatPanel() {
  const { session } = useView();
  const turns = useValue("chat");
  const log = useRef<HTMLDivElement>(null);
  const { away, jump } = useFollow(log, turns);
  const count = turns.length;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new question is always brought into view
  useEffect(() => jump(), [count]);

  return (
    <>
      <div
        ref={log}
        className="log"
        role="log"
        aria-live="off"
        aria-label={strings.chat.log}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {count === 0 && <Welcome />}
        {turns.map((turn) => (
          <TurnView key={turn.id} turn={turn} />
        ))}
        {away && count > 0 && (
          <button type="button" className="bt o jump" aria-label={strings.chat.jump} onClick={jump}>
            <Icon name="down" />
          </button>
        )}
      </div>
      <Announcer turns={turns} />
      {session && <AskBox session={session} turns={turns} />}
    </>
  );
}

function Welcome() {
  const { store } = useView();
  useChanges(["order"]);
  return (
    <div className="welcome">
      <h2>{strings.chat.emptyHeading}</h2>
      <p className="mut">{strings.chat.emptyLead}</p>
      {store.order.length > 0 && <Suggestions />}
    </div>
  );
}
