/** Frames of a turn, as the session sends them. */
import type { FakeServer } from "./server.ts";

export const SQL = "SELECT Origin, avg(Miles_per_Gallon) AS mpg FROM cars GROUP BY ALL ORDER BY mpg DESC";

export function startTurn(server: FakeServer, turn_id = "t1", prompt = "Mean mpg by origin"): void {
  server.broadcast("turn_started", { turn_id, prompt, conversation_id: "default", source: "cell" });
}

export function callTool(server: FakeServer, call_id: string, fields: object = {}, turn_id = "t1"): void {
  const given = { container_id: "mpg", mark: "bar", dataset: "cars", x: "Origin", title: "Mpg by origin" };
  server.broadcast("tool_call", { turn_id, call_id, tool: "create_chart", arguments: given, ...fields });
}

export function endTool(server: FakeServer, call_id: string, fields: object = {}, turn_id = "t1"): void {
  server.broadcast("tool_result", {
    turn_id,
    call_id,
    tool: "create_chart",
    ok: true,
    result: { container_id: "mpg", title: "Mpg by origin", sql: SQL, row_count: 3 },
    elapsed_ms: 38.2,
    ...fields,
  });
}

export function say(server: FakeServer, text: string, fields: object = {}, turn_id = "t1"): void {
  server.broadcast("assistant_response", { turn_id, attempt: 1, text, chunk: true, ...fields });
}

export function endTurn(server: FakeServer, fields: object = {}, turn_id = "t1"): void {
  server.broadcast("done", {
    turn_id,
    reason: "complete",
    usage: { prompt_tokens: 1500, completion_tokens: 342, total_tokens: 1842 },
    cost: 0.004,
    provider: "openrouter",
    model: "qwen/qwen3-32b",
    attempts: 1,
    latency_ms: 1400,
    can_continue: false,
    receipt: [],
    ...fields,
  });
}
