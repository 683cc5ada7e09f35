/**
 * Which series of a chart are drawn: the entries of its legend, and a filter over the rows. The recipe adds both with
 * signals of its own after a spec was compiled; no spec can name them, and no expression holds a name or a value.
 */
import type { View } from "vega";
import { rootOf } from "./drawn.ts";
import { defined, isFramed, type Part, part, plainName } from "./frames.ts";

/** The values that are shown; null for all. */
const SHOWN = "canvas_shown";
/** All values in their order while some are hidden, so that the others keep their colours. */
const DOMAIN = "canvas_domain";
/** The field of the rows. */
const FIELD = "canvas_series";

const LEFT_OUT = `${SHOWN} && indexof(${SHOWN}, datum.value) < 0`;
const KEPT = `!${SHOWN} || indexof(${SHOWN}, datum[${FIELD}]) >= 0`;
/** How a legend writes what is hidden; its buttons say it too. */
const HIDDEN = 0.4;

export type SeriesValue = string | number | boolean | null;

/** An entry of a legend, with its place in the chart's box, px. */
export interface SeriesEntry {
  value: SeriesValue;
  text: string;
  shown: boolean;
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Named {
  name: string;
}
interface Compiled {
  data?: (Named & { transform?: unknown[] })[];
  signals?: unknown[];
  scales?: (Named & { type?: string; domainRaw?: unknown })[];
  legends?: Part[];
}

function faintly(encode: unknown): Part {
  const { update, ...others } = part(encode);
  const opacity = [{ test: LEFT_OUT, value: HIDDEN }, ...[part(update).opacity ?? { value: 1 }].flat()];
  return { ...others, update: { ...part(update), opacity } };
}

/** Gives a compiled chart that has a legend of names the signals to leave some of them out. */
export function withSeries(compiled: Compiled, spec: Part): void {
  const color = defined(isFramed(spec) ? part(spec.spec) : spec, "color");
  if (!color || color.aggregate !== undefined || color.bin || color.timeUnit !== undefined) return;
  const scale = compiled.scales?.find(({ name, type }) => name === "color" && type === "ordinal");
  const legend = compiled.legends?.find(({ fill, stroke }) => fill === "color" || stroke === "color");
  const rows = compiled.data?.find(({ name }) => name === "result");
  if (!scale || !legend || !rows) return;
  compiled.signals = [
    ...(compiled.signals ?? []),
    { name: SHOWN, value: null },
    { name: DOMAIN, value: null },
    { name: FIELD, value: plainName(color.field) },
  ];
  rows.transform = [{ type: "filter", expr: KEPT }, ...(rows.transform ?? [])];
  scale.domainRaw = { signal: DOMAIN };
  const encode = part(legend.encode);
  legend.encode = { ...encode, symbols: faintly(encode.symbols), labels: faintly(encode.labels) };
}

interface Item {
  x?: number;
  y?: number;
  bounds?: { x1: number; y1: number; x2: number; y2: number };
  datum?: { value?: unknown };
  text?: unknown;
  items?: Node[];
}
interface Node {
  role?: string;
  items: Item[];
}

function find(node: Node, left: number, top: number, found: SeriesEntry[]): void {
  for (const item of node.items) {
    const [x, y] = [left + (item.x ?? 0), top + (item.y ?? 0)];
    const parts = (item.items ?? []).flatMap((child) =>
      child.role === "legend-symbol" || child.role === "legend-label" ? child.items : [],
    );
    const label = parts.find(({ text }) => text !== undefined);
    if (!label) {
      for (const child of item.items ?? []) find(child, x, y, found);
      continue;
    }
    const bounds = parts.flatMap((each) => each.bounds ?? []);
    const [x1, y1] = [Math.min(...bounds.map((each) => each.x1)), Math.min(...bounds.map((each) => each.y1))];
    const [x2, y2] = [Math.max(...bounds.map((each) => each.x2)), Math.max(...bounds.map((each) => each.y2))];
    const value = label.datum?.value as SeriesValue;
    const place = { left: x + x1, top: y + y1, width: x2 - x1, height: y2 - y1 };
    found.push({ value, text: String(label.text), shown: true, ...place });
  }
}

function signal(view: View, name: string): unknown {
  try {
    return view.signal(name);
  } catch {
    return undefined; // a chart without a legend of names
  }
}

/** The entries of a drawn chart's legend; none where nothing can be left out. */
export function seriesIn(view: View): SeriesEntry[] {
  const shown = signal(view, SHOWN) as readonly unknown[] | null | undefined;
  if (shown === undefined) return [];
  const { root, left, top } = rootOf(view);
  const found: SeriesEntry[] = [];
  find(root, left, top, found);
  if (found.length < 2) return [];
  return found.map((entry) => ({ ...entry, shown: !shown || shown.includes(entry.value) }));
}

/** Draws only these values' series, all for null; those that a chart has not do not count. Whether it was drawn anew. */
export async function showSeries(view: View, wanted: readonly SeriesValue[] | null): Promise<boolean> {
  const before = signal(view, SHOWN) as readonly unknown[] | null | undefined;
  if (before === undefined) return false;
  const all = (signal(view, DOMAIN) ?? view.scale("color").domain()) as SeriesValue[];
  const known = wanted?.filter((value) => all.includes(value)) ?? [];
  const shown = known.length > 0 && known.length < all.length ? known : null;
  if (JSON.stringify(shown) === JSON.stringify(before)) return false;
  await view
    .signal(SHOWN, shown)
    .signal(DOMAIN, shown && all)
    .runAsync();
  return true;
}

/** Leaves out no series in the next drawing. */
export function showAll(view: View): void {
  if (signal(view, SHOWN) === undefined) return;
  view.signal(SHOWN, null).signal(DOMAIN, null);
}

/**
 * What is shown after a press on an entry: it alone, or all again where it stood alone. With `add` it comes or goes,
 * and the others stay.
 */
export function pressed(
  entries: readonly SeriesEntry[],
  value: SeriesValue,
  add: boolean,
): readonly SeriesValue[] | null {
  const shown = entries.filter((entry) => entry.shown).map((entry) => entry.value);
  const has = shown.includes(value);
  if (!add) return has && shown.length === 1 ? null : [value];
  const next = has ? shown.filter((each) => each !== value) : [...shown, value];
  return next.length === 0 || next.length === entries.length ? null : next;
}
