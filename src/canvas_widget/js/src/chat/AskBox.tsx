import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useValue, useView } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import type { ChatTurn } from "../store/chatTurn.ts";
import type { Session } from "../store/session.ts";
import { strings } from "../strings.ts";
import { type Choice, ModelPicker } from "./ModelPicker.tsx";

const TALLEST = 160;

/** The question box: Enter sends, Shift+Enter breaks the line, ↑ recalls, Escape stops or leaves. */
export function AskBox({ session, turns }: { session: Session; turns: readonly ChatTurn[] }) {
  const { store } = useView();
  const connection = useValue("connection");
  const live = connection === "live";
  /** Before the session's first answer can be typed already; what is sent then goes out with that answer. */
  const open = live || connection === "connecting";
  const [waits, setWaits] = useState(false);
  const place = useValue("place");
  const draft = useValue("draft");
  const box = useRef<HTMLTextAreaElement>(null);
  const [choice, setChoice] = useState<Choice>({});
  const [recalled, setRecalled] = useState(-1);
  const running = turns.find(({ state }) => state === "running");
  const busy = running !== undefined || turns.some(({ state }) => state === "sending");

  const setDraft = useCallback((text: string) => store.setNow("draft", text), [store]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the box is as tall as the draft
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, TALLEST)}px`;
  }, [draft]);

  const send = () => {
    if (!open || !draft.trim()) return;
    setWaits(!live);
    if (!live) return;
    session.prompt(draft.trim(), choice);
    setDraft("");
    setRecalled(-1);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: only that the session answers sends what waited for it
  useEffect(() => {
    if (live && waits) send();
  }, [live]);

  const recall = (step: number) => {
    const asked = turns.filter(({ prompt }) => prompt).map(({ prompt }) => prompt);
    const next = recalled + step;
    if (next >= asked.length || next < -1) return;
    setRecalled(next);
    setDraft(next < 0 ? "" : (asked[asked.length - 1 - next] ?? ""));
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    const untouched = draft === "" || recalled >= 0;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) send();
    else if (event.key === "ArrowUp" && untouched) recall(1);
    else if (event.key === "ArrowDown" && recalled >= 0) recall(-1);
    else if (event.key === "Escape") {
      if (running) session.cancel(running.id);
      else leave(event.currentTarget);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <form
      className="ask"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={box}
        rows={1}
        data-ask
        value={draft}
        aria-label={strings.chat.askLabel}
        placeholder={
          open ? (turns.length > 0 ? strings.chat.followUp : strings.chat.ask) : strings.chat.offline[place]
        }
        disabled={!open}
        maxLength={100_000}
        onChange={(event) => {
          setDraft(event.target.value);
          setWaits(false);
          setRecalled(-1);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="ft">
        <ModelPicker session={session} choice={choice} onChoose={setChoice} disabled={!live} />
        <i className="sp" />
        {busy && !draft.trim() ? (
          <button type="button" className="bt o" onClick={() => session.cancel(running?.id)}>
            <Icon name="stop" />
            {strings.chat.stop}
            <span className="kbd" aria-hidden="true">
              Esc
            </span>
          </button>
        ) : (
          <button
            type="submit"
            className="bt p"
            aria-label={busy ? strings.chat.queueNext : strings.chat.send}
            title={busy ? strings.chat.queueNext : strings.chat.send}
            aria-disabled={!open || !draft.trim()}
          >
            <Icon name="up" />
          </button>
        )}
      </div>
    </form>
  );
}

/** Gives the focus to the canvas. */
function leave(from: HTMLElement): void {
  const area = from.closest(".cw")?.querySelector<HTMLElement>(".cv");
  if (area) area.focus({ preventScroll: true });
  else from.blur();
}
