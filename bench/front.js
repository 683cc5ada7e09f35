// The canvas in a bare page: the built bundle over a carrier in memory. Each scene leaves itself in `window.scene`.
import { createSession, MemoryTransport, mount } from "./widget.js";

const built = await (await fetch("./built.json")).json();
const NOW = "2026-01-01T00:00:00Z";

const box = (id, place, content) => ({
  id,
  title: `Container ${id}`,
  ...place,
  z: 0,
  placement: "pinned",
  locked: false,
  hidden: false,
  relations: {},
  created_at: NOW,
  updated_at: NOW,
  content,
});

function chart(id, place, at) {
  const { mark, encoding, spec, schema, rows } = built[at % built.length];
  const content = { kind: "chart", dataset: "cars", sql: "…", mark, encoding, spec, request: null, result_id: id, stale: false };
  const result = { container_id: id, result_id: id, schema, row_count: rows.length, offset: 0, stale: false, rows };
  return { node: box(id, place, content), result };
}

function table(id, place) {
  const schema = ["name", "origin"].map((name) => ({ name, type: "string" })).concat([{ name: "weight", type: "number" }]);
  const rows = Array.from({ length: 100 }, (_, at) => ({ name: `Car ${at}`, origin: ["USA", "Japan"][at % 2], weight: at * 17.25 }));
  const content = { kind: "table", dataset: "cars", sql: "…", columns: null, request: null, result_id: id, stale: false };
  return { node: box(id, place, content), result: { container_id: id, result_id: id, schema, row_count: 100, offset: 0, stale: false, rows } };
}

const COLUMNS = 9;
const place = (at) => ({ x: 16 + (at % COLUMNS) * 336, y: 48 + Math.floor(at / COLUMNS) * 236, width: 320, height: 220 });

export function board(charts, tables) {
  const made = [];
  for (let at = 0; at < charts + tables; at++)
    made.push(at < charts ? chart(`c${at}`, place(at), at) : table(`t${at}`, place(at)));
  return made;
}

export function crowd(count) {
  const wide = Math.ceil(Math.sqrt(count));
  return Array.from({ length: count }, (_, at) => ({
    node: box(`n${at}`, { x: 8 + (at % wide) * 112, y: 48 + Math.floor(at / wide) * 72, width: 96, height: 56 }, {
      kind: "text", markdown: `Note ${at}`, template: null, values: [], stale: false,
    }),
  }));
}

export function open(made) {
  const right = Math.max(...made.map(({ node }) => node.x + node.width)) + 16;
  const bottom = Math.max(...made.map(({ node }) => node.y + node.height)) + 16;
  const canvas = {
    rev: 1,
    canvas: { name: "bench", width: right, height: bottom },
    settings: { auto_adjust: false, overlap_prevention: false },
    containers: made.map(({ node }) => node),
  };
  let rev = 1;
  let seq = 1;
  const began = performance.now();
  const ready = { session_id: "s", resumed: "new", canvas, rev, active_tabs: 1 };
  const text = JSON.stringify({ type: "session_ready", data: ready, timestamp: NOW, seq });
  const written = performance.now() - began; // by the other side
  const transport = new MemoryTransport((frame) => {
    const reply_to = frame.id;
    const send = (type, data, more = {}) => transport.deliver({ type, data, timestamp: NOW, reply_to, ...more });
    if (frame.type === "handshake") send("server_info", { protocol: 1, version: "0", features: ["brush", "drill"], limits: {} });
    else if (frame.type === "init_session") {
      transport.deliverText(text);
      for (const { result } of made) if (result) send("result", result, { reply_to: undefined });
    } else if (frame.type === "canvas_edit") {
      rev += 1;
      seq += 1;
      const deltas = frame.data.changes.map(({ path, value }) => {
        const cut = path.lastIndexOf("/");
        return { action: "update", path: path.slice(0, cut), node: { [path.slice(cut + 1)]: value } };
      });
      send("ack", { rev, seq, deltas }, { seq });
    }
  });
  const element = document.createElement("div");
  document.body.append(element);
  const session = createSession({ transport });
  const unmount = mount(element, session, { theme: "light" });
  const scene = {
    element,
    session,
    written,
    deltas(moves) {
      rev += 1;
      seq += 1;
      const deltas = moves.map(({ id, node }) => ({ action: "update", path: `/containers/${id}`, node }));
      transport.deliver({ type: "tree_update", seq, timestamp: NOW, data: { rev, origin: "user", source: "agent", deltas } });
    },
    close() {
      unmount();
      session.close();
      element.remove();
    },
  };
  window.scene = scene;
  return scene;
}

export const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** From the document's text, as a line brings it, to the frame after the first that shows containers, ms. */
export async function firstPaint(made, shown) {
  await frame();
  const start = performance.now();
  const { element, written } = open(made);
  while (!element.querySelector(shown)) await frame();
  await frame();
  return performance.now() - start - written;
}

/** The times between frames, ms, until `done` answers true. */
export async function frames(done) {
  const gaps = [];
  let last = performance.now();
  while (!done()) {
    await frame();
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  return gaps;
}

/** So many changes a second for so many seconds, in one batch a frame; returns how many were sent. */
export async function stream(perSecond, seconds) {
  const start = performance.now();
  let sent = 0;
  let now = start;
  while (now - start < seconds * 1000) {
    const due = Math.floor(((now - start) / 1000) * perSecond) - sent;
    if (due > 0)
      window.scene.deltas(
        Array.from({ length: due }, (_, at) => ({
          id: `n${(sent + at) % 1000}`,
          node: { x: 8 + ((sent + at) % 32) * 112 + (sent % 7) },
        })),
      );
    sent += Math.max(0, due);
    now = await frame();
  }
  return sent;
}

window.bench = { board, crowd, open, firstPaint, frames, stream, frame };
window.ready = true;
