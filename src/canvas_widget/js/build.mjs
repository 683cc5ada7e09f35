/**
 * Builds ../static: bootstrap.js (what the notebook carries), notebook.js (the bundle that a kernel sends, its fonts
 * beside it), widget.js (the same with its fonts in it, for pages), manifest.json (the sent one's hash), labextension/
 * (the plugin of JupyterLab and Notebook 7, which is installed as it is), and the standalone page around the bundle
 * (page.js, page.css, icon.svg).
 */
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import {
  ALIASES,
  esbuildAssets,
  esbuildEngine,
  esbuildGivenFonts,
  esbuildTrim,
  outside,
  scopedCss,
} from "./build/plugins.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(here, "../static");
const BOOTSTRAP_LIMIT = 50_000;

const shared = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  minify: true,
  charset: "ascii",
  alias: ALIASES,
  legalComments: "none",
  target: ["chrome111", "firefox113", "safari16.4"],
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [esbuildAssets()],
  logLevel: "warning",
};

await mkdir(out, { recursive: true });
await rm(path.join(out, "manifest.json"), { force: true });
const engine = await esbuild.build({
  ...shared,
  plugins: [...shared.plugins, esbuildTrim()],
  entryPoints: ["src/charts/engine.ts"],
  write: false,
});
const packed = gzipSync(engine.outputFiles[0].contents, { level: 9 }).toString("base64");
await Promise.all([
  esbuild.build({
    ...shared,
    plugins: [...shared.plugins, esbuildEngine(packed)],
    entryPoints: ["src/index.tsx"],
    outfile: path.join(out, "widget.js"),
  }),
  esbuild.build({
    ...shared,
    plugins: [...shared.plugins, esbuildEngine(packed), esbuildGivenFonts()],
    entryPoints: ["src/index.tsx"],
    outfile: path.join(out, "notebook.js"),
  }),
  esbuild.build({
    ...shared,
    entryPoints: ["src/bootstrap/index.ts"],
    outfile: path.join(out, "bootstrap.js"),
  }),
  esbuild.build({
    ...shared,
    entryPoints: ["src/page/index.tsx"],
    outfile: path.join(out, "page.js"),
  }),
  copyFile(path.join(here, "src/page/icon.svg"), path.join(out, "icon.svg")),
]);
const pageCss = await Promise.all([
  readFile(path.join(here, "src/page/base.css"), "utf8"),
  scopedCss(path.join(here, "src/styles/tokens.css"), ".pg"),
  ...["controls", "home", "dialogs", "page"].map((name) =>
    scopedCss(path.join(here, `src/page/${name}.css`), ".pg").then((css) => outside(css, ".pg", ".cw")),
  ),
]);
await writeFile(path.join(out, "page.css"), pageCss.join("\n"));
const page = await readFile(path.join(out, "page.js"));
await writeFile(path.join(out, "page.js.gz"), gzipSync(page, { level: 9 }));

const lab = await esbuild.build({
  ...shared,
  format: "iife",
  entryPoints: ["src/lab/index.ts"],
  write: false,
});
const { contents: plugin } = lab.outputFiles[0];
const entry = `static/remoteEntry.${createHash("sha256").update(plugin).digest("hex").slice(0, 12)}.js`;
const { version, license } = JSON.parse(await readFile(path.join(here, "package.json"), "utf8"));
await rm(path.join(out, "labextension"), { recursive: true, force: true });
await mkdir(path.join(out, "labextension/static"), { recursive: true });
await writeFile(path.join(out, "labextension", entry), plugin);
await writeFile(
  path.join(out, "labextension/package.json"),
  `${JSON.stringify(
    {
      name: "canvas-widget",
      version,
      description: "Puts the code of what stands on a canvas into a new cell.",
      license,
      jupyterlab: { extension: true, _build: { load: entry, extension: "./extension" } },
    },
    null,
    2,
  )}\n`,
);

const [bundle, bootstrap] = await Promise.all(
  ["notebook.js", "bootstrap.js"].map((name) => readFile(path.join(out, name))),
);
if (bootstrap.length > BOOTSTRAP_LIMIT) {
  throw new Error(`bootstrap.js has ${bootstrap.length} bytes; ${BOOTSTRAP_LIMIT} is the limit.`);
}
const hash = createHash("sha256").update(bundle).digest("hex");
await writeFile(
  path.join(out, "manifest.json"),
  `${JSON.stringify({ bundle: "widget.js", sent: "notebook.js", hash, bytes: bundle.length, bootstrap_bytes: bootstrap.length })}\n`,
);
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(
  `notebook.js ${kB(bundle.length)} (gzip ${kB(gzipSync(bundle).length)}), bootstrap.js ${kB(bootstrap.length)}, ` +
    `page.js ${kB(page.length)} (gzip ${kB(gzipSync(page).length)})`,
);
