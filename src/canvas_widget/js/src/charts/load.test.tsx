import { expect, test, vi } from "vitest";
import { carsDocument, carsResults, container, documentOf } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { chartIn, containerIn, show } from "../testing/view.ts";

/** Files of the chart engine that the page has fetched. */
const engines = () =>
  performance
    .getEntriesByType("resource")
    .filter(({ name }) => new URL(name).pathname.endsWith("/charts/engine.ts"));

test("[N1] notes fetch no chart engine; two charts fetch it once", async () => {
  const notes = show(new FakeServer(documentOf([container("a", { width: 200, height: 120 })])));
  await vi.waitFor(async () =>
    expect((await containerIn(notes.element, "a")).querySelector(".md")?.textContent).toContain("a"),
  );
  expect(engines()).toEqual([]);
  const charts = show(new FakeServer(carsDocument(), carsResults()));
  await chartIn(charts.element, "mpg");
  await chartIn(charts.element, "power");
  expect(engines()).toHaveLength(1);
});
