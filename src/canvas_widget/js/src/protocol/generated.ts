// Generated from canvas_widget/session/protocol.py by `make generate`. Do not edit.

/** A prompt was taken; `queued` while another turn runs. */
export interface Accepted {
  turn_id: string;
  queued?: boolean;
}

/** A client's own edit, as it was applied. */
export interface Ack {
  rev: number;
  seq: number;
  deltas: Delta[];
  kept?: string[];
  notes?: string[];
}

/** Put a new container at the end of the reading order, or at `index`. `number` is the sort number it had before it was removed; undo uses it, and it is ignored on the wire. */
export interface Add {
  op?: "add";
  path: string;
  value: Container;
  index?: number | null;
  number?: number | null;
}

/** With `chunk` true the next piece of the answer, else the whole of it. `ungrounded` are the numbers in the text that come from nothing the turn has seen. `value` is the answer to a prompt with a schema; `parse` says why there is none. */
export interface AssistantResponse {
  turn_id: string;
  attempt?: number;
  text: string;
  chunk: boolean;
  confidence?: "High" | "Medium" | "Low" | null;
  confidence_reason?: string | null;
  chart?: string | null;
  ungrounded?: string[];
  value?: unknown;
  parse?: ParseFailure | null;
}

/** Run one of the agent's tools, with its arguments. */
export interface CallTool {
  name: string;
  arguments?: Record<string, unknown>;
}

/** Stop a running or queued turn; the running one when no id is given. */
export interface Cancel {
  turn_id?: string | null;
}

/** Changes to apply together or not at all; the two switches hold for them instead of the canvas's settings. */
export interface CanvasEdit {
  changes: (Add | Set | Move | Remove | ResizeCanvas | SetSettings)[];
  base_rev?: number | null;
  auto_adjust?: boolean | null;
  avoid_overlap?: boolean | null;
}

/** The fields of the canvas that can be set; None leaves a field as it is. */
export interface CanvasSize {
  width?: number | null;
  height?: number | null;
  name?: string | null;
}

/** The whole document, in the shapes of docs/protocol.md. */
export interface CanvasState {
  rev: number;
  canvas: Record<string, unknown>;
  settings: Record<string, unknown>;
  updated_at?: string;
  containers: (Record<string, unknown>)[];
}

/** A chart: its query and the Vega-Lite spec that draws the query's rows. `encoding` maps a channel ("x", "y", "series", …) to the name of the field in the result's rows, or None. `spec` carries no rows: its data source is named "result" and bound when it is drawn. `request` is the typed request the SQL was generated from (None for raw SQL without one), so that a later edit ("make it a pie") can change one part of it. */
export interface ChartContent {
  kind: "chart";
  dataset: string | null;
  sql: string;
  mark: string;
  encoding: Record<string, string | null>;
  spec: Record<string, unknown>;
  request: Record<string, unknown> | null;
  result_id: string | null;
  stale: boolean;
  made_by?: MadeBy | null;
}

/** The messages of a conversation. */
export interface ChatHistory {
  conversation_id: string;
  messages: (Record<string, unknown>)[];
}

/** Python that draws the same data from DuckDB with Altair, and its queries alone. */
export interface Code {
  container_id?: string | null;
  python: string;
  sql: string;
}

/** A tab came or went. */
export interface ConnectionStatus {
  status: string;
  active_tabs: number;
}

/** A placed box. Positions and sizes are integers in px; the origin is the canvas's top left, y points down. `placement` is "pinned" once a person gave a position or size (by prompt, code or drag); automatic layout moves only "auto" containers. Times are ISO 8601 in UTC. */
export interface Container {
  id: string;
  title: string;
  x: number;
  y: number;
  width: number;
  height: number;
  z: number;
  placement: "auto" | "pinned";
  locked: boolean;
  hidden: boolean;
  relations: Relations;
  created_at: string;
  updated_at: string;
  content: ChartContent | TableContent | MetricContent | TextContent | ControlContent | EmptyContent;
}

/** A filter of the containers it is about. `options` are the values of a choice, else the lowest and the highest. `value` is a cell or a list of cells of a choice, a pair of numbers (range) or of days (date), both included; None filters nothing. `targets` are the ids of what it filters; None stands for all that is drawn from columns of its dataset, now and later. */
export interface ControlContent {
  kind: "control";
  control: "choice" | "range" | "date";
  dataset: string | null;
  field: string;
  options: JsonValue[];
  value: JsonValue;
  targets: string[] | null;
}

