import { describe, expect, test, vi } from "vitest";
import type { Frame } from "../protocol/types.ts";
import { container, documentOf } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { ownClock, set, started, update } from "../testing/session.ts";
import type { Link, OutgoingFrame } from "../transport/transport.ts";

ownClock();

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
    const session = started(carrier);
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
