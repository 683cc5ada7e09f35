import { describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { drawnIn } from "../index.tsx";
import type { Container } from "../protocol/types.ts";
import {
  carsDocument,
  carsResult,
  carsResults,
  chartContent,
  container,
  documentOf,
} from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { chartIn, containerIn, later, show } from "../testing/view.ts";

const EVIL = `<img src="https://evil.example/x.png" onerror="window.hit = 1"><script>window.hit = 1</script>`;

/** Whether anything reaches past the widget, or makes the page scroll. */
function leaks(element: HTMLElement): string[] {
  const page = document.documentElement;
  const found: string[] = [];
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} px wide`);
  const frame = element.querySelector(".cw")?.getBoundingClientRect();
  for (const part of element.querySelectorAll(".cv, .hd, .pn, .fl")) {
    const box = part.getBoundingClientRect();
    if (!frame || box.right > frame.right + 1 || box.left < frame.left - 1 || box.bottom > frame.bottom + 1)
      found.push(part.className);
  }
  return found;
}

describe("bad input", () => {
  test("[C2] hostile titles, column names and values are text: nothing runs, nothing is loaded", async () => {
    const loaded: string[] = [];
    const watch = new PerformanceObserver((list) =>
      loaded.push(...list.getEntries().map(({ name }) => name)),
    );
    watch.observe({ entryTypes: ["resource"] });
    const { containers, ...rest } = carsDocument();
    const results = carsResults();
    const heavy = results.find(({ container_id }) => container_id === "heavy");
    if (!heavy) throw new Error("the fixture has no table");
    heavy.schema.unshift({ name: EVIL, type: "string" });
    for (const row of heavy.rows) row[EVIL] = EVIL;
    const server = new FakeServer(
      { ...rest, containers: containers.map((one): Container => ({ ...one, title: EVIL })) },
      results,
    );
    const { element } = show(server);
    const table = await containerIn(element, "heavy");
    await vi.waitFor(() => expect(table.textContent).toContain("<img"));
    expect(element.querySelector("img, script, iframe, object")).toBeNull();
    expect((window as unknown as { hit?: number }).hit).toBeUndefined();
    expect(table.getAttribute("aria-label")).toContain("<img");
    watch.disconnect();
    expect(loaded.filter((url) => url.includes("evil"))).toEqual([]);
  });

  test("[C2] ids that are selectors, markup or names of built-ins stand for themselves", async () => {
    const ids = ['a"]', "__proto__", "constructor", "x > y", "<b>", "toString"];
    const server = new FakeServer(
      documentOf(
        ids.map((id, at) => container(id, { title: id, x: 16 + at * 100, y: 16, width: 90, height: 90 })),
      ),
    );
    const { element } = show(server);
    await vi.waitFor(() => expect(element.querySelectorAll("[data-container-id]")).toHaveLength(ids.length));
    const shown = [...element.querySelectorAll("[data-container-id]")];
    expect(shown.map((one) => one.getAttribute("data-container-id")).sort()).toEqual([...ids].sort());
    const first = shown.find((one) => one.getAttribute("data-container-id") === 'a"]') as HTMLElement;
    first.focus();
    await userEvent.keyboard("{ArrowRight}");
    await vi.waitFor(() => expect(server.state.nodes.get('a"]')?.x).toBe(24));
    expect(server.state.nodes.get("__proto__")?.x).toBe(116);
  });

  test("[N1] containers of 1 px and of 10,000 px break nothing and leave nothing hanging out", async () => {
    const content = chartContent("mpg");
    const boxes = {
      tiny: { x: 4950, y: 5000, width: 1, height: 1 },
      wide: { x: 0, y: 5000, width: 10_000, height: 240 },
      tall: { x: 4700, y: 0, width: 240, height: 10_000 },
      usual: { x: 4960, y: 4850, width: 300, height: 600 },
    };
    const errors: string[] = [];
    const onError = (event: ErrorEvent) => errors.push(event.message);
    window.addEventListener("error", onError);
    later(() => window.removeEventListener("error", onError));
    const containers = Object.entries(boxes).map(([id, box]) => container(id, { ...box, content }));
    const canvas = { name: "main", width: 10_400, height: 10_400 };
    const server = new FakeServer(
      { ...documentOf(containers), canvas },
      Object.keys(boxes).map((container_id) => ({ ...carsResult("mpg"), container_id })),
    );
    const { element } = show(server);
    await vi.waitFor(() => expect(element.querySelector(".far")).not.toBeNull());
    expect(leaks(element)).toEqual([]);
    element.querySelector<HTMLElement>(".cv")?.focus();
    expect(leaks(element)).toEqual([]);
    await userEvent.keyboard("0");
    const usual = await chartIn(element, "usual");
    const bars = drawnIn(usual.firstElementChild as HTMLElement)?.filter(({ mark }) => mark === "rect");
    expect(bars).toHaveLength(carsResult("mpg").rows.length);
    await containerIn(element, "tiny");
    await chartIn(element, "wide");
    await chartIn(element, "tall");
    expect(leaks(element)).toEqual([]);
    for (const key of ["1", "-"]) await userEvent.keyboard(key);
    expect(leaks(element)).toEqual([]);
    expect(element.querySelector("[role=alert]")).toBeNull();
    expect(errors).toEqual([]);
  });

  test("[N1] zoomed out as far as it goes the boxes are still drawn, and one key leads back", async () => {
    const canvas = { name: "main", width: 100_000, height: 60_000 };
    const { element } = show(new FakeServer({ ...carsDocument(), canvas }, carsResults()));
    await containerIn(element, "heavy");
    element.querySelector<HTMLElement>(".cv")?.focus();
    const zoom = (of = element) =>
      Number(of.querySelector("[aria-label*='Zoom to 100']")?.textContent?.replace(/\D/g, ""));
    const middle = container("middle", { x: 48_000, y: 28_000, width: 8000, height: 8000 });
    const last = container("last", { x: 92_000, y: 52_000, width: 8000, height: 8000 });
    const far = show(new FakeServer({ ...documentOf([container("a"), middle, last]), canvas }));
    const drawn = await vi.waitFor(() => {
      const found = far.element.querySelector<HTMLCanvasElement>(".far canvas");
      if (!found) throw new Error("nothing is drawn");
      return found;
    });
    await vi.waitFor(() => {
      const copy = new OffscreenCanvas(drawn.width, drawn.height).getContext("2d");
      copy?.drawImage(drawn, 0, 0);
      const pixels = copy?.getImageData(0, 0, drawn.width, drawn.height).data ?? [];
      expect(new Set(pixels).size).toBeGreaterThan(1);
    });
    expect(zoom(far.element)).toBe(1);
    expect(leaks(far.element)).toEqual([]);
    element.querySelector<HTMLElement>(".cv")?.focus();
    await userEvent.keyboard("0");
    await vi.waitFor(() => expect(zoom()).toBe(100));
  });
});
