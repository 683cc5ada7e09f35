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
    include: ["src/**/*.test.{ts,tsx}"],
    fileParallelism: false,
    setupFiles: ["src/testing/patience.ts"],
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
  },
});
