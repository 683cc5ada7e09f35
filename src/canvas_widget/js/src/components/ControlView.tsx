import { type ReactNode, useEffect, useId, useState } from "react";
import { setControl } from "../actions/data.ts";
import type { Container, ControlContent, JsonValue } from "../protocol/types.ts";
import { strings } from "../strings.ts";
import { useValue, useView } from "./context.ts";
import { Heading } from "./Heading.tsx";

const words = strings.data;
const SETTLED = 300;

export function ControlView({ container, content }: { container: Container; content: ControlContent }) {
  const { session } = useView();
  const live = useValue("connection") === "live" && session !== null;
  const label = container.title || content.field;
  const tell = (value: JsonValue) => session && live && setControl(session, container.id, value);
  const Form = content.control === "choice" ? Choice : Between;
  return (
    <>
      <Heading title={label} />
      <Form content={content} label={label} disabled={!live} tell={tell} />
    </>
  );
}

interface FormProps {
  content: ControlContent;
  label: string;
  disabled: boolean;
  tell: (value: JsonValue) => void;
}

function Box({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys inside belong to the form and not to the canvas
    <div className="ctl nodrag nopan" onKeyDown={(event) => event.stopPropagation()}>
      {children}
    </div>
  );
}

function Choice({ content, label, disabled, tell }: FormProps) {
  const options = (content.options ?? []) as JsonValue[];
  const chosen = Array.isArray(content.value) ? content.value[0] : content.value;
  const at = options.findIndex((option) => String(option) === String(chosen));
  if (options.length === 0) return <p className="msg">{words.noOptions}</p>;
  return (
    <Box>
      <select
        aria-label={label}
        disabled={disabled}
        value={chosen === null || chosen === undefined ? "" : String(at)}
        onChange={({ target }) => tell(target.value === "" ? null : (options[Number(target.value)] ?? null))}
      >
        <option value="">{words.any}</option>
        {options.map((option, index) => (
          <option key={String(option)} value={String(index)}>
            {String(option ?? strings.frame.empty)}
          </option>
        ))}
      </select>
    </Box>
  );
}

const text = (value: JsonValue | undefined, dated: boolean) =>
  value === null || value === undefined ? "" : dated ? String(value).slice(0, 10) : String(value);

/** Two ends, of numbers or of days; what is typed counts once the keys rest. */
function Between({ content, label, disabled, tell }: FormProps) {
  const dated = content.control === "date";
  const type = dated ? "date" : "number";
  const ends = (content.options ?? []) as JsonValue[];
  const given = (Array.isArray(content.value) ? content.value : [null, null]) as JsonValue[];
  const [low, high] = [text(ends[0], dated), text(ends[1], dated)];
  const shown = `${text(given[0], dated)}|${text(given[1], dated)}`;
  const [typed, setTyped] = useState<readonly [string, string] | null>(null);
  const [from, to] = typed ?? (shown.split("|") as [string, string]);
  const names = useId();

  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed is told, and once
  useEffect(() => {
    if (!typed) return;
    const timer = setTimeout(() => {
      const end = (value: string, other: string): JsonValue =>
        dated ? value || other : Number(value || other);
      const pair = [end(typed[0], low), end(typed[1], high)] as const;
      const wrong = pair[0] === null || pair[1] === null || pair[0] > pair[1];
      if (!wrong) tell(typed[0] || typed[1] ? [...pair] : null);
    }, SETTLED);
    return () => clearTimeout(timer);
  }, [typed]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the session says takes the place of what was typed
  useEffect(() => setTyped(null), [shown]);

  const input = (name: string, value: string, place: 0 | 1) => (
    <label htmlFor={`${names}-${place}`}>
      <span>{name}</span>
      <input
        id={`${names}-${place}`}
        type={type}
        step={dated ? undefined : "any"}
        min={low || undefined}
        max={high || undefined}
        placeholder={place === 0 ? low : high}
        aria-label={`${label}, ${name.toLowerCase()}`}
        disabled={disabled}
        value={value}
        onChange={({ target }) => setTyped(place === 0 ? [target.value, to] : [from, target.value])}
      />
    </label>
  );
  return (
    <Box>
      {input(words.from, from, 0)}
      {input(words.to, to, 1)}
      {content.value !== null && (
        <button type="button" className="bt o" disabled={disabled} onClick={() => tell(null)}>
          {words.reset}
        </button>
      )}
    </Box>
  );
}
