/** The dataset's rows behind a mark, page by page as they are looked at. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { rowsBehind } from "../actions/data.ts";
import { useView } from "../components/context.ts";
import { parseResult } from "../protocol/parse.ts";
import type { Row } from "../protocol/types.ts";
import { mergeResult, PAGE, type ResultEntry, rowAt } from "../store/results.ts";
import type { Pages } from "../table/usePages.ts";

interface Found {
  entry: ResultEntry | null;
  sql: string;
  problem: string | null;
}

const NOTHING: Found = { entry: null, sql: "", problem: null };

export function useBehind(id: string, values: Row): Found & { pages: Pages } {
  const { session } = useView();
  const [found, setFound] = useState(NOTHING);
  const asked = useRef(new Set<number>());
  const key = JSON.stringify([id, values]);
  const latest = useRef("");

  const fetchPage = useCallback(
    (page: number) => {
      if (!session || asked.current.has(page)) return;
      asked.current.add(page);
      rowsBehind(session, id, values, page * PAGE, PAGE).then(
        ({ data }) => {
          const result = parseResult({ container_id: id, result_id: key, ...data });
          if (latest.current !== key || !result) return;
          setFound(({ entry, sql }) => ({
            entry: mergeResult(entry ?? undefined, { ...result, result_id: key }),
            sql: typeof data.sql === "string" ? data.sql : sql,
            problem: typeof data.error === "string" ? data.error : null,
          }));
        },
        (error: Error) => {
          if (latest.current === key) setFound({ ...NOTHING, problem: error.message });
        },
      );
    },
    [session, id, key, values],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for container and values
  useEffect(() => {
    latest.current = key;
    asked.current = new Set();
    setFound(NOTHING);
    fetchPage(0);
    return () => {
      latest.current = "";
    };
  }, [key]);

  const { entry } = found;
  const pages = useMemo(
    (): Pages => ({
      count: entry?.rowCount ?? 0,
      problem: null,
      row: (index) => (entry ? rowAt(entry, index) : undefined),
      want: (index) => fetchPage(Math.floor(index / PAGE)),
      range: async (first, end) =>
        Array.from({ length: end - first }, (_, at) => (entry ? rowAt(entry, first + at) : undefined)),
    }),
    [entry, fetchPage],
  );
  return { ...found, pages };
}
