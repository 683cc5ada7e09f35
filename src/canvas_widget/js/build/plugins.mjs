/** What both bundlers (esbuild for the product, vite for the tests) must do alike: scope CSS, inline fonts. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";

const SCOPED = /\.css\?scoped$/;
const INLINE = /\.woff2\?inline$/;
const TARGET = ["chrome111", "firefox113", "safari16.4"];

/** Preact serves React's interface at a fifth of its weight; the types are React's. */
export const ALIASES = {
  "react/jsx-runtime": "preact/compat/jsx-runtime",
  "react/jsx-dev-runtime": "preact/compat/jsx-dev-runtime",
  "react-dom/client": "preact/compat/client",
  "react-dom": "preact/compat",
  react: "preact/compat",
};

/** The text of a style sheet with every rule nested under the widget's root class. */
export async function scopedCss(file, scope = ".cw") {
  const source = (await readFile(file, "utf8")).replace(
    /@keyframes\s+dashdraw\s*\{[^{}]*\{[^{}]*\}\s*\}/g,
    "",
  );
  const keyframes = [];
  const rules = source.replace(/@keyframes\s+[\w-]+\s*\{(?:[^{}]*\{[^{}]*\})*\s*\}/g, (found) => {
    keyframes.push(found);
    return "";
  });
  const { code } = await esbuild.transform(`${scope}{${rules}}${keyframes.join("")}`, {
    loader: "css",
    minify: true,
    target: TARGET,
  });
  return code;
}

/** The same rules for all but what stands within `inner`, whose classes may have the same names; as strong as before. */
export function outside(css, scope, inner) {
  const but = `:where(:not(${inner} *))`;
  return css.replace(/([{}]|^)([^{}@]+)\{/g, (whole, before, prelude) => {
    if (!prelude.includes(scope)) return whole; // the steps of an animation
    const selectors = prelude.split(/,(?![^(]*\))/).map((one) => one.replace(/(?=::[\w-]+$)|$/, but));
    return `${before}${selectors.join(",")}{`;
  });
}

async function asModule(file) {
  if (file.endsWith(".css")) return `export default ${JSON.stringify(await scopedCss(file))};`;
  return `export default ${JSON.stringify((await readFile(file)).toString("base64"))};`;
}

/** esbuild: `import css from "./x.css?scoped"` and `import font from "./x.woff2?inline"` (base64). */
export function esbuildAssets() {
  return {
    name: "canvas-assets",
    setup(build) {
      const locate = async (args) => {
        const bare = args.path.replace(/\?\w+$/, "");
        const found = await build.resolve(bare, { resolveDir: args.resolveDir, kind: "import-statement" });
        return { path: found.path, namespace: "canvas-asset", errors: found.errors };
      };
      build.onResolve({ filter: SCOPED }, locate);
      build.onResolve({ filter: INLINE }, locate);
      build.onLoad({ filter: /.*/, namespace: "canvas-asset" }, async ({ path: file }) => ({
        contents: await asModule(file),
        loader: "js",
      }));
    },
  };
}

/** Parts of Vega that no chart here can ask for (charts/specGuard.ts): maps, graphs, word clouds, cross filters. */
const UNUSED =
  /^(d3-geo|d3-geo-projection|d3-delaunay|d3-hierarchy|d3-force|topojson-client|vega-crossfilter|vega-force|vega-geo|vega-hierarchy|vega-projection|vega-voronoi|vega-wordcloud)$/;

/** esbuild: nothing in the place of those parts; a chart that asked for one would be refused by Vega. */
export function esbuildTrim() {
  return {
    name: "trim-vega",
    setup(build) {
      build.onResolve({ filter: UNUSED }, ({ path: name }) => ({ path: name, namespace: "trimmed" }));
      build.onLoad({ filter: /.*/, namespace: "trimmed" }, () => ({ contents: "module.exports = {};" }));
    },
  };
}

/** esbuild: the fonts that came beside the bundle, instead of those in it. */
export function esbuildGivenFonts() {
  return {
    name: "given-fonts",
    setup(build) {
      build.onResolve({ filter: /\/fontFiles\.ts$/ }, ({ resolveDir }) => ({
        path: path.join(resolveDir, "givenFonts.ts"),
      }));
    },
  };
}

const ENGINE = "virtual:chart-engine";

/** esbuild: the chart engine as a module of its own, carried gzipped and run when the first chart is drawn. */
export function esbuildEngine(packed) {
  return {
    name: "chart-engine",
    setup(build) {
      build.onResolve({ filter: /^virtual:chart-engine$/ }, () => ({
        path: ENGINE,
        namespace: "chart-engine",
      }));
      build.onLoad({ filter: /.*/, namespace: "chart-engine" }, () => ({
        contents: `import { unpackModule } from "./src/charts/unpack.ts"; export const load = () => unpackModule("${packed}");`,
        resolveDir: build.initialOptions.absWorkingDir,
      }));
    },
  };
}

/** vite: the same imports; the engine as it is. */
export function viteAssets() {
  const prefix = "\0canvas-asset:";
  return {
    name: "canvas-assets",
    enforce: "pre",
    async resolveId(source, importer) {
      if (source === ENGINE) return `\0${ENGINE}`;
      if (!SCOPED.test(source) && !INLINE.test(source)) return null;
      const bare = source.replace(/\?\w+$/, "");
      const found = bare.startsWith(".")
        ? path.resolve(path.dirname(importer), bare)
        : (await this.resolve(bare, importer, { skipSelf: true })).id;
      return `${prefix}${found}.js`;
    },
    async load(id) {
      if (id === `\0${ENGINE}`) return 'export const load = () => import("/src/charts/engine.ts");';
      if (!id.startsWith(prefix)) return null;
      return asModule(id.slice(prefix.length, -3));
    },
  };
}
