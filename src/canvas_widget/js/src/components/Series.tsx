/** The entries of a chart's legend as buttons over the drawing: which series are shown, by mouse or by keys. */
import { type KeyboardEvent, type MouseEvent, useRef, useState } from "react";
import { pressed, type SeriesEntry } from "../charts/series.ts";
import { strings } from "../strings.ts";
import { useOnlySelected, useView } from "./context.ts";

interface Props {
  id: string;
  title: string;
  /** Where the chart's drawing begins in the container, px. */
  left: number;
  top: number;
  entries: readonly SeriesEntry[];
}

/** How far a button reaches beyond its entry, px. */
const EDGE = 4;

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function Series({ id, title, left, top, entries }: Props) {
  const { store } = useView();
  const reachable = useOnlySelected(id);
  const list = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const [said, setSaid] = useState("");
  if (entries.length === 0) return null;
  const here = Math.min(at, entries.length - 1);
  const words = strings.data.series;

  const show = (shown: ReturnType<typeof pressed>) => {
    const next = new Map(store.value("series"));
    if (shown) next.set(id, shown);
    else next.delete(id);
    store.setNow("series", next);
    const named = entries.filter(({ value }) => !shown || shown.includes(value)).map(({ text }) => text);
    setSaid(shown ? words.some(named, entries.length) : words.all(entries.length));
  };
  const onClick = (event: MouseEvent, index: number) => {
    event.stopPropagation();
    setAt(index);
    const entry = entries[index];
    if (entry) show(pressed(entries, entry.value, event.shiftKey || event.ctrlKey || event.metaKey));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const step = STEPS[event.key];
    if (step !== undefined) {
      const next = (here + step + entries.length) % entries.length;
      setAt(next);
      buttons[next]?.focus({ preventScroll: true });
    } else if (event.key === "Escape") {
      if (store.value("series").has(id)) show(null);
      else list.current?.closest<HTMLElement>("[data-container-id]")?.focus({ preventScroll: true });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <>
      <div
        ref={list}
        className="series nodrag"
        role="toolbar"
        aria-label={words.label(title)}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onDoubleClick={(event) => {
          event.stopPropagation();
          show(null);
        }}
      >
        {entries.map((entry, index) => (
          <button
            key={`${typeof entry.value} ${entry.value}`}
            type="button"
            aria-pressed={entry.shown}
            aria-label={entry.text}
            title={words.hint}
            tabIndex={reachable && index === here ? 0 : -1}
            style={{
              left: left + entry.left - EDGE,
              top: top + entry.top - EDGE,
              width: entry.width + 2 * EDGE,
              height: entry.height + 2 * EDGE,
            }}
            onClick={(event) => onClick(event, index)}
          />
        ))}
      </div>
      {said && (
        <span className="vh" role="status">
          {said}
        </span>
      )}
    </>
  );
}
