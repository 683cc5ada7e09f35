import { expect, test, vi } from "vitest";
import { carsDocument, carsResults } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { chartIn, show } from "../testing/view.ts";

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
  const frame = () => new Promise(requestAnimationFrame);
  // A press starts a movement, and the next press while it lasts would start anew from where it is.
  const rest = async (from: number) => {
    for (let same = 0, last = from; same < 5; ) {
      await frame();
      const now = across();
      same = now === last && now !== from ? same + 1 : 0;
      last = now;
    }
  };
  const before = across();
  await fits();
  for (const [name, there] of [
    ["Zoom in", () => across() > before * 2.2],
    ["Zoom out", () => across() < before * 0.75],
  ] as const) {
    for (let step = 0; step < 20 && !there(); step += 1) {
      const now = across();
      press(name);
      await rest(now);
    }
    expect(there()).toBe(true);
    await fits();
  }
});
