import { memo, use, useEffect, useState } from "react";
import { CellButton } from "../components/CellButton.tsx";
import { CopyButton, Sql } from "../components/Code.tsx";
import { useContainer } from "../components/context.ts";
import { FocusContext } from "../components/focusContext.ts";
import { Icon, type IconName } from "../components/Icon.tsx";
import type { ToolStep } from "../store/chatTurn.ts";
import { strings } from "../strings.ts";
import { pretty, stepContainer, stepRows, stepSql, stepTitle } from "./steps.ts";

const ICONS: Record<ToolStep["state"], IconName> = {
  running: "ring",
  done: "check",
  failed: "close",
  stopped: "dash",
};

/** The tool calls of a turn, one row each; a row opens to what went in and what came out. */
export const ToolSteps = memo(function ToolSteps({ steps }: { steps: readonly ToolStep[] }) {
  return (
    <ul className="tools" aria-label={strings.chat.tools}>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end; a call's id may repeat
        <Step key={index} step={step} />
      ))}
    </ul>
  );
});

const Step = memo(function Step({ step }: { step: ToolStep }) {
  const failed = step.state === "failed";
  const [open, setOpen] = useState(failed);
  useEffect(() => {
    if (failed) setOpen(true);
  }, [failed]);
  const rows = stepRows(step);
  const title = stepTitle(step) || (rows === null ? "" : strings.chat.rows(rows));
  const time =
    step.elapsedMs === null ? strings.chat.toolState(step.state) : strings.chat.time(step.elapsedMs);
  return (
    <li className={failed ? "bad" : ""}>
      <button type="button" className="tl" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={ICONS[step.state]} spin={step.state === "running"} className={step.state} />
        <span className="mono">{step.tool}</span>
        <span className="mut el">{title}</span>
        <span className="tm">{failed ? strings.chat.toolState("failed") : time}</span>
        <Icon name={open ? "down" : "right"} />
      </button>
      {open && <Opened step={step} />}
    </li>
  );
});

function Opened({ step }: { step: ToolStep }) {
  const focus = use(FocusContext);
  const id = stepContainer(step);
  const there = useContainer(id) !== null;
  const sql = stepSql(step);
  const given = pretty(step.arguments, sql ? ["sql", "query"] : []);
  const found = step.result ? pretty(step.result, ["sql"]) : "";
  return (
    <div className="opened">
      {step.error && <p className="err">{step.error}</p>}
      {sql && <Sql sql={sql} />}
      {given !== "{}" && <Fold label={strings.chat.arguments} text={given} open={!sql} />}
      {found && found !== "{}" && <Fold label={strings.chat.result} text={found} open={false} />}
      <div className="acts">
        <CopyButton text={sql || given} />
        {there && sql && <CellButton id={id} />}
        {there && focus && (
          <button type="button" className="bt" onClick={() => focus(id)}>
            <Icon name="fit" />
            {strings.chat.show}
          </button>
        )}
        {step.state === "failed" && step.elapsedMs !== null && (
          <span className="s11 mut">{strings.chat.time(step.elapsedMs)}</span>
        )}
      </div>
    </div>
  );
}

function Fold({ label, text, open }: { label: string; text: string; open: boolean }) {
  return (
    <details className="fold" open={open}>
      <summary>
        <Icon name="right" />
        {label}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className="code" tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </details>
  );
}
