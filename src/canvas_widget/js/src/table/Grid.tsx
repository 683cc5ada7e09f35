import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import type { Column } from "../components/columns.ts";
import { useView } from "../components/context.ts";
import { copyText } from "../components/copy.ts";
import { useRows } from "../components/useRows.ts";
import { strings } from "../strings.ts";
import { GridHead } from "./GridHead.tsx";
import { GridRow } from "./GridRow.tsx";
import { type Cell, cellAfter, edges, type Range, toTsv } from "./selection.ts";
import type { Pages } from "./usePages.ts";

/** The most rows that are copied at once. */
const MOST_COPIED = 100_000;

export interface GridView {
  scrolledLeft: number;
  /** One past the last row in full view. */
  seen: number;
}

interface Props {
  label: string;
  columns: readonly Column[];
  pages: Pages;
  rowHeight: number;
  header: number;
  /** The height of header and rows in view, px. */
  height: number;
  style?: CSSProperties;
  filters?: Readonly<Record<string, string>>;
  onFilter?: (name: string, text: string) => void;
  onSort: (name: string) => void;
  onWidth: (name: string, width: number) => void;
  onLook?: (view: GridView) => void;
  /** The rows that are chosen: the first and one past the last. */
  onRows?: (first: number, end: number) => void;
}

/** A grid of cells: sorted by its headers, walked and selected by keys or pointer, copied as text with tabs. */
export function Grid({ columns, pages, rowHeight, header, height, onLook, onRows, ...props }: Props) {
  const { store } = useView();
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const [range, setRange] = useState<Range | null>(null);
  const [left, setLeft] = useState(0);
  const selecting = useRef(false);
  const body = height - header;
  const { count } = pages;
  const rows = useRows(scroller, { count, rowHeight, height: Math.max(body, rowHeight) });
  const indices = Array.from({ length: Math.max(0, rows.end - rows.first) }, (_, at) => rows.first + at);
  const missing = indices.find((index) => pages.row(index) === undefined);
  const template = columns.map(({ width }) => `${width}px`).join(" ");
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const seen =
    Math.round((rows.scrolled / Math.max(1, rows.scrollFor(1))) * 1) + Math.floor(body / rowHeight);

  useEffect(() => {
    if (missing !== undefined) pages.want(missing);
  }, [missing, pages]);
  useEffect(() => onLook?.({ scrolledLeft: left, seen }), [onLook, left, seen]);

  useEffect(() => {
    if (!range || !onRows) return;
    const { top, bottom } = edges(range);
    onRows(Math.max(0, top), bottom + 1);
  }, [onRows, range]);

  const reveal = ({ row, column }: Cell) => {
    const element = scroller.current;
    if (!element) return;
    if (row >= 0) {
      const top = rows.scrollFor(row);
      if (row * rowHeight < rows.first * rowHeight || top < element.scrollTop) element.scrollTop = top;
      else if (row >= seen - 1) element.scrollTop = rows.scrollFor(row + 1) - body;
    }
    const start = columns.slice(0, column).reduce((sum, one) => sum + one.width, 0);
    const end = start + (columns[column]?.width ?? 0);
    if (start < element.scrollLeft) element.scrollLeft = start;
    else if (end > element.scrollLeft + element.clientWidth) element.scrollLeft = end - element.clientWidth;
  };

  const move = (active: Cell, extend: boolean) => {
    setRange((before) => ({ anchor: extend && before ? before.anchor : active, active }));
    reveal(active);
  };

  const copy = async (chosen: Range) => {
    const { top, bottom, left: from, right: to } = edges(chosen);
    const names = columns.slice(from, to + 1).map(({ name }) => name);
    const end = Math.min(bottom + 1, top + MOST_COPIED);
    const found = bottom < 0 ? [] : await pages.range(top, end);
    const head = bottom < 0 || found.length > 1 ? [names.join("\t")] : [];
    await copyText([...head, ...(found.length > 0 ? [toTsv(found, names)] : [])].join("\n"));
    store.toast(strings.table.copied(found.length, names.length));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.target as Element).matches("input") || !columns.length) return;
    const command = event.ctrlKey || event.metaKey;
    const active = range?.active ?? { row: -1, column: 0 };
    const column = columns[active.column];
    if (command && event.key.toLowerCase() === "c" && range) {
      copy(range).catch(() => store.toast(strings.chat.copyFailed, true));
    } else if (command && event.key.toLowerCase() === "a") {
      setRange({ anchor: { row: 0, column: 0 }, active: { row: count - 1, column: columns.length - 1 } });
    } else if (event.altKey && active.row < 0 && column && /^Arrow(Left|Right)$/.test(event.key)) {
      props.onWidth(column.name, Math.max(32, column.width + (event.key === "ArrowLeft" ? -8 : 8)));
    } else if (event.key === "Enter" && active.row < 0 && column) {
      props.onSort(column.name);
    } else if (event.key === "Escape" && range) {
      setRange(null);
    } else {
      const next = event.altKey
        ? null
        : cellAfter(event.key, command, range ? active : { row: -1, column: 0 }, {
            rows: count,
            columns: columns.length,
            page: Math.max(1, Math.floor(body / rowHeight) - 1),
          });
      if (!next) return;
      move(range ? next : { row: 0, column: 0 }, event.shiftKey);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const cellAt = (event: PointerEvent): Cell | null => {
    const cell = (event.target as Element).closest<HTMLElement>("[data-cell]");
    const [row, column] = (cell?.dataset.cell ?? "").split(" ").map(Number);
    return cell && row !== undefined && column !== undefined ? { row, column } : null;
  };

  const activeId = range ? `${id}-${range.active.row}-${range.active.column}` : undefined;
  return (
    <div
      ref={scroller}
      className="dt nowheel nodrag nopan"
      style={{ height, ...props.style }}
      role="grid"
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-multiselectable="true"
      aria-activedescendant={activeId}
      aria-description={strings.table.keys}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => setLeft(event.currentTarget.scrollLeft)}
      onPointerDown={(event) => {
        const cell = cellAt(event);
        if (!cell || event.button !== 0) return;
        selecting.current = true;
        move(cell, event.shiftKey);
      }}
      onPointerMove={(event) => {
        const cell = selecting.current && event.buttons === 1 ? cellAt(event) : null;
        if (cell) move(cell, true);
      }}
      onPointerUp={() => {
        selecting.current = false;
      }}
    >
      <GridHead
        {...props}
        columns={columns}
        style={{ gridTemplateColumns: template, width }}
        active={range?.active.row === -1 ? range.active.column : null}
        id={id}
      />
      <div role="rowgroup" style={{ height: rows.total }}>
        {indices.map((index) => (
          <GridRow
            key={index}
            id={id}
            index={index}
            row={pages.row(index)}
            columns={columns}
            range={range}
            style={{ gridTemplateColumns: template, width, top: header + rows.top(index) }}
          />
        ))}
      </div>
    </div>
  );
}
