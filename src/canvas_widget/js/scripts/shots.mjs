/** Pictures of the front end's main states, for looking at while working on it: node scripts/shots.mjs OUT_FOLDER */
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { conversation, info, running, suggestions } from "./chatScenes.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? "shots");
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const bundle = await readFile(path.resolve(here, "../../static/widget.js"));
const cars = JSON.parse(await readFile(path.resolve(here, "../src/testing/cars.json"), "utf8"));

const JUPYTER = {
  true: "--jp-layout-color0:#fff;--jp-layout-color1:#fff;--jp-layout-color2:#eee;--jp-ui-font-color0:#000;--jp-ui-font-color1:rgba(0,0,0,.87);--jp-brand-color1:#1976d2",
  false:
    "--jp-layout-color0:#111;--jp-layout-color1:#212121;--jp-layout-color2:#424242;--jp-ui-font-color0:#fff;--jp-ui-font-color1:rgba(255,255,255,.87);--jp-brand-color1:#2196f3",
};

const server = createServer((request, response) => {
  if (request.url === "/widget.js") {
    response.setHeader("content-type", "text/javascript");
    response.end(bundle);
    return;
  }
  const { searchParams } = new URL(request.url ?? "/", "http://local");
  const light = searchParams.get("light") ?? "true";
  const width = searchParams.get("width") ?? "1100";
  response.setHeader("content-type", "text/html");
  response.end(
    `<!doctype html><meta charset=utf-8><body data-jp-theme-light=${light} style="margin:16px;background:var(--jp-layout-color0);${JUPYTER[light]}"><div id=w style="width:${width}px"></div></body>`,
  );
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const copy = () => structuredClone(cars);
const empty = copy();
empty.document.containers = [];
const stale = copy();
for (const { content } of stale.document.containers) content.stale = true;
const broken = copy();
delete broken.results.heavy;
delete broken.results.power;
broken.failed = { mpg: 'No column "mpgs" in cars. Closest match: Miles_per_Gallon.' };
const series = copy();
Object.assign(series.document.containers[2], { title: "Miles per gallon by year" });
Object.assign(series.document.containers[2].content, {
  spec: series.series.spec,
  encoding: { x: "year_Year", y: "mean_Miles_per_Gallon", series: "Origin" },
});
series.results.power = { result_id: "r-power", schema: series.series.schema, rows: series.series.rows };
Object.assign(series.document.containers[0], { width: 184 });
series.document.containers.push({
  ...series.document.containers[0],
  id: "note",
  title: "What stands out",
  x: 216,
  width: 568,
  content: {
    kind: "text",
    markdown: "- **Japan** has the highest mean, 30.5.\n- See [the data](https://example.org) `cars`.",
  },
});

const built = JSON.parse(await readFile(path.resolve(here, "../src/testing/built.json"), "utf8"));
const gallery = {
  document: { ...copy().document, canvas: { name: "Gallery", width: 1064, height: 720 } },
  results: {},
};
gallery.document.containers = built.map(({ title, mark, encoding, spec, subtitle }, index) => ({
  ...copy().document.containers[1],
  id: `g${index}`,
  title,
  x: 16 + (index % 4) * 258,
  y: 16 + Math.floor(index / 4) * 232,
  width: 250,
  height: 224,
  content: {
    kind: "chart",
    sql: "",
    mark,
    encoding,
    spec: { description: subtitle, ...spec },
    result_id: `g${index}`,
  },
}));
built.forEach(({ schema, rows }, index) => {
  gallery.results[`g${index}`] = { result_id: `g${index}`, schema, row_count: rows.length, offset: 0, rows };
});

/** A session over an in-memory carrier that answers with the given state. */
const LIVE = async (state) => {
  const { createSession, mount, MemoryTransport } = await import("/widget.js");
  const transport = new MemoryTransport((frame, answer) => {
    if (state.silent) return;
    if (frame.type === "canvas_edit")
      answer({ type: "ack", reply_to: frame.id, seq: ++state.seq, data: { rev: 8, deltas: [] } });
    if (frame.type === "handshake" && state.info) answer(state.info);
    if (frame.type !== "init_session") return;
    state.seq = 0;
    answer({
      type: "session_ready",
      data: { session_id: "s", resumed: "new", canvas: state.document, rev: 7 },
      seq: 0,
    });
    for (const [id, data] of Object.entries(state.results))
      answer({ type: "result", data: { ...data, container_id: id } });
    for (const [id, error] of Object.entries(state.failed ?? {}))
      answer({
        type: "result",
        data: { container_id: id, result_id: "", schema: [], row_count: 0, rows: [], error },
      });
    for (const frame of state.frames ?? []) answer(frame);
  });
  const session = createSession({
    transport,
    document: state.silent ? state.document : undefined,
    patience: 300,
    grace: 60_000,
  });
  mount(document.getElementById("w"), session);
};

const tool = {
  type: "tool_call",
  data: { turn_id: "t", call_id: "c", tool: "create_chart", arguments: { mark: "bar" } },
};
const talk = (frames, more = {}) => ({ ...copy(), ...more, info, frames: [suggestions, ...frames] });
const open = async (page) => {
  await page.locator(".tl").nth(1).click();
  await page.locator(".meta").first().click();
};
const scenes = [
  [
    "outline",
    {},
    talk([]),
    (page) =>
      page
        .locator("[data-tab=outline]")
        .click()
        .then(() => page.locator("[data-row=power]").click()),
  ],
  [
    "outline-dark",
    { light: "false" },
    talk([]),
    (page) =>
      page
        .locator("[data-tab=outline]")
        .click()
        .then(() => page.locator("[data-row=power]").click()),
  ],
  [
    "inspect",
    {},
    talk(conversation),
    (page) =>
      page
        .locator("[data-container-id=heavy]")
        .focus()
        .then(() => page.keyboard.press("d")),
  ],
  [
    "menu-dark",
    { light: "false" },
    talk(conversation),
    (page) => page.locator("[data-container-id=power]").click({ button: "right" }),
  ],
  ["chat", {}, talk(conversation)],
  ["chat-dark", { light: "false" }, talk(running)],
  ["chat-running", {}, talk(running)],
  ["chat-open", {}, talk(conversation), open],
  ["chat-open-dark", { light: "false" }, talk(conversation), open],
  ["chat-narrow", { width: "360" }, talk(conversation), (page) => page.locator(".hd .bt").last().click()],
  ["chat-empty", {}, { ...talk([]), document: empty.document, results: {} }],
  ["light", {}, cars],
  ["dark", { light: "false" }, cars],
  ["selected", {}, series, async (page) => page.locator('[data-container-id="power"] h2').click()],
  [
    "selected-dark",
    { light: "false" },
    series,
    async (page) => page.locator('[data-container-id="power"] h2').click(),
  ],
  ...["", "-dark"].map((dark) => [
    `series${dark}`,
    { light: dark ? "false" : "true" },
    gallery,
    async (page) => {
      for (const id of ["g2", "g4", "g5", "g6", "g7", "g9"])
        await page.locator(`[data-container-id=${id}] .series button`).nth(1).click();
      await page
        .locator("[data-container-id=g4] .series button")
        .first()
        .click({ modifiers: ["Shift"] });
    },
  ]),
  ["narrow", { width: "480" }, cars],
  ["gallery", {}, gallery],
  ["gallery-dark", { light: "false" }, gallery],
  ["empty", {}, empty],
  ["empty-dark", { light: "false" }, empty],
  ["error", {}, { ...broken, frames: [tool] }],
  ["error-dark", { light: "false" }, { ...broken, frames: [tool] }],
  ["stale", {}, stale],
  ["gone", {}, { ...copy(), silent: true }],
];

await mkdir(out, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const context = await browser.newContext({ viewport: { width: 1132, height: 660 }, deviceScaleFactor: 2 });
const only = process.argv.slice(3);
for (const [name, query, state, act] of scenes) {
  if (only.length > 0 && !only.includes(name)) continue;
  const page = await context.newPage();
  await page.addInitScript(() => localStorage.clear());
  page.on("console", (message) => console.log(name, message.type(), message.text()));
  page.on("pageerror", (error) => console.log(name, String(error)));
  await page.goto(`${origin}/?${new URLSearchParams(query)}`);
  await page.evaluate(LIVE, state);
  await page.waitForTimeout(1_200);
  if (act) await act(page);
  await page.mouse.move(5, 5);
  await page.waitForTimeout(300);
  await page.screenshot({ path: path.join(out, `${name}.png`) });
  await page.close();
}
await browser.close();
server.close();
