import { expect, test } from "vitest";
import { cdp } from "vitest/browser";
import { createSession, mount } from "../index.tsx";
import { carsDocument, carsResults } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { box, chartIn } from "../testing/view.ts";

interface Counters {
  nodes: number;
  jsEventListeners: number;
}

interface Devtools {
  send(method: "HeapProfiler.collectGarbage"): Promise<void>;
  send(method: "Memory.getDOMCounters"): Promise<Counters>;
}

/** What the browser holds, nodes that are in no page any more included. */
async function held(): Promise<Counters> {
  const devtools = cdp() as unknown as Devtools;
  for (let round = 0; round < 3; round += 1) await devtools.send("HeapProfiler.collectGarbage");
  return devtools.send("Memory.getDOMCounters");
}

/** Opens a canvas with charts and a table, and takes it away again. */
async function openAndClose(): Promise<void> {
  const element = box();
  const session = createSession({ transport: new FakeServer(carsDocument(), carsResults()).transport });
  const unmount = mount(element, session);
  await chartIn(element, "mpg");
  await chartIn(element, "power");
  unmount();
  session.close();
  element.remove();
}

test("[N1] a canvas that is opened and closed twenty times leaves no listener and no node behind", async () => {
  for (let warm = 0; warm < 3; warm += 1) await openAndClose();
  const before = await held();
  for (let cycle = 0; cycle < 20; cycle += 1) await openAndClose();
  const after = await held();
  expect(after.jsEventListeners).toBe(before.jsEventListeners);
  expect(after.nodes - before.nodes).toBeLessThan(20); // less than one in each cycle
});
