/** Every test waits for a state as long as a busy machine needs: Vitest's own second is too short for one with two cores. */

import { vi } from "vitest";

const PATIENCE = 15_000;
const waitFor = vi.waitFor;

vi.waitFor = (check, options) =>
  waitFor(check, typeof options === "number" ? options : { timeout: PATIENCE, ...options });
