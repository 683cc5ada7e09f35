import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { LineEvents } from "./line.ts";
import { ServerTransport, type Standing } from "./server.ts";
import type { Carrier, Link, OutgoingFrame } from "./transport.ts";

/** A line that the test opens, speaks on and ends. */
interface Made {
  carrier: Carrier;
  events: LineEvents;
  sent: OutgoingFrame[];
  closed: boolean;
}

function desk(standing: () => Standing = () => "ok", random = () => 1) {
  const made: Made[] = [];
  const links: Link[] = [];
  const frames: string[] = [];
  const maker = (carrier: Carrier) => (events: LineEvents) => {
    const line: Made = { carrier, events, sent: [], closed: false };
    made.push(line);
    return {
      send: (frame: OutgoingFrame) => line.sent.push(frame),
      close: () => {
        line.closed = true;
      },
    };
  };
  const transport = new ServerTransport({
    lines: { socket: maker("socket"), http: maker("http") },
    standing: async () => standing(),
    random,
  });
  transport.onLink((link) => links.push(link));
  transport.onFrame(({ type }) => frames.push(type));
  transport.start();
  const last = () => {
    const line = made.at(-1);
    if (!line) throw new Error("no line was opened");
    return line;
  };
  const ready = () => {
    last().events.opened();
    last().events.frame({ type: "session_ready", data: {} });
  };
  return { transport, made, links, frames, last, ready };
}

const lost = { code: 1006, reason: "" };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets promises that are settled run on. */
const settled = () => vi.advanceTimersByTimeAsync(0);

