/** What is selected in the charts, and which containers that filters. */
import { type ChartSelection, parseSelection } from "../charts/brush.ts";
import type { Frame } from "../protocol/types.ts";

export interface Brushed {
  selection: ChartSelection;
  /** The containers that show only what is selected. */
  linked: readonly string[];
}

export type Selections = ReadonlyMap<string, Brushed>;

export const NO_SELECTIONS: Selections = new Map();

/** The selections after a frame; the same object when it says nothing of them. */
export function selectionsAfter(selections: Selections, { type, data }: Frame): Selections {
  if (type !== "selection" || typeof data.container_id !== "string") return selections;
  const linked = Array.isArray(data.linked) ? data.linked.filter((id) => typeof id === "string") : [];
  return withSelection(selections, data.container_id, parseSelection(data.selection), linked);
}

export function withSelection(
  selections: Selections,
  id: string,
  selection: ChartSelection | null,
  linked: readonly string[] = selections.get(id)?.linked ?? [],
): Selections {
  const next = new Map(selections);
  if (selection) next.set(id, { selection, linked });
  else next.delete(id);
  return next;
}
