import { memo } from "react";
import { useChanges, useValue, useView } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import { type ChatTurn, textOf } from "../store/chatTurn.ts";
import { strings } from "../strings.ts";
import { Answer } from "./Answer.tsx";
import { Meta } from "./Meta.tsx";
import { Reasoning } from "./Reasoning.tsx";
import { ToolSteps } from "./ToolSteps.tsx";

/** One prompt and all that came of it. */
export const TurnView = memo(function TurnView({ turn }: { turn: ChatTurn }) {
  const text = textOf(turn);
  const busy = turn.state === "running" || turn.state === "sending";
  return (
    <article
      className="turn"
      aria-label={turn.prompt.slice(0, 120) || strings.chat.fromCell}
      data-turn={turn.state}
      data-turn-id={turn.id}
      tabIndex={-1}
    >
      {turn.prompt && <p className="me">{turn.prompt}</p>}
      {turn.state === "waiting" && <Waiting id={turn.id} />}
      <Reasoning turn={turn} />
      {turn.tools.length > 0 && <ToolSteps steps={turn.tools} />}
      {turn.notice && busy && (
        <p className="notice">
          <Icon name="warning" />
          <span>
            <b>{strings.chat.notice}.</b> {turn.notice}
          </span>
        </p>
      )}
      {text && <Answer text={text} growing={busy} />}
      {busy && (
        <p className="busy">
          <Icon name="ring" spin />
          {turn.state === "sending"
            ? strings.chat.sending
            : text
              ? strings.chat.working
              : strings.chat.thinking}
        </p>
      )}
      {turn.state === "ended" && <Ending turn={turn} said={text !== ""} />}
    </article>
  );
});

function Waiting({ id }: { id: string }) {
  const { session } = useView();
  return (
    <p className="busy">
      <Icon name="dash" />
      <span className="el">{strings.chat.waiting}</span>
      <button type="button" className="lk" onClick={() => session?.cancel(id)}>
        {strings.chat.cancelWaiting}
      </button>
    </p>
  );
}

function Ending({ turn, said }: { turn: ChatTurn; said: boolean }) {
  const { session } = useView();
  const live = useValue("connection") === "live";
  useChanges(["chat"]);
  const last = useValue("chat").at(-1)?.id === turn.id;
  const failed = turn.ending === "error";
  const sentence = strings.chat.ended(turn.ending ?? "");
  return (
    <>
      {failed && (
        <div className="notice bad" role="alert">
          <Icon name="warning" />
          <span>{turn.error?.message ?? sentence}</span>
        </div>
      )}
      {!failed && sentence && <p className="mut s12">{sentence}</p>}
      {!failed && !sentence && !said && turn.tools.length > 0 && (
        <p className="mut s12">{strings.chat.noAnswer}</p>
      )}
      <Meta turn={turn} />
      {session && live && (turn.canContinue || turn.touched || failed || turn.ending === "cancelled") && (
        <div className="after">
          {turn.canContinue && last && (
            <button
              type="button"
              className="bt o"
              onClick={() => session.prompt(strings.chat.goOnPrompt, { extended: true })}
            >
              {strings.chat.goOn}
            </button>
          )}
          {(failed || turn.ending === "cancelled") && turn.prompt && (
            <button type="button" className="bt o" onClick={() => session.prompt(turn.prompt)}>
              <Icon name="refresh" />
              {strings.chat.retry}
            </button>
          )}
          {turn.touched && (
            <button
              type="button"
              className="bt"
              aria-disabled={turn.undone}
              onClick={() => {
                if (!turn.undone) session.reverse("undo", turn.id);
              }}
            >
              <Icon name={turn.undone ? "check" : "undo"} />
              {turn.undone ? strings.chat.undone : strings.chat.undoTurn}
            </button>
          )}
        </div>
      )}
    </>
  );
}
