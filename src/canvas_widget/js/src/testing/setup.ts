/**
 * For every test file. Tests wait for a state as long as a busy machine needs, and look in every frame; Vitest's own
 * second, looked at every 50 ms, is too short for a machine with two cores. What a test leaves is taken away, so that
 * the next file can run in the same page.
 */

import { afterEach, vi } from "vitest";
import { cleanUp } from "./view.ts";

const PATIENCE = 15_000;
const INTERVAL = 16;
const waitFor = vi.waitFor;

vi.waitFor = (check, options) =>
  waitFor(check, {
    timeout: PATIENCE,
    interval: INTERVAL,
    ...(typeof options === "number" ? { timeout: options } : options),
  });

afterEach(() => {
  cleanUp();
  vi.useRealTimers();
  vi.restoreAllMocks();
});