describe("a link to a server", () => {
  test("[C8] waits twice as long after each try that fails, up to half a minute, and starts over when it holds", async () => {
    let standing: Standing = "ok";
    const { transport, links, last, ready } = desk(() => standing);
    ready();
    standing = "unreachable";
    const waits: number[] = [];
    last().events.closed(lost);
    for (let count = 0; count < 9; count++) {
      await settled();
      const { state, retryAt } = transport.link;
      expect(state).toBe("waiting");
      waits.push((retryAt ?? 0) - Date.now());
      await vi.advanceTimersByTimeAsync(waits.at(-1) ?? 0);
      expect(transport.link.state).toBe("connecting");
      last().events.closed(lost);
    }
    expect(waits).toEqual([400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
    await settled();
    await vi.advanceTimersByTimeAsync(30_000);
    ready();
    last().events.closed(lost);
    await settled();
    expect((transport.link.retryAt ?? 0) - Date.now()).toBe(400);
    expect(links.map(({ state }) => state)).toContain("open");
    transport.close();
  });

  test("[C8] spreads the tries of many clients over half of the wait", async () => {
    const { transport, last, ready } = desk(
      () => "ok",
      () => 0,
    );
    ready();
    last().events.closed(lost);
    await settled();
    expect((transport.link.retryAt ?? 0) - Date.now()).toBe(200);
    transport.close();
  });

  test("[C8] sends again what was not answered, in its order, once the session is joined again", async () => {
    const { transport, last, ready } = desk();
    ready();
    transport.send({ type: "canvas_edit", id: "a", data: { changes: [] } });
    transport.send({ type: "ping" });
    transport.send({ type: "user_prompt", id: "b", data: { prompt: "x" } });
    transport.send({ type: "get_help", id: "c" });
    last().events.frame({ type: "help", data: {}, reply_to: "c" });
    last().events.closed(lost);
    transport.send({ type: "canvas_edit", id: "d", data: { changes: [] } });
    await vi.advanceTimersByTimeAsync(400);
    last().events.opened();
    expect(last().sent).toEqual([]);
    last().events.frame({ type: "session_ready", data: {} });
    expect(last().sent.map(({ id }) => id)).toEqual(["a", "b", "d"]);
    last().events.frame({ type: "ack", data: {}, reply_to: "a" });
    last().events.closed(lost);
    await vi.advanceTimersByTimeAsync(400);
    ready();
    expect(last().sent.map(({ id }) => id)).toEqual(["b", "d"]);
    transport.close();
  });

  test("[C8] takes a line that is silent for dead, and hears nothing of it any more", async () => {
    const { transport, made, frames, last, ready } = desk();
    ready();
    const first = last();
    await vi.advanceTimersByTimeAsync(19_000);
    first.events.frame({ type: "debug", data: {} });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(first.sent.map(({ type }) => type)).toEqual(["ping"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(first.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(400);
    expect(made).toHaveLength(2);
    const before = frames.length;
    first.events.frame({ type: "tree_update", data: {}, seq: 9 });
    first.events.closed({ code: 1000, reason: "late" });
    expect(frames).toHaveLength(before);
    ready();
    expect(transport.link.state).toBe("open");
    transport.close();
  });

  test("[C8] goes by HTTP at once where HTTP works and a WebSocket does not, and tries both when neither does", async () => {
    const { transport, made, last, ready } = desk();
    last().events.closed(lost);
    await settled();
    expect(made.map(({ carrier }) => carrier)).toEqual(["socket", "http"]);
    ready();
    expect(transport.link).toMatchObject({ state: "open", carrier: "http" });
    last().events.closed(lost);
    await vi.advanceTimersByTimeAsync(400);
    expect(last().carrier).toBe("http");
    last().events.closed(lost);
    await settled();
    await vi.advanceTimersByTimeAsync(800);
    expect(last().carrier).toBe("socket");
    transport.close();
  });

  test("[C8] an outage is no reason to leave the WebSocket: only a server that HTTP reaches can tell that it is blocked", async () => {
    let standing: Standing = "unreachable";
    const { transport, made, last, ready } = desk(() => standing);
    ready();
    for (let count = 0; count < 4; count++) {
      last().events.closed(lost);
      await settled();
      await vi.advanceTimersByTimeAsync(30_000);
    }
    standing = "ok";
    ready();
    expect(new Set(made.map(({ carrier }) => carrier))).toEqual(new Set(["socket"]));
    expect(transport.link).toMatchObject({ state: "open", carrier: "socket" });
    transport.close();
  });

  test("[C8] a WebSocket that opens and stays mute is given up for HTTP", async () => {
    const { transport, last } = desk();
    last().events.opened();
    transport.reopen();
    await settled();
    expect(last().carrier).toBe("http");
    transport.close();
  });

  test.each([
    ["signed-out", "signed-out"],
    ["missing", "ended"],
  ] as const)(
    "[C8] stops where the server says %s, and goes on only when it is asked to",
    async (standing, state) => {
      let now: Standing = standing;
      const { transport, made, last, ready } = desk(() => now);
      ready();
      last().events.closed({ code: 1008, reason: "The token has expired." });
      await settled();
      expect(transport.link.state).toBe(state);
      await vi.advanceTimersByTimeAsync(120_000);
      expect(made).toHaveLength(1);
      now = "ok";
      transport.retry();
      expect(made).toHaveLength(state === "ended" ? 1 : 2);
      transport.close();
    },
  );

  test("[C8] a token that was renewed meanwhile opens the next line without a wait", async () => {
    const { transport, made, last, ready } = desk();
    ready();
    last().events.closed({ code: 1008, reason: "The token has expired." });
    await settled();
    expect(made.map(({ carrier }) => carrier)).toEqual(["socket", "socket"]);
    transport.close();
  });

  test("[C8] a session that has ended is not asked for again", async () => {
    const { transport, made, frames, last, ready } = desk();
    ready();
    last().events.frame({ type: "session_closed", data: { message: "The session has ended." } });
    expect(transport.link).toMatchObject({ state: "ended", message: "The session has ended." });
    expect(frames).toContain("session_closed");
    globalThis.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made).toHaveLength(1);
    transport.close();
  });

  test("[C8] tries at once when the network is back", async () => {
    const { transport, made, last, ready } = desk(() => "unreachable");
    ready();
    last().events.closed(lost);
    await settled();
    globalThis.dispatchEvent(new Event("online"));
    expect(made).toHaveLength(2);
    transport.close();
  });
});
