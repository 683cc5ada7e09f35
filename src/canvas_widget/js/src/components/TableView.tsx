import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useEffect, useMemo, useRef } from "react";
import type { Container, TableContent } from "../protocol/types.ts";
import { leadingRows, PAGE, type ResultEntry, rowAt } from "../store/results.ts";
import { strings } from "../strings.ts";
import { geometry } from "../theme/theme.ts";
import { type Column, tableColumns } from "./columns.ts";
import { useView } from "./context.ts";
import { Heading } from "./Heading.tsx";
import { useFonts } from "./useFonts.ts";

interface Props {
  container: Container;
  content: TableContent;
  result: ResultEntry;
  size: { width: number; height: number };
  bottom: number;
}

/** Browsers cut elements taller than some 30M px; beyond this height rows are spaced closer than they are tall. */
const TALLEST = 8_000_000;

export function TableView({ container, content, result, size, bottom }: Props) {
  const { session } = useView();
  const scroller = useRef<HTMLDivElement>(null);
  const { row: rowHeight, header, top, padding } = geometry.table;
  const sample = useMemo(() => leadingRows(result).slice(0, PAGE), [result]);
  const fonts = useFonts();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same text is wider or narrower in another font
  const columns = useMemo(
    () => tableColumns(content, result.schema, sample, size.width),
    [content, result.schema, sample, size.width, fonts],
  );
  const count = Math.min(result.rowCount, Math.floor(TALLEST / rowHeight));
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
    paddingStart: header,
    initialRect: { width: size.width, height: size.height },
  });
  const shown = virtual.getVirtualItems();
  const space = size.height - bottom - top - header;
  const scrolled = scroller.current?.scrollLeft ?? 0;
  const right = size.width + scrolled;
  const hidden = columns.filter(({ width }, index) => edge(columns, index) + width > right + 1).length;
  const beyond = columns.reduce((sum, { width }) => sum + width, 0) > size.width + 1;
  const all = !beyond && count * rowHeight <= space + 4;
  const lines = all ? count : Math.min(count, Math.max(0, Math.floor((space - 20) / rowHeight)));
  const seen = Math.round((virtual.scrollOffset ?? 0) / rowHeight) + lines;
  const rest = Math.max(0, result.rowCount - seen);
  const missing = shown.find(({ index }) => rowAt(result, index) === undefined)?.index;
  useEffect(() => {
    if (missing !== undefined) session?.requestRow(container.id, missing);
  }, [missing, session, container.id]);

  const template = columns.map(({ width }) => `${width}px`).join(" ");
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  return (
    <>
      <Heading
        title={container.title}
        note={strings.table.note(result.rowCount, result.rowsRead, result.truncated)}
      />
      {result.rowCount === 0 && <p className="msg">{strings.container.noRows}</p>}
      <div
        ref={scroller}
        className="dt nowheel"
        style={
          {
            height: header + lines * rowHeight,
            "--line-at": `${scrolled + padding}px`,
            "--line-width": `${size.width - 2 * padding}px`,
          } as CSSProperties
        }
        role="table"
        aria-label={strings.table.label(container.title)}
        aria-rowcount={result.rowCount + 1}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <div className="th" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template, width }}>
          {columns.map((column) => (
            <span
              key={column.name}
              role="columnheader"
              aria-sort={column.sorted ?? undefined}
              className={column.numeric ? "el r" : "el"}
              title={column.name}
            >
              {column.label}
            </span>
          ))}
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize() - header }}>
          {shown.map(({ index, start }) => (
            <div
              key={index}
              className="tr"
              role="row"
              aria-rowindex={index + 2}
              style={{ gridTemplateColumns: template, width, top: start }}
            >
              {columns.map((column) => (
                <Cell key={column.name} column={column} value={rowAt(result, index)?.[column.name]} />
              ))}
            </div>
          ))}
        </div>
      </div>
      {(rest > 0 || hidden > 0) && (
        <p
          className="more el"
          style={{ top: Math.min(top + header + lines * rowHeight + 4, size.height - bottom - 18) }}
        >
          {strings.table.more(rest, hidden)}
        </p>
      )}
    </>
  );
}

/** Where a column begins, px from the table's left. */
function edge(columns: readonly Column[], index: number): number {
  return columns.slice(0, index).reduce((sum, { width }) => sum + width, 0);
}

function Cell({ column, value }: { column: Column; value: Parameters<Column["format"]>[0] }) {
  const loaded = value !== undefined;
  const text = loaded ? column.format(value) : "";
  const bar = column.bar(value);
  const classes = ["el"];
  if (column.numeric) classes.push("r");
  if (value === null) classes.push("nil");
  if (column.sorted && column.numeric) classes.push("lead");
  return (
    <span role="cell" className={classes.join(" ")} title={text.length > 24 ? text : undefined}>
      {bar !== null && <i className="bar" style={{ width: bar, right: column.barsEnd }} />}
      {text}
    </span>
  );
}
