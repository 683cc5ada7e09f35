import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Change, Container, Delta, Frame } from "../protocol/types.ts";
import { strings } from "../strings.ts";
import { container, documentOf } from "../testing/fixtures.ts";
import { runs } from "../testing/runs.ts";
import { FakeServer, toDelta } from "../testing/server.ts";
import type { Link, OutgoingFrame } from "../transport/transport.ts";
import { Session } from "./session.ts";
import { CanvasStore } from "./store.ts";

const sessions: Session[] = [];

function joined(server: FakeServer): Session {
  const session = new Session(server.transport, { store: new CanvasStore((callback) => callback()) });
  session.start();
  sessions.push(session);
  return session;
}

function shown({ store }: Session) {
  return store.order.map((id) => store.node(id));
}

const set = (id: string, field: string, value: unknown): Change => ({
  op: "set",
  path: `/containers/${id}/${field}`,
  value,
});
const update = (id: string, node: Record<string, unknown>): Delta => ({
  action: "update",
  path: `/containers/${id}`,
  node,
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
  vi.useRealTimers();
});

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
    const session = new Session(server.transport, { patience: 100 });
    sessions.push(session);
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

describe("edits", () => {
  test("[A16] an edit shows at once, and the ack carries what was really applied", () => {
    const server = new FakeServer(documentOf([container("a")]));
    const session = joined(server);
    server.correct = (deltas) => deltas.map((delta) => ({ ...delta, node: { ...delta.node, x: 720 } }));
    server.transport.closed = true;
    session.edit([set("a", "x", 790)]);
    expect(session.store.node("a")?.x).toBe(790);
    expect(session.store.serverDocument()?.containers[0]?.x).toBe(0);
    server.transport.closed = false;
    session.store.signals.flush();
    server.transport.deliver({
      type: "ack",
      reply_to: session.store.pendingEdits[0]?.id,
      seq: 1,
      data: { rev: 2, seq: 1, deltas: [update("a", { x: 720 })] },
    });
    expect(session.store.node("a")?.x).toBe(720);
    expect(session.store.pendingEdits).toEqual([]);
  });

  test("[A16] a refused edit is taken back and the reason shown", () => {
    const server = new FakeServer(documentOf([container("a"), container("b")]));
    const session = joined(server);
    server.state.nodes.delete("a");
    server.state.order = ["b"];
    session.edit([set("a", "x", 80)]);
    expect(session.store.value("toast")).toMatchObject({ text: "The container is gone.", isError: true });
    expect(session.store.order).toEqual(["b"]);
  });

  test("[A16] another's change to another field arrives while one's own edit is pending, and both stand", () => {
    const server = new FakeServer(documentOf([container("a")]));
    const session = joined(server);
    server.alive = false;
    session.edit([set("a", "x", 80)]);
    server.commit([update("a", { x: 16, title: "renamed" })]);
    expect(session.store.node("a")).toMatchObject({ x: 80, title: "renamed" });
  });

  test("[X4] undo goes to the session; what cannot be undone is said and the button rests", () => {
    const server = new FakeServer(documentOf([container("a")], 3));
    const session = joined(server);
    expect(session.store.value("history").canUndo).toBe(true);
    session.reverse("undo");
    const [undo] = server.of("undo");
    server.seq += 1;
    server.send("ack", { rev: 4, seq: 1, deltas: [update("a", { x: 8 })] }, { reply_to: undo?.id, seq: 1 });
    expect(session.store.node("a")?.x).toBe(8);
    expect(session.store.value("history")).toEqual({ canUndo: true, canRedo: true });
    session.reverse("undo");
    const message = "There is nothing to undo.";
    server.send("error", { message }, { reply_to: server.of("undo")[1]?.id, error: { code: 409, message } });
    expect(session.store.value("toast")).toMatchObject({ text: message, isError: false });
    expect(session.store.value("history").canUndo).toBe(false);
  });

  test("[A16] whatever is lost or late on the way, all that saw the same frames show the same canvas", () => {
    const ids = ["a", "b", "c"];
    const change: fc.Arbitrary<Change> = fc.oneof(
      fc
        .record({
          id: fc.constantFrom(...ids),
          field: fc.constantFrom("x", "y", "title"),
          value: fc.nat(500),
        })
        .map(({ id, field, value }) => set(id, field, field === "title" ? `t${value}` : value)),
      fc.constantFrom(...ids).map((id) => ({ op: "remove" as const, path: `/containers/${id}` })),
    );
    const step = fc.oneof(
      fc.record({ kind: fc.constant("mine" as const), change }),
      fc.record({ kind: fc.constant("theirs" as const), change }),
      fc.record({ kind: fc.constantFrom("lose" as const, "find" as const), change }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const server = new FakeServer(documentOf(ids.map((id) => container(id))));
        const one = joined(server);
        const deliver = server.transport.deliver.bind(server.transport);
        let lost = false;
        server.transport.deliver = (frame) => {
          if (!lost) deliver(frame);
        };
        for (const { kind, change: what } of steps) {
          if (kind === "lose") lost = true;
          if (kind === "find") lost = false;
          if (kind === "mine") one.edit([what]);
          if (kind === "theirs") {
            const known = server.state.nodes.has(String("path" in what ? what.path.split("/")[2] : ""));
            if (known) server.commit([toDelta(what)]);
          }
          for (const pending of one.store.pendingEdits)
            for (const mine of pending.changes)
              if (mine.op === "set" && one.store.node(mine.path.split("/")[2] ?? "")) {
                const last = one.store.pendingEdits
                  .flatMap(({ changes }) => changes)
                  .findLast((other) => other.op === "set" && other.path === mine.path);
                const [, , id = "", field = ""] = mine.path.split("/");
                const found = one.store.node(id) as unknown as Record<string, unknown>;
                expect(found[field]).toBe(last?.op === "set" ? last.value : undefined);
              }
        }
        lost = false;
        server.broadcast("debug", { message: "a numbered frame shows what is missing" });
        vi.advanceTimersByTime(12_000);
        expect(one.store.pendingEdits).toEqual([]);
        expect(one.store.serverDocument()).toEqual(server.document());
        expect(shown(one)).toEqual(server.document().containers);
        one.close();
      }),
      { numRuns: runs(100) },
    );
  });
});

