import { describe, expect, test, vi } from "vitest";
import type { Container } from "../protocol/types.ts";
import { strings } from "../strings.ts";
import { container, documentOf } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { joined, kept, ownClock, set, shown, update } from "../testing/session.ts";
import { Session } from "./session.ts";

ownClock();

describe("joining", () => {
  test("[C2] shakes hands, joins, and shows the document that comes", () => {
    const server = new FakeServer(documentOf([container("a"), container("b")], 4));
    const session = joined(server);
    expect(server.received.map(({ type }) => type)).toEqual(["handshake", "init_session"]);
    expect(server.received[0]?.data).toMatchObject({ client_type: "widget", version: "1", arrow: false });
    expect(session.store.value("connection")).toBe("live");
    expect(session.store.order).toEqual(["a", "b"]);
    expect(session.store.rev).toBe(4);
  });

  test("[A16] an update that overtakes the snapshot waits for it, and is applied after it", () => {
    const server = new FakeServer(documentOf([container("a")]));
    server.alive = false;
    const session = joined(server);
    const document = server.document();
    server.seq = 5;
    server.commit([update("a", { x: 40 })]);
    expect(session.store.ready).toBe(false);
    server.send("session_ready", { canvas: document, rev: 1 }, { seq: 5 });
    expect(session.store.node("a")?.x).toBe(40);
  });

  test("[N1] without an answer the saved document stays on show and says that the kernel is gone", () => {
    const server = new FakeServer(documentOf([]));
    server.alive = false;
    const session = kept(new Session(server.transport, { patience: 100 }));
    session.start(documentOf([container("saved")]));
    expect(session.store.order).toEqual(["saved"]);
    vi.advanceTimersByTime(150);
    expect(session.store.value("connection")).toBe("gone");
    session.edit([set("saved", "x", 8)]);
    expect(server.of("canvas_edit")).toEqual([]);
    server.alive = true;
    vi.advanceTimersByTime(6_000);
    expect(session.store.value("connection")).toBe("live");
    expect(session.store.order).toEqual([]);
  });

  test("[N1] a comm that may have died is asked; silence means gone, an answer means live again", () => {
    const server = new FakeServer(documentOf([container("a")]));
    const session = joined(server);
    server.alive = false;
    server.transport.doubt();
    vi.advanceTimersByTime(4_100);
    expect(session.store.value("connection")).toBe("gone");
    server.send("pong", {});
    expect(session.store.value("connection")).toBe("live");
  });
});

