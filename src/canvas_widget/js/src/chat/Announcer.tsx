import { useEffect, useRef, useState } from "react";
import { type ChatTurn, textOf } from "../store/chatTurn.ts";
import { strings } from "../strings.ts";
import { stepTitle } from "./steps.ts";

/** How much of an answer is read out, characters. */
const MOST = 1_000;

/** Says finished steps and whole answers, not tokens, to those who listen. */
export function Announcer({ turns }: { turns: readonly ChatTurn[] }) {
  const turn = turns.at(-1);
  const [said, setSaid] = useState("");
  const before = useRef(turn);
  useEffect(() => {
    const last = before.current?.id === turn?.id ? before.current : undefined;
    before.current = turn;
    if (!turn) return;
    if (turn.state === "ended" && last && last.state !== "ended") {
      setSaid(turn.error?.message || textOf(turn).slice(0, MOST) || strings.chat.ended(turn.ending ?? ""));
      return;
    }
    const known = new Set(last?.tools.filter(({ state }) => state !== "running").map(({ callId }) => callId));
    const fresh = turn.tools.filter(({ state, callId }) => state !== "running" && !known.has(callId)).at(-1);
    if (!fresh || turn.state === "ended") return;
    const label = strings.chat.toolLabel(fresh.tool.replaceAll("_", " "), stepTitle(fresh));
    setSaid(
      fresh.state === "failed" ? strings.chat.says.stepFailed(label) : strings.chat.says.stepDone(label),
    );
  }, [turn]);
  return (
    <div className="vh" role="status" aria-live="polite">
      {said}
    </div>
  );
}
