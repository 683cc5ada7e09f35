/** The wire shapes the front end reads and writes (docs/protocol.md). Unknown fields and frames are ignored. */

import type { Container } from "./generated.ts";

export type {
  ChartContent,
  Container,
  ControlContent,
  Delta,
  EmptyContent,
  MetricContent,
  TableContent,
  TextContent,
} from "./generated.ts";

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type Row = Record<string, JsonValue>;

export type Content = Container["content"];

export interface CanvasInfo {
  name: string;
  width: number;
  height: number;
}

export interface CanvasSettings {
  auto_adjust: boolean;
  overlap_prevention: boolean;
}

export interface CanvasDocument {
  rev: number;
  canvas: CanvasInfo;
  settings: CanvasSettings;
  containers: Container[];
}

export type Change =
  | { op: "add"; path: string; value: Container; index?: number }
  | { op: "set"; path: string; value: unknown }
  | { op: "move"; path: string; value: number }
  | { op: "remove"; path: string }
  | { op: "resize_canvas"; value: Partial<CanvasInfo> }
  | { op: "settings"; value: Partial<CanvasSettings> };

export interface SchemaField {
  name: string;
  type: string;
}

export interface ErrorInfo {
  code: number;
  error_code?: string;
  message: string;
  retry_after?: number;
  /** The container that it is about. */
  container?: string;
  alternatives?: string[];
}

export interface Frame {
  type: string;
  data: Record<string, unknown>;
  id?: string;
  reply_to?: string;
  session_id?: string;
  seq?: number;
  timestamp?: string;
  error?: ErrorInfo;
}

export interface ResultData {
  container_id: string;
  result_id: string;
  schema: SchemaField[];
  row_count: number;
  offset: number;
  stale: boolean;
  rows: Row[];
  /** How many rows the query read, where the kernel says so. */
  rows_read?: number | null;
  /** How long it took, in ms. */
  elapsed_ms?: number | null;
  /** What another engine expected to read for it, in words; "" where that was little, or was read here. */
  cost?: string;
  truncated?: boolean;
}

export const PROTOCOL_VERSION = 1;
