import { type CSSProperties, type PointerEvent, useRef } from "react";
import type { Column } from "../components/columns.ts";
import { strings } from "../strings.ts";

interface Props {
  id: string;
  columns: readonly Column[];
  style: CSSProperties;
  active: number | null;
  filters?: Readonly<Record<string, string>>;
  onFilter?: (name: string, text: string) => void;
  onSort: (name: string) => void;
  onWidth: (name: string, width: number) => void;
}

/** The header: a click sorts, the edge of a column makes it wider; below it, where offered, a filter a column. */
export function GridHead({ id, columns, style, active, filters, onFilter, onSort, onWidth }: Props) {
  return (
    <div className={filters ? "th two" : "th"} role="rowgroup" style={{ width: style.width }}>
      <div role="row" aria-rowindex={1} className="hr" style={style}>
        {columns.map((column, at) => (
          <span
            key={column.name}
            id={`${id}--1-${at}`}
            role="columnheader"
            aria-sort={column.sorted ?? "none"}
            aria-colindex={at + 1}
            className={[column.numeric ? "r" : "", at === active ? "act" : ""].filter(Boolean).join(" ")}
            title={column.name}
            onClick={() => onSort(column.name)}
          >
            <span className="el">{column.name}</span>
            {column.sorted && <span className="so">{column.label.slice(column.name.length)}</span>}
            <Edge column={column} onWidth={onWidth} />
          </span>
        ))}
      </div>
      {filters && (
        <div role="row" className="hr fr" style={style}>
          {columns.map(({ name }) => (
            <span key={name} role="gridcell">
              <input
                value={filters[name] ?? ""}
                aria-label={strings.table.filter(name)}
                placeholder={strings.table.filterHint}
                onChange={(event) => onFilter?.(name, event.target.value)}
              />
            </span>
          ))}
        </div>
      )}
    </div>
  );
}

function Edge({ column, onWidth }: { column: Column; onWidth: Props["onWidth"] }) {
  const start = useRef<{ x: number; width: number; scale: number } | null>(null);
  const end = (event: PointerEvent) => {
    event.stopPropagation();
    start.current = null;
  };
  return (
    <i
      className="edge"
      onClick={(event) => event.stopPropagation()}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        const box = event.currentTarget.parentElement;
        const scale = box ? box.getBoundingClientRect().width / box.offsetWidth : 1;
        start.current = { x: event.clientX, width: column.width, scale: scale || 1 };
      }}
      onPointerMove={(event) => {
        const from = start.current;
        if (from) onWidth(column.name, Math.max(32, from.width + (event.clientX - from.x) / from.scale));
      }}
      onPointerUp={end}
      onPointerCancel={end}
    />
  );
}
