/** Frames of a conversation, for the pictures of the chat panel. */
const turn = (turn_id) => ({
  started: (prompt, source = "chat") => ({ type: "turn_started", data: { turn_id, prompt, source } }),
  reasoning: (strategy, ...steps) => ({ type: "reasoning", data: { turn_id, strategy, steps } }),
  call: (call_id, tool, args) => ({ type: "tool_call", data: { turn_id, call_id, tool, arguments: args } }),
  result: (call_id, tool, result, elapsed_ms) => ({
    type: "tool_result",
    data: { turn_id, call_id, tool, ok: true, result, elapsed_ms },
  }),
  failed: (call_id, tool, error, elapsed_ms) => ({
    type: "tool_result",
    data: { turn_id, call_id, tool, ok: false, error, elapsed_ms },
  }),
  say: (text) => ({ type: "assistant_response", data: { turn_id, attempt: 1, text, chunk: true } }),
  answer: (text, confidence, confidence_reason) => ({
    type: "assistant_response",
    data: { turn_id, attempt: 1, text, chunk: false, confidence, confidence_reason },
  }),
  retract: (reason) => ({ type: "retract", data: { turn_id, attempt: 1, reason } }),
  changed: () => ({
    type: "tree_update",
    data: {
      rev: 9,
      origin: "user",
      source: "agent",
      turn_id,
      deltas: [{ action: "update", path: "/settings", node: { auto_adjust: true } }],
    },
  }),
  done: (fields = {}) => ({
    type: "done",
    data: {
      turn_id,
      reason: "complete",
      usage: { prompt_tokens: 1500, completion_tokens: 342 },
      cost: 0.004,
      provider: "OpenRouter",
      model: "qwen/qwen3-32b",
      latency_ms: 1400,
      can_continue: false,
      ...fields,
    },
  }),
});

const SQL =
  "SELECT year(Year) AS y, Origin, avg(Miles_per_Gallon) AS mpg, count(*) AS n FROM cars GROUP BY ALL ORDER BY ALL";
const [one, two] = [turn("t1"), turn("t2")];

export const info = {
  type: "server_info",
  data: { protocol: 1, version: "1", features: ["get_models", "arrange", "get_result"], limits: {} },
};
export const suggestions = {
  type: "suggestions",
  data: {
    prompts: [
      "Bar chart of average Miles_per_Gallon by Origin",
      "How did Horsepower change over Year?",
      "Table of the 10 heaviest cars",
    ],
  },
};

export const conversation = [
  one.started("How did mpg change by origin, and which cars lead?"),
  one.reasoning(
    "ANALYTICAL",
    "Strategy ANALYTICAL: compares groups over time",
    "Mean mpg per year and origin",
    "The 5 best cars as a table",
  ),
  one.call("c1", "run_query", { sql: SQL }),
  one.result("c1", "run_query", { sql: SQL, row_count: 39 }, 12.2),
  one.call("c2", "create_chart", {
    container_id: "mpg",
    mark: "line",
    dataset: "cars",
    x: "year(Year)",
    y: "mean(Miles_per_Gallon)",
    title: "Mpg by model year",
  }),
  one.result(
    "c2",
    "create_chart",
    { container_id: "mpg", title: "Mpg by model year", row_count: 39, sql: SQL },
    38,
  ),
  one.call("c3", "create_table", { container_id: "heavy", title: "Most efficient cars" }),
  one.result("c3", "create_table", { container_id: "heavy", title: "Most efficient cars", row_count: 5 }, 27),
  one.changed(),
  one.answer(
    "Mpg rose for every origin between 1970 and 1982. **US** cars nearly doubled, from 15.3 to 29.5. **Japan** has the highest mean, 30.5.\n\n- Europe’s 40.0 in 1982 rests on only 2 cars.\n- See `Miles_per_Gallon`.",
    "High",
    "398 of 398 rows",
  ),
  one.done({
    receipt: [
      {
        provider: "OpenRouter",
        model: "meta/llama-4",
        outcome: "failed",
        why: "429 Too many requests",
        latency_ms: 210,
        prompt_tokens: null,
        completion_tokens: null,
        cost: null,
      },
      {
        provider: "OpenRouter",
        model: "qwen/qwen3-32b",
        outcome: "answered",
        why: "",
        latency_ms: 1400,
        prompt_tokens: 1500,
        completion_tokens: 342,
        cost: 0.004,
      },
    ],
  }),
];

export const running = [
  ...conversation,
  two.started("Add mpg against weight, and refresh the rest.", "cell"),
  two.retract("OpenRouter did not answer in 20 s. Continued with qwen3:8b on Ollama, on this machine."),
  two.reasoning("MULTI_STEP", "Scatter of weight and mpg"),
  two.call("d1", "run_query", { sql: "SELECT weight, mpgs FROM cars" }),
  two.failed("d1", "run_query", 'No column "mpgs" in cars. Closest match: Miles_per_Gallon.', 3.1),
  two.call("d2", "create_chart", {
    container_id: "scatter",
    mark: "point",
    title: "Mpg against weight and a long title that does not fit",
  }),
  two.say("One of three steps failed: the query asked for `mpgs`; the column is "),
  { type: "queue", data: { turns: [{ turn_id: "t3", prompt: "And by year?" }] } },
];
