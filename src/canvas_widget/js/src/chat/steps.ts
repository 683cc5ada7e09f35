/** What a tool call has to show: its title, the container it made, its SQL. */
import type { ToolStep } from "../store/chatTurn.ts";

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** What it is about, in a few words. */
export function stepTitle(step: ToolStep): string {
  const { result, arguments: given } = step;
  return text(result?.title) || text(given.title) || text(given.container_id) || text(given.dataset);
}

export function stepContainer(step: ToolStep): string {
  return text(step.result?.container_id) || text(step.arguments.container_id);
}

export function stepSql(step: ToolStep): string {
  return text(step.result?.sql) || text(step.arguments.sql) || text(step.arguments.query);
}

export function stepRows(step: ToolStep): number | null {
  const rows = step.result?.row_count;
  return typeof rows === "number" ? rows : null;
}

const LONGEST = 20_000;

/** Arguments or a result as text, without what is shown on its own. */
export function pretty(value: unknown, leaveOut: readonly string[] = []): string {
  const shown =
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(([key]) => !leaveOut.includes(key)))
      : value;
  const written = JSON.stringify(shown, null, 2) ?? "";
  return written.length > LONGEST ? `${written.slice(0, LONGEST)}\n…` : written;
}
