import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runs } from "../testing/runs.ts";
import widget from "./index.ts";
import type { Model } from "./model.ts";
import { plainSha256, sha256 } from "./sha256.ts";

type Listener = (...args: unknown[]) => void;

/** A bundle that leaves traces on the page instead of drawing. */
const SOURCE = `
export function createSession({ model }) {
  const session = { model, closed: false, close() { session.closed = true; } };
  globalThis.__sessions.push(session);
  return session;
}
export function mount(el, session) {
  const shown = document.createElement("p");
  shown.textContent = "live " + session.model.get("name");
  el.append(shown);
  return () => shown.remove();
}
globalThis.__loads += 1;
`;

const traces = globalThis as unknown as { __sessions: { closed: boolean }[]; __loads: number };

class FakeModel implements Model {
  readonly traits: Record<string, unknown>;
  readonly sent: unknown[] = [];
  listeners = new Map<string, Set<Listener>>();
  onSend: (content: unknown) => void = () => {};

  constructor(traits: Record<string, unknown>) {
    this.traits = { bundle_urls: [], name: "main", ...traits };
  }
  get(name: string) {
    return this.traits[name];
  }
  send(content: unknown) {
    this.sent.push(content);
    this.onSend(content);
  }
  on(event: string, callback: (...args: never[]) => void) {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(callback as Listener));
  }
  off(event: string, callback: (...args: never[]) => void) {
    this.listeners.get(event)?.delete(callback as Listener);
  }
  receive(content: unknown, buffers: unknown[]) {
    for (const listener of [...(this.listeners.get("msg:custom") ?? [])]) listener(content, buffers);
  }
  get count() {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
}

const encode = (text: string) => new TextEncoder().encode(text);

async function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([encode(text)]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Lets the model's kernel answer each request with the text, in three parts, the last first. */
async function kernel(model: FakeModel, text: string, hash: string) {
  const packed = await gzip(text);
  const cut = Math.ceil(packed.length / 3);
  model.onSend = (content) => {
    if ((content as { type?: string }).type !== "bundle_request") return;
    for (const part of [2, 0, 1]) {
      const slice = packed.slice(part * cut, (part + 1) * cut);
      model.receive({ type: "bundle", data: { hash, part, parts: 3 } }, [new DataView(slice.buffer)]);
    }
  };
}

let unique = 0;
async function source() {
  unique += 1;
  const text = `${SOURCE}\n// ${unique}`;
  return { text, hash: await sha256(encode(text)) };
}

function rendered(model: FakeModel, instance = widget()) {
  const el = document.createElement("div");
  document.body.append(el);
  const stop = instance.initialize({ model });
  const close = instance.render({ model, el });
  return { el, stop, close, instance };
}

beforeEach(() => {
  traces.__sessions = [];
  traces.__loads = 0;
});
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("the bootstrap", () => {
  test("[N1] gets the bundle from the kernel in parts, starts one session, mounts each view", async () => {
    const { text, hash } = await source();
    const model = new FakeModel({ bundle_hash: hash });
    await kernel(model, text, hash);
    const { el, instance, close, stop } = rendered(model);
    expect(el.textContent).toBe("Loading the canvas…");
    await vi.waitFor(() => expect(el.textContent).toBe("live main"));
    const late = document.createElement("div");
    instance.render({ model, el: late });
    await vi.waitFor(() => expect(late.textContent).toBe("live main"));
    expect(traces.__sessions).toHaveLength(1);
    close();
    expect(el.innerHTML).toBe("");
    expect(late.textContent).toBe("live main");
    stop();
    expect(traces.__sessions[0]?.closed).toBe(true);
    expect(model.count).toBe(0);
  });

  test("[N1] code with another hash is refused in plain words and never run", async () => {
    const { hash } = await source();
    const model = new FakeModel({
      bundle_hash: hash,
      document: {
        canvas: { name: "main" },
        containers: [{ id: "a", title: "<b>A</b>", content: { kind: "chart" } }],
      },
    });
    await kernel(model, "globalThis.__loads += 100;", hash);
    const { el } = rendered(model);
    await vi.waitFor(() => expect(el.textContent).toContain("not the code that was asked for"));
    expect(el.textContent).toContain("Run the cell again");
    expect(el.textContent).toContain("<b>A</b>, chart");
    expect(el.querySelector("b")).toBeNull();
    expect(traces.__loads).toBe(0);
  });

  test("[N1] two widgets of one page load the bundle once", async () => {
    const { text, hash } = await source();
    const [one, two] = [
      new FakeModel({ bundle_hash: hash, name: "one" }),
      new FakeModel({ bundle_hash: hash, name: "two" }),
    ];
    await kernel(one, text, hash);
    const first = rendered(one);
    const second = rendered(two);
    await vi.waitFor(() =>
      expect(first.el.textContent + (second.el.textContent ?? "")).toBe("live onelive two"),
    );
    expect(traces.__loads).toBe(1);
    expect(two.sent).toEqual([]);
  });

  test("[N1] when the first of two widgets goes before its bundle came, the second asks for itself", async () => {
    const { text, hash } = await source();
    const [one, two] = [
      new FakeModel({ bundle_hash: hash }),
      new FakeModel({ bundle_hash: hash, name: "two" }),
    ];
    await kernel(two, text, hash);
    const first = rendered(one);
    const second = rendered(two);
    first.stop();
    await vi.waitFor(() => expect(second.el.textContent).toBe("live two"));
  });

  test("[N1] an address serves as a cache only when its content has the right hash", async () => {
    const { text, hash } = await source();
    const fetched = vi
      .spyOn(globalThis, "fetch")
      .mockImplementation(
        async (url) => new Response(String(url).endsWith("good.js") ? text : "globalThis.__loads += 100;"),
      );
    const model = new FakeModel({
      bundle_hash: hash,
      bundle_urls: ["https://elsewhere.example/widget.js", "/stale.js", "/good.js", "/unused.js"],
    });
    const { el } = rendered(model);
    await vi.waitFor(() => expect(el.textContent).toBe("live main"));
    expect(fetched.mock.calls.map(([url]) => new URL(String(url)).pathname)).toEqual([
      "/stale.js",
      "/good.js",
    ]);
    expect(model.sent).toEqual([]);
    expect(traces.__loads).toBe(1);
  });

  test("[N1] with no kernel the view says so, lists what was saved, and comes alive when one answers", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { text, hash } = await source();
    const document = {
      canvas: { name: "Cars" },
      containers: [{ id: "a", title: "Mpg", content: { kind: "chart" } }],
    };
    const model = new FakeModel({ bundle_hash: hash, document });
    const { el } = rendered(model);
    await vi.advanceTimersByTimeAsync(4_100);
    expect(el.textContent).toContain("The kernel is gone");
    expect(el.textContent).toContain("Mpg, chart");
    await kernel(model, text, hash);
    await vi.advanceTimersByTimeAsync(6_000);
    vi.useRealTimers();
    await vi.waitFor(() => expect(el.textContent).toBe("live main"));
    expect(model.sent.length).toBeGreaterThan(1);
  });

  test("[N1] the hash is the same where the browser offers none of its own", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(plainSha256(bytes)).toBe(await sha256(new Uint8Array(bytes)));
      }),
      { numRuns: runs(100) },
    );
  });
});
