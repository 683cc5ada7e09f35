/** The columns of a grid as its reader arranged them: sorted by one, made wider or narrower. */
import { useCallback, useMemo, useState } from "react";
import { type Column, tableColumns } from "../components/columns.ts";
import { useFonts } from "../components/useFonts.ts";
import type { SchemaField, TableContent } from "../protocol/types.ts";
import { leadingRows, PAGE, type ResultEntry } from "../store/results.ts";
import type { SortKey } from "./usePages.ts";

type Shown = Pick<TableContent, "columns" | "request">;

export function useColumns(
  content: Shown,
  schema: readonly SchemaField[],
  result: ResultEntry,
  room: number,
) {
  const [sort, setSort] = useState<SortKey | null>(null);
  const [widths, setWidths] = useState<Readonly<Record<string, number>>>({});
  const fonts = useFonts();
  const sample = useMemo(() => leadingRows(result).slice(0, PAGE), [result]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same text is wider or narrower in another font
  const columns = useMemo((): Column[] => {
    const key = sort && (sort.order === "descending" ? `-${sort.field}` : sort.field);
    const shown = key ? { ...content, request: { ...content.request, sort: [key] } } : content;
    return tableColumns(shown as TableContent, schema, sample, room).map((column) => {
      const width = widths[column.name];
      return width === undefined ? column : { ...column, width };
    });
  }, [content, schema, sample, room, fonts, sort, widths]);

  const onSort = useCallback((field: string) => {
    setSort((before) => {
      if (before?.field !== field) return { field, order: "ascending" };
      return before.order === "ascending" ? { field, order: "descending" } : null;
    });
  }, []);
  const onWidth = useCallback((name: string, width: number) => {
    setWidths((before) => ({ ...before, [name]: width }));
  }, []);
  return { columns, sort, onSort, onWidth };
}
