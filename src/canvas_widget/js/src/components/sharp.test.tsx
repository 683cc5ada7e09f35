import { expect, test, vi } from "vitest";
import { calm } from "../testing/calm.ts";
import { carsDocument, carsResults } from "../testing/fixtures.ts";
import { rested } from "../testing/rest.ts";
import { FakeServer } from "../testing/server.ts";
import { chartIn, show } from "../testing/view.ts";

calm();

/** Pixels of a chart for each that is seen of it, across. */
function density(figure: HTMLElement): number {
  const canvas = figure.querySelector("canvas");
  if (!canvas) throw new Error("nothing is drawn");
  return canvas.width / (canvas.getBoundingClientRect().width * devicePixelRatio);
}

test("[C4] a chart has neither too few pixels for its zoom nor so many that its letters lose strokes", async () => {
  const { element } = show(new FakeServer(carsDocument(), carsResults()));
  const figure = await chartIn(element, "mpg");
  const press = (name: string) => element.querySelector<HTMLElement>(`[aria-label="${name}"]`)?.click();
  const fits = () =>
    vi.waitFor(
      () => {
        expect(density(figure)).toBeGreaterThanOrEqual(0.99);
        expect(density(figure)).toBeLessThan(2.6);
      },
      { timeout: 8_000 },
    );
  const across = () => figure.getBoundingClientRect().width;
  const before = across();
  await fits();
  for (const [name, there] of [
    ["Zoom in", () => across() > before * 2.2],
    ["Zoom out", () => across() < before * 0.75],
  ] as const) {
    for (let step = 0; step < 20 && !there(); step += 1) {
      const now = across();
      press(name);
      // The next press while the movement lasts would start anew from where it is.
      await vi.waitFor(() => expect(across()).not.toBe(now));
      await rested(across);
    }
    expect(there()).toBe(true);
    await fits();
  }
});
