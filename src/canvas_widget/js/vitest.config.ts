import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { ALIASES, viteAssets } from "./build/plugins.mjs";

const launchOptions = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** What a page holds and fetches is counted here: each has one of its own. */
const ALONE = ["src/components/leaks.test.tsx", "src/charts/load.test.tsx"];

export default defineConfig({
  plugins: [viteAssets()],
  resolve: { alias: ALIASES },
  server: { fs: { allow: [".."] } },
  optimizeDeps: {
    include: [
      "preact",
      "preact/hooks",
      "preact/compat",
      "preact/compat/client",
      "preact/compat/jsx-runtime",
      "preact/compat/jsx-dev-runtime",
      "@xyflow/react",
      "vega",
      "vega-lite",
      "vega-interpreter",
      "marked",
      "dompurify",
      "d3-format",
      "fast-check",
    ],
  },
  test: {
    fileParallelism: false,
    setupFiles: ["src/testing/setup.ts"],
    testTimeout: 60_000,
    retry: 2, // as in the Makefile: listed when it was needed
    env: { VITE_FUZZ: process.env.FUZZ ?? "1" },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions }),
      instances: [{ browser: "chromium", viewport: { width: 1140, height: 700 } }],
    },
    projects: [
      // One page, where each module is loaded once.
      {
        extends: true,
        test: { name: "together", include: ["src/**/*.test.{ts,tsx}"], exclude: ALONE, isolate: false },
      },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
  },
});
