import { brush as select } from "../actions/data.ts";
import { brushOf, selectionOf } from "../charts/brush.ts";
import { drawnColumns } from "../charts/summary.ts";
import { useContainer, useEntry, useResult, useValue, useView } from "../components/context.ts";
import { strings } from "../strings.ts";
import type { Pages } from "../table/usePages.ts";
import { useTools } from "./context.ts";

const MOST = 500;

interface Props {
  id: string;
  pages: Pages;
  /** The chosen rows: the first and one past the last. */
  rows: readonly [number, number];
}

/** What can be done with rows that are chosen in a chart's table: the same as with marks in the drawing. */
export function Picks({ id, pages, rows: [first, end] }: Props) {
  const { session } = useView();
  const tools = useTools();
  const content = useContainer(id)?.content;
  const result = useResult(id);
  const { features } = useValue("offer");
  const chosen = useEntry("selections", id);
  const live = useValue("connection") === "live";
  if (!session || !live || !result || content?.kind !== "chart") return null;
  const brush = features.has("brush") ? brushOf(content, result.schema) : null;
  const rows = () =>
    Array.from({ length: Math.min(MOST, end - first) }, (_, at) => pages.row(first + at)).filter(
      (row) => row !== undefined,
    );
  const behind = () => {
    const [row] = rows();
    const names = drawnColumns(content, result.schema);
    if (row) tools?.behind(id, Object.fromEntries(names.map((name) => [name, row[name] ?? null])));
  };
  const none = end <= first;
  const button = (label: string, onPress: () => void, disabled = none) => (
    <button
      type="button"
      className="bt o"
      aria-disabled={disabled}
      onClick={() => {
        if (!disabled) onPress();
      }}
    >
      {label}
    </button>
  );
  if (!brush && !features.has("drill")) return null;
  return (
    <div className="picks">
      {brush && button(strings.data.selectRows, () => select(session, id, selectionOf(brush, rows())))}
      {features.has("drill") && button(strings.data.showBehind, behind)}
      {chosen && button(strings.data.clear, () => select(session, id, null), false)}
    </div>
  );
}
