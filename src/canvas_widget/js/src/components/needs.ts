import type { Container } from "../protocol/types.ts";
import type { ResultEntry } from "../store/results.ts";

/** Whether a container shows the rows of a query that are not here yet. */
export function needsRows(container: Container | null, result: ResultEntry | undefined): boolean {
  if (!container || result?.error) return false;
  const { content } = container;
  if (content.kind === "text" || content.kind === "empty" || content.kind === "control") return false;
  if (!result) return true;
  return Boolean(content.result_id) && result.resultId !== content.result_id;
}

export function isStale(container: Container, result: ResultEntry | undefined): boolean {
  const { content } = container;
  const marked = "stale" in content && content.stale === true;
  return result !== undefined && !result.error && (marked || result.stale);
}