describe("frames", () => {
  test("[C2] unknown frames, unknown fields and things that are no frames change nothing", () => {
    const server = new FakeServer(documentOf([container("a")]));
    const session = joined(server);
    const before = shown(session);
    for (const odd of [null, 7, "x", [], {}, { type: 4 }, { type: "from_the_future", data: { a: 1 } }])
      server.transport.deliver(odd);
    server.send(
      "tree_update",
      { rev: 2, deltas: [update("a", { x: 0 })], more: true },
      { seq: 1, extra: {} },
    );
    server.send("result", { rows: "no" });
    expect(shown(session)).toEqual(before);
    expect(session.store.value("connection")).toBe("live");
  });

  test("[A16] frames that come twice count once, and swapped ones in their order", () => {
    const server = new FakeServer(documentOf([container("a")]));
    const session = joined(server);
    const first = { type: "tree_update", seq: 1, data: { rev: 2, deltas: [update("a", { x: 8 })] } };
    const second = { type: "tree_update", seq: 2, data: { rev: 3, deltas: [update("a", { x: 16 })] } };
    for (const frame of [second, first, first, second]) server.transport.deliver(frame);
    expect(session.store.node("a")?.x).toBe(16);
    expect(session.store.rev).toBe(3);
  });

  test("[A16] a missing frame is noticed, and the whole state asked for once", () => {
    const server = new FakeServer(documentOf([container("a")]));
    const session = joined(server);
    server.transport.closed = true;
    server.commit([update("a", { x: 8 })]);
    server.transport.closed = false;
    server.commit([update("a", { y: 24 })]);
    expect(server.of("get_canvas_state")).toHaveLength(1);
    expect(session.store.node("a")).toMatchObject({ x: 8, y: 24 });
    server.commit([update("a", { x: 32 })]);
    expect(session.store.node("a")?.x).toBe(32);
    expect(server.of("get_canvas_state")).toHaveLength(1);
  });

  test("[C4] deltas that do not fit leave the canvas as it was and fetch it anew", () => {
    const server = new FakeServer(documentOf([container("a")]));
    const session = joined(server);
    server.broadcast("tree_update", { rev: 2, deltas: [update("a", { x: 8 }), update("ghost", { x: 1 })] });
    expect(session.store.node("a")?.x).toBe(0);
    expect(server.of("get_canvas_state")).toHaveLength(1);
  });

  test("[X14] rows that do not come by themselves are asked for, once per result", () => {
    const query = { dataset: null, sql: "select 1", request: null, stale: false, result_id: "r1" };
    const content = { ...query, kind: "metric" as const, format: null, label: null };
    const server = new FakeServer(
      documentOf([container("n", { content: content as unknown as Container["content"] })]),
    );
    const session = joined(server);
    vi.advanceTimersByTime(2_000);
    vi.advanceTimersByTime(2_000);
    expect(server.of("get_result").map(({ data }) => data?.container_id)).toEqual(["n"]);
    const [request] = server.of("get_result");
    const message = "No table named cars.";
    server.send("error", { message }, { reply_to: request?.id, error: { code: 422, message } });
    expect(session.store.result("n")?.error?.message).toBe(message);
    expect(session.store.value("toast")).toBeNull();
  });

  test("[X6] a refresh that fails is told on its container, and a retry that goes right takes it away", () => {
    const query = { dataset: null, sql: "select 1", request: null, stale: false, result_id: "r1" };
    const content = { ...query, kind: "metric" as const, format: null, label: null };
    const node = container("n", { content: content as unknown as Container["content"] });
    const server = new FakeServer(documentOf([node, container("m")]));
    const session = joined(server);
    const rows = {
      container_id: "n",
      result_id: "r1",
      schema: [],
      row_count: 1,
      offset: 0,
      stale: false,
      rows: [{ a: 1 }],
    };
    server.broadcast("result", rows);
    session.refresh();
    const message = "The table cannot be read.";
    const failing = (id: string | undefined) =>
      server.send("error", { message }, { reply_to: id, error: { code: 422, message, node: { id: "n" } } });
    failing(server.of("refresh")[0]?.id);
    server.send("debug", { message: "Nothing was refreshed." }, { reply_to: server.of("refresh")[0]?.id });
    expect(session.store.result("n")).toMatchObject({ error: { message }, resultId: "r1", rowCount: 1 });
    expect(session.store.result("m")).toBeUndefined();
    expect(session.store.value("toast")).toBeNull();
    const before = server.of("get_result").length;
    session.refresh(["n"]);
    failing(server.of("refresh")[1]?.id);
    server.send("debug", { message: "Nothing was refreshed." }, { reply_to: server.of("refresh")[1]?.id });
    expect(server.of("get_result")).toHaveLength(before);
    session.refresh(["n"]);
    server.send("debug", { message: "Refreshed n." }, { reply_to: server.of("refresh")[2]?.id });
    expect(server.of("get_result")).toHaveLength(before + 1);
    server.send("result", rows, { reply_to: server.of("get_result")[before]?.id });
    expect(session.store.result("n")?.error).toBeNull();
  });

  test("[A10] a turn's frames become one line of status that ends with the turn", () => {
    const server = new FakeServer(documentOf([]));
    const { store } = joined(server);
    server.broadcast("reasoning", { turn_id: "t", steps: ["x"] });
    expect(store.value("turn")).toMatchObject({ running: true, text: strings.turn.started });
    server.broadcast("tool_call", {
      turn_id: "t",
      call_id: "1",
      tool: "create_chart",
      arguments: { mark: "bar" },
    });
    expect(store.value("turn")?.text).toBe("Making a bar chart");
    server.broadcast("assistant_response", { turn_id: "t", attempt: 1, text: "Done", chunk: true });
    server.broadcast("done", { turn_id: "t", reason: "complete" });
    expect(store.value("turn")).toMatchObject({ running: false, failed: false });
    vi.advanceTimersByTime(7_000);
    expect(store.value("turn")).toBeNull();
    server.broadcast("done", { turn_id: "u", reason: "error" });
    vi.advanceTimersByTime(7_000);
    expect(store.value("turn")).toMatchObject({ failed: true });
  });
});
