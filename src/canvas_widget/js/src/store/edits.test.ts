import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Change } from "../protocol/types.ts";
import { container, documentOf } from "../testing/fixtures.ts";
import { runs } from "../testing/runs.ts";
import { FakeServer, toDelta } from "../testing/server.ts";
import { joined, ownClock, set, shown, update } from "../testing/session.ts";

ownClock();

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
