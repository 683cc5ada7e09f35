/** Every sentence the front end shows, in one place. */
import type { Content } from "./protocol/types.ts";
import { tools } from "./words/canvas.ts";
import { chat } from "./words/chat.ts";
import { data } from "./words/data.ts";
import { outline } from "./words/outline.ts";
import { panel } from "./words/panel.ts";

const TOOLS: Record<string, string> = {
  create_container: "Adding a container",
  modify_container: "Changing a container",
  delete_container: "Deleting a container",
  clear_canvas: "Clearing the canvas",
  edit_canvas_size: "Resizing the canvas",
  create_pie_chart: "Making a pie chart",
  create_table: "Making a table",
  create_metric: "Making a metric",
  create_control: "Making a filter",
  write_text: "Writing a note",
  arrange_canvas: "Arranging the canvas",
  undo: "Undoing",
  run_query: "Running a query",
  take_screenshot: "Taking a picture",
};

const MARKS: Record<string, string> = {
  arc: "Pie chart",
  point: "Scatter plot",
  rect: "Heat map",
  heatmap: "Heat map",
  box: "Box plot",
  density: "Density",
  histogram: "Histogram",
};

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const plural = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;

export const strings = {
  chat,
  data,
  outline,
  panel,
  tools,
  frame: {
    label: (name: string) => `Canvas ${name}`,
    untitled: "Canvas",
    empty: "Empty",
    containers: (count: number) => plural(count, "container"),
    failed: (count: number) => `${count} failed`,
    running: (count: number) => `${count} running`,
    connecting: "Connecting",
    still: "Still picture",
    copy: "Saved copy",
  },
  canvas: {
    label: "Canvas area",
    keys: "Arrow keys move the selected container by 8 pixels, with Shift by 1. Alt and arrow keys resize it. Delete removes it.",
    zoomBar: "View",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    zoomReset: "Zoom to 100 %",
    fit: "Fit all",
    undo: "Undo",
    redo: "Redo",
    zoom: (factor: number) => `${Math.round(factor * 100)} %`,
  },
  kind: (content: Content): string => {
    if (content.kind === "chart") return MARKS[content.mark] ?? `${capital(content.mark)} chart`;
    if (content.kind === "text") return "Note";
    if (content.kind === "empty") return "Empty container";
    return capital(content.kind);
  },
  container: {
    label: (title: string, kind: string) => (title ? `${title}, ${kind.toLowerCase()}` : kind),
    handle: (place: string) => `Resize at ${place}`,
    stale: "Data changed since",
    refresh: "Refresh",
    retry: "Try again",
    trying: "Trying again…",
    running: "Running query",
    noRows: "The query found no rows",
    nothing: "Nothing here yet",
    noLive: "No rows are saved here. Run the cell again to see them.",
    failed: "This could not be drawn",
    tooMuch: "The text is cut here; it is longer than can be shown.",
  },
  chart: {
    summary: (kind: string, title: string, detail: string) =>
      `${kind}${title ? `: ${title}` : ""}. ${detail}.`,
    rows: (count: number) => plural(count, "value"),
    range: (field: string, low: string, high: string) => `${field} from ${low} to ${high}`,
    table: (title: string) => `Values drawn in ${title || "this chart"}`,
    firstOf: (shown: number, all: number) => `The first ${shown} of ${all.toLocaleString("en-US")} values`,
    refused: (reason: string) => `The chart is not drawn: ${reason}`,
  },
  table: {
    note: (count: number, read: number | null, truncated: boolean) => {
      if (read !== null && read > count)
        return `${count.toLocaleString("en-US")} of ${read.toLocaleString("en-US")}`;
      return truncated ? `first ${plural(count, "row")}` : plural(count, "row");
    },
    more: (rows: number, columns: number) =>
      `+ ${[rows && plural(rows, "more row"), columns && plural(columns, "more column")].filter(Boolean).join(" and ")}`,
    label: (title: string) => title || "Table",
    keys: "Arrow keys walk the cells, with Shift they select, Control C copies. Enter on a heading sorts, Alt with left and right changes its width.",
    copied: (rows: number, columns: number) =>
      `Copied ${plural(rows, "row")} of ${plural(columns, "column")}`,
    filter: (name: string) => `Filter ${name}`,
    filterHint: "Filter",
    nothingFits: "No row fits these filters.",
  },
  empty: {
    heading: "What do you want to know about your data?",
    offer: "Choose a question, or ask your own in the chat. ",
    lead: "Start a cell with %%canvas and write what you want to see.",
    elsewhere: {
      session: "Upload a CSV, Parquet or Arrow file, then ask about it in the chat.",
      kernel: "Ask in the chat: the data are those of the notebook.",
    },
    upload: "Upload data",
    more: "Upload more data",
    press: "Or press",
    note: "to add a note yourself.",
    example:
      "%%canvas\nBar chart of average price by region, sorted descending.\nPut the number of orders on top.",
    exampleLabel: "Example cell",
  },
  gone: {
    text: "The kernel is gone or busy. This is the canvas as it was last seen.",
    hint: "Run the cell again to make it live.",
  },
  link: {
    ended: "The session has ended.",
    cut: "The connection was lost while this ran; what came of it is on the canvas.",
  },
  toast: { dismiss: "Dismiss" },
  error: { unknown: "Something failed and gave no reason." },
  turn: {
    queued: "Waiting for the turn before",
    started: "Reading the question",
    writing: "Writing the answer",
    retracted: "Trying another way",
    tool: (tool: string, parameters: unknown): string => {
      const mark = (parameters as { mark?: unknown } | null | undefined)?.mark;
      if (tool === "create_chart")
        return `Making ${typeof mark === "string" ? `a ${MARKS[mark]?.toLowerCase() ?? `${mark} chart`}` : "a chart"}`;
      return TOOLS[tool] ?? "Looking at the data";
    },
    toolFailed: (tool: string) => `${tool.replaceAll("_", " ")} failed, trying another way`,
    done: (reason: string): string =>
      ({
        complete: "Done",
        cancelled: "Stopped, finished parts stay",
        limit: "Stopped at the limit of steps",
        error: "This did not work",
      })[reason] ?? "Done",
  },
} as const;
