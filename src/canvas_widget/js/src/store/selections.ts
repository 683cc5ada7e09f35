/** What is selected in the charts, and which containers that filters. */
import { type ChartSelection, parseSelection } from "../charts/brush.ts";
import type { Frame } from "../protocol/types.ts";

export interface Brushed {
  selection: ChartSelection;
  /** The containers that show only what is selected. */
  linked: readonly string[];
  /** Whether this view has told the session something newer than it has answered. */
  ahead?: boolean;
}

export type Selections = ReadonlyMap<string, Brushed>;

export const NO_SELECTIONS: Selections = new Map();

/** The selections after a frame; the same object when it says nothing of them. */
export function selectionsAfter(selections: Selections, { type, data }: Frame): Selections {
  if (type !== "selection" || typeof data.container_id !== "string") return selections;
  const linked = Array.isArray(data.linked) ? data.linked.filter((id) => typeof id === "string") : [];
  const own = selections.get(data.container_id);
  const selection = own?.ahead ? own.selection : parseSelection(data.selection);
  return withSelection(selections, data.container_id, selection, linked, own?.ahead);
}

export function withSelection(
  selections: Selections,
  id: string,
  selection: ChartSelection | null,
  linked: readonly string[] = selections.get(id)?.linked ?? [],
  ahead = false,
): Selections {
  const next = new Map(selections);
  if (selection) next.set(id, { selection, linked, ahead });
  else next.delete(id);
  return next;
}
