/** The words of the outline. */
export const outline = {
  label: "Outline",
  find: (count: number) =>
    count > 20 ? `Find in ${count.toLocaleString("en-US")} containers` : "Find a container",
  clear: "Clear the search",
  none: "Nothing matches. Try fewer letters, or another type.",
  empty: "Nothing is on the canvas yet. Ask for a chart, or add a note.",
  all: (count: number) => `All ${count}`,
  kinds: (kind: string, count: number) =>
    `${({ chart: "Charts", table: "Tables", metric: "Numbers", text: "Notes", control: "Filters" } as Record<string, string>)[kind] ?? "Empty"} ${count}`,
  filters: "Type",
  keys: "Enter goes to a container, F2 renames it, H hides or shows it, Control L locks it, Alt with up and down moves it, Delete removes it.",
  rename: (title: string) => `New name of ${title}`,
  hide: "Hide",
  show: "Show",
  lock: "Lock",
  unlock: "Unlock",
  state: (hidden: boolean, locked: boolean) =>
    [hidden && "hidden", locked && "locked"].filter(Boolean).join(", "),
  rows: (count: number) => `${count.toLocaleString("en-US")} ${count === 1 ? "row" : "rows"}`,
  details: "Details",
  type: "Type",
  position: "Position",
  size: "Size",
  x: "x",
  y: "y",
  width: "Width",
  height: "Height",
  layer: "Layer",
  chosen: (count: number) => `${count} containers selected`,
  moved: (title: string, place: number, all: number) => `${title}, ${place} of ${all}`,
} as const;