/** A conversation; the default one when None. */
export interface ConversationRef {
  conversation_id?: string | null;
}

/** What a client must do to follow a transaction. */
export interface Delta {
  action: "add" | "update" | "move" | "remove";
  path: string;
  node?: Record<string, unknown> | null;
}

/** A turn ended. */
export interface DoneFrame {
  turn_id: string;
  reason: "complete" | "cancelled" | "limit" | "error";
  usage?: Record<string, unknown>;
  cost?: number | null;
  provider?: string;
  model?: string;
  attempts?: number;
  latency_ms?: number;
  can_continue?: boolean;
  receipt?: (Record<string, unknown>)[];
}

/** No payload. */
export interface Empty {
}

/** A container that holds nothing yet. */
export interface EmptyContent {
  kind: "empty";
}

/** What surrounds every payload, in both directions. */
export interface Envelope {
  type: string;
  data?: Record<string, unknown>;
  id?: string | null;
  session_id?: string | null;
  timestamp?: string | null;
}

/** What went wrong: HTTP's code, the symbolic one, a sentence, and when to retry (seconds). */
export interface ErrorInfo {
  code: number;
  error_code: string;
  message: string;
  retry_after?: number | null;
  alternatives?: string[];
  node?: Record<string, unknown> | null;
}

/** The code of one container, of the whole canvas when None. */
export interface GetCode {
  container_id?: string | null;
}

/** One page of a container's rows, sorted and filtered in the engine. */
export interface GetResult {
  container_id: string;
  offset?: number;
  limit?: number;
  sort?: Sort[];
  filter?: RowFilter[];
}

/** What kind of client this is. With `arrow` true, results come as Arrow IPC buffers. With `client_id`, one of its own making, a client that reconnects is the same client: a message it repeats with the id it had gets the answer it missed, and has no second effect. */
export interface Handshake {
  client_type?: string;
  version?: string;
  capabilities?: string[];
  arrow?: boolean;
  client_id?: string;
}

/** The help text, in markdown. */
export interface Help {
  text: string;
}

/** Join a session; `last_seq` asks for a replay of what was missed. */
export interface InitSession {
  session_id?: string | null;
  last_seq?: number | null;
  canvas?: string | null;
}

export type JsonValue = unknown;

/** Which prompt made something, when (ISO 8601, UTC), and from which versions of which datasets. `cost` is what another engine expected to read for it where that was much, in words. */
export interface MadeBy {
  turn_id: string;
  prompt: string;
  at: string;
  datasets: Record<string, number>;
  rows: number | null;
  rows_read: number | null;
  cost: string;
}

/** A sentence for a person. */
export interface Message {
  message: string;
  level?: "debug" | "info" | "warning" | "error";
}

/** One number: the first column of the query's single row. `format` is a d3-format string. `previous` names the column of that row with the number it is compared with, which `compared_with` says in words; `trend` the column with the list of numbers over time, the newest last. */
export interface MetricContent {
  kind: "metric";
  dataset: string | null;
  sql: string;
  format: string | null;
  label: string | null;
  previous: string | null;
  compared_with: string;
  trend: string | null;
  marks: NumberMarks | null;
  request: Record<string, unknown> | null;
  result_id: string | null;
  stale: boolean;
  made_by?: MadeBy | null;
}

/** A provider with its model, whether it can be asked, and how it has done in this process (latency: EMA). */
export interface ModelInfo {
  provider: string;
  model: string;
  default: boolean;
  usable: boolean;
  why_not: string;
  status: "healthy" | "degraded" | "failed";
  requests: number;
  failures: number;
  success_rate: number | null;
  latency_ms: number | null;
  last_error: string | null;
}

/** What can be asked, how it is doing, and what this session has cost (USD; null when unknown). */
export interface Models {
  models: ModelInfo[];
  strategies?: string[];
  cost?: Record<string, unknown>;
  budget?: number | null;
}

/** Move a container to `value`, its index in reading order. `number` is the sort number it had before it was moved; undo uses it, and it is ignored on the wire. */
export interface Move {
  op: "move";
  path: string;
  value: number;
  number: number | null;
}

/** Which marks stand in numbers, as d3 has them: digits in a group (the last repeats), currency before and after. */
export interface NumberMarks {
  decimal: string;
  thousands: string;
  grouping: number[];
  currency: string[];
}

/** Why an answer is no value of the schema that was asked for. */
export interface ParseFailure {
  error: string;
  raw_response: string;
  parse_error: string;
}

/** What is selected of one field: a range of a scale (its end not included for bins), or values. */
export interface Picked {
  range: unknown[] | null;
  values: JsonValue[] | null;
}

