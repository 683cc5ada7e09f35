/** The rows of one container's query, as far as they have come. */
import type { ErrorInfo, ResultData, Row, SchemaField } from "../protocol/types.ts";

export const PAGE = 100;

export interface ResultEntry {
  resultId: string;
  schema: SchemaField[];
  rowCount: number;
  /** How many rows the query read, where the kernel said so. */
  rowsRead: number | null;
  /** How long the query took, in ms, where the kernel said so. */
  elapsedMs: number | null;
  /** What another engine expected to read for it, in words; "" for what is not heavy. */
  cost: string;
  /** Whether there were more rows than were kept. */
  truncated: boolean;
  stale: boolean;
  /** Rows by page number, PAGE rows each; a page may have holes until its rest arrives. */
  pages: ReadonlyMap<number, readonly (Row | undefined)[]>;
  error: ErrorInfo | null;
  /** Grows with every batch of rows: a selection elsewhere may change the rows under the same id. */
  version: number;
}

/** `entry` with the rows of a `result` frame added; a new result replaces the old one. */
export function mergeResult(entry: ResultEntry | undefined, data: ResultData): ResultEntry {
  const same = entry !== undefined && entry.resultId === data.result_id;
  const fewer = data.offset === 0 && entry?.rowCount !== data.row_count;
  const pages = new Map(same && !fewer ? entry.pages : []);
  const fresh = new Map<number, (Row | undefined)[]>();
  data.rows.forEach((row, position) => {
    const index = data.offset + position;
    const number = Math.floor(index / PAGE);
    let page = fresh.get(number);
    if (!page) {
      page = [...(pages.get(number) ?? [])];
      fresh.set(number, page);
      pages.set(number, page);
    }
    page[index % PAGE] = row;
  });
  return {
    resultId: data.result_id,
    schema: data.schema.length > 0 || !same ? data.schema : entry.schema,
    rowCount: data.row_count,
    rowsRead: data.rows_read ?? null,
    elapsedMs: data.elapsed_ms ?? (same ? entry.elapsedMs : null),
    cost: data.cost || (same ? entry.cost : ""),
    truncated: data.truncated === true,
    stale: data.stale,
    pages,
    error: null,
    version: (entry?.version ?? 0) + 1,
  };
}

export function failedResult(entry: ResultEntry | undefined, error: ErrorInfo): ResultEntry {
  const empty = {
    resultId: "",
    schema: [],
    rowCount: 0,
    rowsRead: null,
    elapsedMs: null,
    cost: "",
    truncated: false,
    stale: false,
    pages: new Map(),
    version: 0,
  };
  return { ...(entry ?? empty), error };
}

export function rowAt(entry: ResultEntry, index: number): Row | undefined {
  return entry.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
}

/** The rows from the first up to the first that has not come. */
export function leadingRows(entry: ResultEntry): Row[] {
  const rows: Row[] = [];
  for (let index = 0; ; index++) {
    const row = rowAt(entry, index);
    if (row === undefined) return rows;
    rows.push(row);
  }
}
