import { type CSSProperties, memo, useCallback, useState } from "react";
import type { Container, TableContent } from "../protocol/types.ts";
import type { ResultEntry } from "../store/results.ts";
import { strings } from "../strings.ts";
import { Grid, type GridView } from "../table/Grid.tsx";
import { useColumns } from "../table/useColumns.ts";
import { usePages } from "../table/usePages.ts";
import { geometry } from "../theme/theme.ts";
import type { Column } from "./columns.ts";
import { Heading } from "./Heading.tsx";

interface Props {
  container: Container;
  content: TableContent;
  result: ResultEntry;
  size: { width: number; height: number };
  bottom: number;
}

const NO_FILTERS: never[] = [];

export const TableView = memo(function TableView({ container, content, result, size, bottom }: Props) {
  const { row: rowHeight, header, top, padding } = geometry.table;
  const { columns, sort, onSort, onWidth } = useColumns(content, result.schema, result, size.width);
  const pages = usePages(container.id, result, sort, NO_FILTERS);
  const [look, setLook] = useState<GridView>({ scrolledLeft: 0, seen: 0 });
  const onLook = useCallback((next: GridView) => {
    setLook((before) =>
      before.scrolledLeft === next.scrolledLeft && before.seen === next.seen ? before : next,
    );
  }, []);
  const count = result.rowCount;
  const space = size.height - bottom - top - header;
  const right = size.width + look.scrolledLeft;
  const hidden = columns.filter(({ width }, index) => edge(columns, index) + width > right + 1).length;
  const beyond = columns.reduce((sum, { width }) => sum + width, 0) > size.width + 1;
  const all = !beyond && count * rowHeight <= space + 4;
  const lines = all ? count : Math.min(count, Math.max(0, Math.floor((space - 20) / rowHeight)));
  const rest = Math.max(0, count - Math.max(lines, look.seen));
  return (
    <>
      <Heading title={container.title} note={strings.table.note(count, result.rowsRead, result.truncated)} />
      {count === 0 && <p className="msg">{strings.container.noRows}</p>}
      <Grid
        label={strings.table.label(container.title)}
        columns={columns}
        pages={pages}
        rowHeight={rowHeight}
        header={header}
        height={header + lines * rowHeight}
        style={
          {
            "--line-at": `${look.scrolledLeft + padding}px`,
            "--line-width": `${size.width - 2 * padding}px`,
          } as CSSProperties
        }
        onSort={onSort}
        onWidth={onWidth}
        onLook={onLook}
      />
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
});

/** Where a column begins, px from the table's left. */
function edge(columns: readonly Column[], index: number): number {
  return columns.slice(0, index).reduce((sum, { width }) => sum + width, 0);
}
