/** Builds ../static: bootstrap.js (what the notebook carries), widget.js (the bundle), manifest.json (its hash). */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { esbuildAssets, esbuildEngine, esbuildTrim } from "./build/plugins.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(here, "../static");
const BOOTSTRAP_LIMIT = 50_000;

const shared = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  minify: true,
  charset: "ascii",
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
    entryPoints: ["src/bootstrap/index.ts"],
    outfile: path.join(out, "bootstrap.js"),
  }),
]);

const [bundle, bootstrap] = await Promise.all(
  ["widget.js", "bootstrap.js"].map((name) => readFile(path.join(out, name))),
);
if (bootstrap.length > BOOTSTRAP_LIMIT) {
  throw new Error(`bootstrap.js has ${bootstrap.length} bytes; ${BOOTSTRAP_LIMIT} is the limit.`);
}
const hash = createHash("sha256").update(bundle).digest("hex");
await writeFile(
  path.join(out, "manifest.json"),
  `${JSON.stringify({ bundle: "widget.js", hash, bytes: bundle.length, bootstrap_bytes: bootstrap.length })}\n`,
);
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(
  `widget.js ${kB(bundle.length)} (gzip ${kB(gzipSync(bundle).length)}), bootstrap.js ${kB(bootstrap.length)}`,
);
