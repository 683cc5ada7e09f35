/** The words of what can be done with the data behind a container: selecting, looking behind, redrawing, controls. */
import type { JsonValue } from "../protocol/types.ts";

const plural = (count: number, one: string) =>
  `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`;

const text = (value: JsonValue) => (value === null ? "nothing" : String(value).replace("T00:00:00", ""));

const MARKS: Record<string, string> = {
  bar: "Bars",
  line: "Line",
  area: "Area",
  point: "Points",
  arc: "Pie",
  histogram: "Histogram",
  box: "Box plot",
  heatmap: "Heat map",
  density: "Density",
};

export const data = {
  brush: "Select values in charts",
  brushShort: "Select",
  brushHint: {
    interval: "Drag across the chart to select a part of it; Escape clears it.",
    values: "Click marks to select them, with Control several; Escape clears them.",
  },
  range: (field: string, low: JsonValue, high: JsonValue) => `${field} ${text(low)} to ${text(high)}`,
  values: (field: string, values: readonly JsonValue[]) =>
    values.length > 3
      ? `${field}: ${plural(values.length, "value")}`
      : `${field}: ${values.map(text).join(", ")}`,
  linked: (count: number) => (count > 0 ? `filters ${count} more` : ""),
  clear: "Clear the selection",
  selectRows: "Select these in the chart",
  showBehind: "Rows behind this",
  behind: (what: string) => `Rows behind ${what}`,
  behindAll: "Rows behind the chart",
  loading: "Reading the rows",
  noneBehind: "No rows are behind this mark.",
  series: {
    label: (title: string) => `Series of ${title}`,
    menu: "Choose series",
    hint: "Click to show this alone, with Shift to add it or leave it out; double click shows all.",
    some: (names: readonly string[], all: number) =>
      `Shown: ${names.join(", ")}; ${names.length} of ${all} series`,
    all: (count: number) => `All ${count} series are shown`,
  },
  change: "Change chart",
  mark: "Type",
  markName: (mark: string) => MARKS[mark] ?? mark,
  sort: "Order",
  sortAs: "As it is",
  sortUp: "Smallest first",
  sortDown: "Largest first",
  limit: "At most",
  limitHint: "All",
  redraw: "Redraw",
  from: "From",
  to: "To",
  any: "All",
  reset: "Show all",
  noOptions: "There is nothing to choose from.",
  metric: {
    up: "▲",
    down: "▼",
    nothing: (what: string) => `Nothing to compare: no value for ${what}`,
    trend: (low: string, high: string) => `Course from ${low} to ${high}`,
  },
} as const;
