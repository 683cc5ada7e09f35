import { useCallback, useMemo, useState } from "react";
import { useValue } from "../components/context.ts";
import type { ResultEntry } from "../store/results.ts";
import { strings } from "../strings.ts";
import { parseFilter, type RowFilter } from "../table/filters.ts";
import { Grid } from "../table/Grid.tsx";
import { useColumns } from "../table/useColumns.ts";
import { usePages } from "../table/usePages.ts";
import { Picks } from "./Picks.tsx";
import { useLater } from "./useLater.ts";

const PLAIN = { columns: null, request: null };
const ROW = 25;
const HEAD = 54;
const TALL = 300;

/** The rows behind a container: sorted, filtered, copied. */
export function DataTab({
  id,
  result,
  width,
  label,
}: {
  id: string;
  result: ResultEntry;
  width: number;
  label: string;
}) {
  const live = useValue("connection") === "live";
  const { columns, sort, onSort, onWidth } = useColumns(PLAIN, result.schema, result, width);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const settled = useLater(typed, 250);
  const filters = useMemo(
    () =>
      result.schema
        .map(({ name, type }) => parseFilter(name, type, settled[name] ?? ""))
        .filter((filter): filter is RowFilter => filter !== null),
    [result.schema, settled],
  );
  const pages = usePages(id, result, sort, filters);
  const [rows, setRows] = useState<readonly [number, number]>([0, 0]);
  const onRows = useCallback((first: number, end: number) => setRows([first, end]), []);
  const all = result.rowCount.toLocaleString("en-US");
  return (
    <div className="data">
      <Grid
        label={label}
        columns={columns}
        pages={pages}
        rowHeight={ROW}
        header={HEAD}
        height={HEAD + Math.min(TALL, Math.max(1, result.rowCount) * ROW)}
        {...(live && {
          filters: typed,
          onFilter: (name: string, text: string) => setTyped((before) => ({ ...before, [name]: text })),
        })}
        onSort={onSort}
        onWidth={onWidth}
        onRows={onRows}
      />
      <Picks id={id} pages={pages} rows={rows} />
      <p className={pages.problem ? "foot err" : "foot mut"} role="status">
        {pages.problem ??
          (filters.length === 0
            ? strings.tools.rows(result.rowCount)
            : pages.count === 0
              ? strings.table.nothingFits
              : strings.tools.rowsOf(pages.count.toLocaleString("en-US"), all))}
      </p>
    </div>
  );
}
