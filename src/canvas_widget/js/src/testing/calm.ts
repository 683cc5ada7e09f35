/** A page for somebody who asks for less motion, for tests that are not about it: what moves is there at once. */
import { afterAll, beforeAll } from "vitest";
import { cdp } from "vitest/browser";

interface Devtools {
  send(
    method: "Emulation.setEmulatedMedia",
    media: { features: { name: string; value: string }[] },
  ): Promise<void>;
}

const ask = (value: string) =>
  (cdp() as unknown as Devtools).send("Emulation.setEmulatedMedia", {
    features: [{ name: "prefers-reduced-motion", value }],
  });

/** For all tests of this file. */
export function calm(): void {
  beforeAll(() => ask("reduce"));
  afterAll(() => ask(""));
}