/** Long work goes on; `fraction` only where it is measured. An empty message without one says that it is over. */
export interface Progress {
  turn_id?: string | null;
  container_id?: string | null;
  fraction?: number | null;
  message?: string;
}

/** The prompts that wait, in the order they will run; without the running one. */
export interface Queue {
  turns: WaitingTurn[];
}

/** A plan, or a piece of the model's own thinking. The first of a turn names its strategy. */
export interface ReasoningFrame {
  turn_id: string;
  strategy?: string | null;
  steps?: string[];
  text?: string;
}

/** Draw a chart again with parts of its request changed; what is not there stays, null takes it away. */
export interface Redraw {
  container_id: string;
  mark?: string | null;
  x?: string | null;
  y?: string | null;
  series?: string | null;
  sort?: string | null;
  limit?: number | null;
  title?: string | null;
}

/** Run the queries of these containers again, of all when None. */
export interface Refresh {
  container_ids?: string[] | null;
}

/** Where a container was asked to be; automatic layout keeps it there. `above`, `below`, `left_of` and `right_of` are ids of other containers; `top` means above everything. */
export interface Relations {
  above: string | null;
  below: string | null;
  left_of: string | null;
  right_of: string | null;
  top: boolean;
}

/** Take a container away. */
export interface Remove {
  op: "remove";
  path: string;
}

/** Set the size of the canvas in px (or its name). */
export interface ResizeCanvas {
  op: "resize_canvas";
  value: CanvasSize;
}

/** Rows of a container: JSON in `rows`, or one Arrow IPC buffer beside the frame when `rows` is None. */
export interface ResultFrame {
  container_id: string;
  result_id: string;
  schema: (Record<string, unknown>)[];
  row_count: number;
  offset?: number;
  stale?: boolean;
  truncated?: boolean;
  elapsed_ms?: number | null;
  rows_read?: number | null;
  cost?: string;
  rows?: (Record<string, unknown>)[] | null;
  sql?: string | null;
  error?: string | null;
}

/** Drop what that attempt showed. */
export interface Retract {
  turn_id: string;
  attempt: number;
  reason: string;
}

/** One condition on the rows of a table page; `op` as in the filters of requests. */
export interface RowFilter {
  field: string;
  op: string;
  value: JsonValue;
}

/** One page of the rows behind a mark: `values` are fields of the container's result. */
export interface RowsBehind {
  container_id: string;
  values?: Record<string, JsonValue>;
  offset?: number;
  limit?: number;
}

/** A picture of the canvas, base64. */
export interface Screenshot {
  format: string;
  filename: string;
  data: string;
}

/** Select in one container, which filters the others over the same dataset; null lets go. */
export interface Select {
  container_id: string;
  selection?: Record<string, Picked> | null;
}

/** What is selected in a container (null: nothing), and the containers that it filters. */
export interface SelectionState {
  container_id: string;
  selection?: Record<string, unknown> | null;
  linked?: string[];
}

/** A frame from the server. */
export interface ServerFrame {
  type: string;
  data: Record<string, unknown>;
  reply_to?: string | null;
  session_id?: string | null;
  seq?: number | null;
  timestamp: string;
  error?: ErrorInfo | null;
}

/** What the server speaks. */
export interface ServerInfo {
  protocol?: number;
  version: string;
  features: string[];
  limits: Record<string, number>;
}

/** The client has joined; every later frame follows. */
export interface SessionReady {
  session_id: string;
  resumed: "replay" | "snapshot" | "new";
  canvas: CanvasState;
  initial_tree: Record<string, unknown>;
  rev: number;
  active_tabs: number;
}

/** Set one field of a container. */
export interface Set {
  op: "set";
  path: string;
  value: unknown;
}

/** Choose a control's value; null lifts its filter. */
export interface SetControl {
  container_id: string;
  value?: JsonValue;
}

/** Change the canvas settings. */
export interface SetSettings {
  op: "settings";
  value: SettingsValue;
}

/** The settings that can be set; None leaves a setting as it is. */
export interface SettingsValue {
  auto_adjust?: boolean | null;
  overlap_prevention?: boolean | null;
}

/** One sort key of a table page. */
export interface Sort {
  field: string;
  order: "ascending" | "descending";
}

/** Up to three prompts that fit the data at hand. */
export interface Suggestions {
  prompts: string[];
}

