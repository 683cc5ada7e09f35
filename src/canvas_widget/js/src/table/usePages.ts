/** The rows behind a container, in the order and with the conditions a reader chose; pages come as they are looked at. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useView } from "../components/context.ts";
import { parseResult } from "../protocol/parse.ts";
import type { Row } from "../protocol/types.ts";
import { mergeResult, PAGE, type ResultEntry, rowAt } from "../store/results.ts";
import type { RowFilter } from "./filters.ts";

export interface SortKey {
  field: string;
  order: "ascending" | "descending";
}

export interface Pages {
  count: number;
  row(index: number): Row | undefined;
  /** Asks for the page with a row, once. */
  want(index: number): void;
  /** The rows from `first` up to and without `end`, fetched where they are not here. */
  range(first: number, end: number): Promise<(Row | undefined)[]>;
  problem: string | null;
}

const MOST_AT_ONCE = 10_000;

export function usePages(
  id: string,
  result: ResultEntry,
  sort: SortKey | null,
  filters: readonly RowFilter[],
): Pages {
  const { session } = useView();
  const plain = sort === null && filters.length === 0;
  const key = plain ? "" : JSON.stringify([result.resultId, sort, filters]);
  const [own, setOwn] = useState<{
    key: string;
    entry: ResultEntry | undefined;
    problem: string | null;
  } | null>(null);
  const asked = useRef({ key: "", pages: new Set<number>() });
  const latest = useRef(key);
  latest.current = key;
  if (asked.current.key !== key) asked.current = { key, pages: new Set() };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for sort and filters, by value
  const ask = useCallback(
    async (offset: number, limit: number) => {
      if (!session) return null;
      const data = { container_id: id, offset, limit, ...(sort && { sort: [sort] }), filter: filters };
      const { data: answer } = await session.ask("get_result", data);
      return parseResult(answer);
    },
    [session, id, key],
  );

  const fetchPage = useCallback(
    (page: number) => {
      if (asked.current.pages.has(page)) return;
      asked.current.pages.add(page);
      ask(page * PAGE, PAGE).then(
        (found) => {
          if (!found || latest.current !== key) return;
          setOwn((before) => ({
            key,
            problem: null,
            entry: mergeResult(before?.key === key ? before.entry : undefined, found),
          }));
        },
        (error: Error) => {
          if (latest.current === key) setOwn({ key, entry: undefined, problem: error.message });
        },
      );
    },
    [ask, key],
  );

  useEffect(() => {
    if (!plain) fetchPage(0);
  }, [plain, fetchPage]);

  const current = own?.key === key ? own : null;
  const shown = plain ? result : current?.entry;
  return useMemo(
    () => ({
      count: shown?.rowCount ?? 0,
      problem: plain ? null : (current?.problem ?? null),
      row: (index: number) => (shown ? rowAt(shown, index) : undefined),
      want: (index: number) => {
        if (plain) session?.requestRow(id, index);
        else fetchPage(Math.floor(index / PAGE));
      },
      range: async (first: number, end: number) => {
        const rows: (Row | undefined)[] = [];
        for (let index = first; index < end; index++) {
          const here = shown ? rowAt(shown, index) : undefined;
          if (here === undefined && session?.editable) {
            const found = await ask(index, Math.min(MOST_AT_ONCE, end - index));
            rows.push(...(found?.rows ?? []));
            if (!found || found.rows.length === 0) break;
            index += found.rows.length - 1;
          } else rows.push(here);
        }
        return rows;
      },
    }),
    [shown, plain, current, session, id, fetchPage, ask],
  );
}