describe("over a link that is lost and found", () => {
  /** A fake server whose carrier tells of its link. */
  function linked(server: FakeServer) {
    let tell: (link: Link) => void = () => undefined;
    const carrier = {
      send: (frame: OutgoingFrame) => server.transport.send(frame),
      onFrame: (listener: (frame: Frame) => void) => server.transport.onFrame(listener),
      onDoubt: () => () => undefined,
      onLink: (listener: (link: Link) => void) => {
        tell = listener;
        return () => undefined;
      },
      reopen: vi.fn(),
      close: () => server.transport.close(),
    };
    const session = new Session(carrier, { store: new CanvasStore((callback) => callback()) });
    session.start();
    sessions.push(session);
    const say = (state: Link["state"], message = "") =>
      tell({ state, carrier: "socket", retryAt: null, message });
    return { session, say, carrier };
  }

  test("[C8] joins when it opens, asks for what it missed when it opens again, and says who it is each time", () => {
    const server = new FakeServer(documentOf([container("a")], 4));
    server.seq = 7;
    const { session, say } = linked(server);
    expect(server.received).toEqual([]);
    say("open");
    expect(session.store.value("connection")).toBe("live");
    server.commit([update("a", { x: 50 })]);
    say("waiting");
    expect(session.store.value("connection")).toBe("away");
    say("open");
    const [first, second] = server.of("init_session");
    expect(first?.data).toEqual({});
    expect(second?.data).toEqual({ last_seq: 8 });
    const ids = server.of("handshake").map(({ data }) => data?.client_id);
    expect(ids[0]).toBeTruthy();
    expect(ids[0]).toBe(ids[1]);
  });

  test("[C8] what is edited while the link is away shows at once and stays pending", () => {
    const server = new FakeServer(documentOf([container("a")], 4));
    const { session, say } = linked(server);
    say("open");
    server.alive = false;
    say("waiting");
    session.edit([set("a", "x", 99)]);
    expect(session.store.node("a")?.x).toBe(99);
    expect(session.store.pendingEdits).toHaveLength(1);
  });

  test("[C8] a session that ended says so in its own words, and nothing can be edited", () => {
    const server = new FakeServer(documentOf([container("a")], 4));
    const { session, say } = linked(server);
    say("open");
    say("ended", "The session has ended.");
    expect(session.store.value("connection")).toBe("gone");
    expect(session.editable).toBe(false);
    expect(session.store.value("link")).toMatchObject({ message: "The session has ended." });
  });

  test("[C8] a link that opens and answers nothing is given up, not taken for a kernel that is gone", () => {
    const server = new FakeServer(documentOf([container("a")], 4));
    server.alive = false;
    const { session, say, carrier } = linked(server);
    say("open");
    vi.advanceTimersByTime(4_001);
    expect(carrier.reopen).toHaveBeenCalledOnce();
    expect(session.store.value("connection")).not.toBe("gone");
  });
});