/** A table: its query and the columns shown, in order (all of the result's when None). `marks` are those of its numbers, where they are not the English ones. */
export interface TableContent {
  kind: "table";
  dataset: string | null;
  sql: string;
  columns: string[] | null;
  marks: NumberMarks | null;
  request: Record<string, unknown> | null;
  result_id: string | null;
  stale: boolean;
  made_by?: MadeBy | null;
}

/** A picture of the canvas, or the canvas as a page: self-contained HTML, or PDF. */
export interface TakeScreenshot {
  format?: "png" | "svg" | "html" | "pdf";
  filename?: string | null;
}

/** Markdown text. `template` is the text with its `{select …}` placeholders, `markdown` the same with their values, and `values` says where each came from, in order. Text without placeholders has neither. */
export interface TextContent {
  kind: "text";
  markdown: string;
  template: string | null;
  values: TextValue[];
  stale: boolean;
  made_by?: MadeBy | null;
}

/** One value in a text: the query it came from, the datasets that read, and the text it was written as. */
export interface TextValue {
  sql: string;
  text: string;
  result_id: string;
  datasets: string[];
  rows_read: number | null;
}

/** What a tool that a client called gave: `answer` as the agent gets it, and pictures (filename, mime, base64). */
export interface ToolAnswer {
  name: string;
  ok: boolean;
  answer: Record<string, unknown>;
  pictures?: (Record<string, string>)[];
}

/** A tool begins. */
export interface ToolCallFrame {
  turn_id: string;
  call_id: string;
  tool: string;
  arguments: Record<string, unknown>;
}

/** A tool ended. */
export interface ToolResultFrame {
  turn_id: string;
  call_id: string;
  tool: string;
  ok: boolean;
  result?: Record<string, unknown> | null;
  error?: string | null;
  elapsed_ms?: number;
}

/** What changed, applied together or not at all. */
export interface TreeUpdate {
  rev: number;
  origin: string;
  source?: string;
  turn_id?: string | null;
  deltas: Delta[];
}

/** A turn begins to run; to every client, so that those that did not ask show the prompt too. */
export interface TurnStarted {
  turn_id: string;
  prompt: string;
  conversation_id?: string;
  source?: string;
}

/** Take back, or do again, the newest thing, or a whole turn. */
export interface UndoRedo {
  turn_id?: string | null;
}

/** Start a turn. With `schema`, a JSON schema, the whole answer carries a `value` of that shape. */
export interface UserPrompt {
  prompt: string;
  conversation_id?: string | null;
  provider?: string | null;
  model?: string | null;
  strategy?: string | null;
  extended?: boolean;
  datasets?: string[] | null;
  schema?: Record<string, unknown> | null;
}

/** A prompt that waits for the running turn. */
export interface WaitingTurn {
  turn_id: string;
  prompt: string;
  conversation_id: string;
}

/** The payload of each frame of the client. */
export interface ClientFrames {
  handshake: Handshake;
  init_session: InitSession;
  user_prompt: UserPrompt;
  cancel: Cancel;
  canvas_edit: CanvasEdit;
  undo: UndoRedo;
  redo: UndoRedo;
  arrange: Empty;
  get_canvas_state: Empty;
  get_result: GetResult;
  refresh: Refresh;
  get_history: ConversationRef;
  clear_conversation: ConversationRef;
  get_models: Empty;
  get_help: Empty;
  take_screenshot: TakeScreenshot;
  call_tool: CallTool;
  ping: Empty;
  pong: Empty;
  close_session: Empty;
  select: Select;
  rows_behind: RowsBehind;
  redraw: Redraw;
  get_code: GetCode;
  set_control: SetControl;
}

/** The payload of each frame of the server. */
export interface ServerFrames {
  server_info: ServerInfo;
  session_ready: SessionReady;
  connection_status: ConnectionStatus;
  suggestions: Suggestions;
  models: Models;
  tree_update: TreeUpdate;
  ack: Ack;
  canvas_state: CanvasState;
  result: ResultFrame;
  chat_history: ChatHistory;
  conversation_cleared: ConversationRef;
  help: Help;
  screenshot: Screenshot;
  tool_answer: ToolAnswer;
  debug: Message;
  ping: Empty;
  pong: Empty;
  session_closed: Message;
  error: Message;
  accepted: Accepted;
  turn_started: TurnStarted;
  queue: Queue;
  assistant_response: AssistantResponse;
  retract: Retract;
  reasoning: ReasoningFrame;
  tool_call: ToolCallFrame;
  tool_result: ToolResultFrame;
  progress: Progress;
  done: DoneFrame;
  code: Code;
  selection: SelectionState;
}
