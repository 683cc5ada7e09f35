import { type FormEvent, useEffect, useRef, useState } from "react";
import { type Redrawing, redraw } from "../actions/data.ts";
import { useView } from "../components/context.ts";
import { Popover } from "../components/Popover.tsx";
import { strings } from "../strings.ts";

interface Props {
  id: string;
  anchor: Element;
  onClose: () => void;
}

const MARKS = ["bar", "line", "area", "point", "arc", "histogram", "box", "heatmap", "density"];
const words = strings.data;

/** Draws the same data as another kind of chart, in another order, or less of it. */
export function RedrawBox({ id, anchor, onClose }: Props) {
  const { store, session } = useView();
  const content = store.node(id)?.content;
  const chart = content?.kind === "chart" ? content : null;
  const before = chart?.mark ?? "bar";
  const [mark, setMark] = useState(before);
  const [sort, setSort] = useState("");
  const [limit, setLimit] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus({ preventScroll: true }), []);

  const close = (returnFocus: boolean) => {
    onClose();
    if (returnFocus && anchor instanceof HTMLElement) anchor.focus({ preventScroll: true });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!session || busy) return;
    const changed: Redrawing = {
      ...(mark !== before && { mark }),
      ...(sort && { sort }),
      ...(limit && { limit: Number(limit) }),
    };
    if (Object.keys(changed).length === 0) return close(true);
    setBusy(true);
    redraw(session, id, changed).then(
      () => close(true),
      (error: Error) => {
        setBusy(false);
        setProblem(error.message);
      },
    );
  };
  if (!chart) return null;
  return (
    <Popover anchor={anchor} onClose={close} className="edit">
      <form aria-label={words.change} onSubmit={submit} onKeyDown={(event) => keep(event, close)}>
        <label>
          <span>{words.mark}</span>
          <select ref={first} value={mark} onChange={(event) => setMark(event.target.value)}>
            {MARKS.map((one) => (
              <option key={one} value={one}>
                {words.markName(one)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{words.sort}</span>
          <select value={sort} onChange={(event) => setSort(event.target.value)}>
            <option value="">{words.sortAs}</option>
            <option value="y">{words.sortUp}</option>
            <option value="-y">{words.sortDown}</option>
          </select>
        </label>
        <label>
          <span>{words.limit}</span>
          <input
            type="number"
            min={1}
            max={500}
            placeholder={words.limitHint}
            value={limit}
            onChange={(event) => setLimit(event.target.value)}
          />
        </label>
        {problem && (
          <p className="hint" role="alert">
            {problem}
          </p>
        )}
        <div className="row">
          <i className="sp" />
          <button type="button" className="bt t" onClick={() => close(true)}>
            {strings.tools.cancel}
          </button>
          <button type="submit" className="bt p t" aria-disabled={busy}>
            {words.redraw}
          </button>
        </div>
      </form>
    </Popover>
  );
}

function keep(event: React.KeyboardEvent, close: (returnFocus: boolean) => void): void {
  if (event.key === "Escape") close(true);
  event.stopPropagation();
}
