import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import { CopyButton, Sql } from "../components/Code.tsx";
import { useContainer } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import { nameOf } from "../outline/rows.ts";
import type { Row } from "../protocol/types.ts";
import type { ResultEntry } from "../store/results.ts";
import { strings } from "../strings.ts";
import { Grid } from "../table/Grid.tsx";
import { useColumns } from "../table/useColumns.ts";
import type { Pages } from "../table/usePages.ts";
import { useBehind } from "./useBehind.ts";

const PLAIN = { columns: null, request: null };
const ROW = 25;
const HEAD = 24;
const TALL = 300;

interface Props {
  id: string;
  values: Row;
  width: number;
  left: boolean;
  onClose: () => void;
}

/** The rows that a mark stands for, with the SQL that finds them. The canvas stays as it is. */
export function Behind({ id, values, width, left, onClose }: Props) {
  const node = useContainer(id);
  const { entry, sql, problem, pages } = useBehind(id, values);
  const heading = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector<HTMLElement>("button:last-of-type")?.focus(), []);
  useEffect(() => {
    if (!node) onClose();
  }, [node, onClose]);
  if (!node) return null;

  const what = Object.entries(values)
    .filter(([, value]) => typeof value === "string" || Object.keys(values).length === 1)
    .map(([name, value]) => strings.data.values(name, [value]))
    .join(", ");
  const title = strings.data.behind(what || nameOf(node));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };
  return (
    <div
      ref={box}
      className="pop insp behind nopan nodrag nowheel"
      role="dialog"
      aria-labelledby={heading}
      style={left ? { width, left: 16, right: "auto" } : { width }}
      onKeyDown={onKeyDown}
    >
      <div className="tabs">
        <h3 id={heading} className="el" title={title}>
          {title}
        </h3>
        <i className="sp" />
        <button type="button" className="bt" aria-label={strings.tools.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div className="inspb">
        {entry && entry.rowCount > 0 && (
          <div className="data">
            <Rows entry={entry} pages={pages} label={title} width={width - 2} />
          </div>
        )}
        <p className={problem ? "foot err" : "foot mut"} role="status">
          {problem ??
            (entry === null
              ? strings.data.loading
              : entry.rowCount === 0
                ? strings.data.noneBehind
                : strings.tools.rows(entry.rowCount))}
        </p>
        {sql && (
          <details>
            <summary>
              <Icon name="right" />
              {strings.tools.sql}
            </summary>
            <Sql sql={sql} />
            <div className="picks">
              <CopyButton text={sql} label={strings.tools.copySql} />
            </div>
          </details>
        )}
      </div>
    </div>
  );
}

function Rows({
  entry,
  pages,
  label,
  width,
}: {
  entry: ResultEntry;
  pages: Pages;
  label: string;
  width: number;
}) {
  const { columns, onWidth } = useColumns(PLAIN, entry.schema, entry, width);
  return (
    <Grid
      label={label}
      columns={columns}
      pages={pages}
      rowHeight={ROW}
      header={HEAD}
      height={HEAD + Math.min(TALL, entry.rowCount * ROW)}
      onSort={() => undefined}
      onWidth={onWidth}
    />
  );
}
