import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Container } from "../protocol/types.ts";
import { container, documentOf } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { containerIn, show } from "../testing/view.ts";
import { ContextBrush, PixelBrush } from "./brush.ts";

/** `count` boxes of 60 by 30 px in rows, every one 20 px from the next. */
function rows(count: number): Container[] {
  const wide = Math.ceil(Math.sqrt(count));
  return Array.from({ length: count }, (_, at) =>
    container(`n${at}`, {
      x: 16 + (at % wide) * 80,
      y: 16 + Math.floor(at / wide) * 50,
      width: 60,
      height: 30,
    }),
  );
}

function pageOf(containers: Container[]) {
  const document = documentOf(containers);
  const right = Math.max(...containers.map(({ x, width }) => x + width));
  const bottom = Math.max(...containers.map(({ y, height }) => y + height));
  return { ...document, canvas: { name: "main", width: right + 200, height: bottom + 16 } };
}

/** How opaque the drawing of a widget is at a place of its canvas, 0 to 255. */
function drawnAt(element: HTMLElement, x: number, y: number): number {
  const pictures = [...element.querySelectorAll<HTMLCanvasElement>(".far canvas")];
  const view = element.querySelector<HTMLElement>(".react-flow__viewport");
  const area = element.querySelector(".cv")?.getBoundingClientRect();
  if (pictures.length === 0 || !view || !area) throw new Error("nothing is drawn plainly");
  const { a: zoom, e, f } = new DOMMatrix(getComputedStyle(view).transform);
  const alphas = pictures.map((picture) => {
    const { left, top, width } = picture.getBoundingClientRect();
    if (width === 0) return 0;
    const scale = picture.width / width;
    const at = [area.left + x * zoom + e - left, area.top + y * zoom + f - top].map((way) => way * scale);
    const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    probe?.drawImage(picture, -Math.floor(at[0] ?? 0), -Math.floor(at[1] ?? 0));
    return probe?.getImageData(0, 0, 1, 1).data[3] ?? 0;
  });
  return Math.max(...alphas);
}

test("[C4] of a thousand containers each is drawn where it stands, also after it was moved", async () => {
  const boxes = rows(1_000);
  const server = new FakeServer(pageOf(boxes));
  const { element } = show(server);
  await vi.waitFor(() => expect(drawnAt(element, 46, 31)).toBe(255));
  const missing = boxes.filter(({ x, y }) => drawnAt(element, x + 30, y + 15) !== 255);
  const between = boxes.filter(({ x, y }) => drawnAt(element, x + 70, y + 40) !== 0);
  expect([missing.length, between.length]).toEqual([0, 0]);
  expect([drawnAt(element, 30, 31), drawnAt(element, 86, 31)]).toEqual([255, 0]);
  server.commit([{ action: "update", path: "/containers/n0", node: { x: 66 } } as never]);
  await vi.waitFor(() => expect(drawnAt(element, 86, 31)).toBe(255));
  expect(drawnAt(element, 30, 31)).toBe(0);
});

test("[C4] far boxes that are selected are dragged together, both ways, on the grid and as one edit; a locked one stays", async () => {
  const far = (id: string, x: number, fields: Partial<Container> = {}) =>
    container(id, { x, y: 400, width: 800, height: 800, ...fields });
  const boxes = [far("a", 400), far("b", 2000), far("c", 3600, { locked: true })];
  const server = new FakeServer({
    ...documentOf(boxes),
    canvas: { name: "main", width: 16_000, height: 10_000 },
  });
  const { element, session } = show(server);
  await vi.waitFor(() => expect(drawnAt(element, 800, 800)).toBe(255));
  expect(element.querySelectorAll(".react-flow__node")).toHaveLength(0);
  session.store.select(["a", "b", "c"]);
  const pane = element.querySelector(".react-flow__pane") as HTMLElement;
  const view = element.querySelector(".react-flow__viewport") as HTMLElement;
  const area = element.querySelector(".cv")?.getBoundingClientRect() as DOMRect;
  const at = (type: string, target: EventTarget, x: number, y: number) => {
    const { a: zoom, e, f } = new DOMMatrix(getComputedStyle(view).transform);
    const place = { clientX: area.left + x * zoom + e, clientY: area.top + y * zoom + f };
    target.dispatchEvent(
      new MouseEvent(type, { bubbles: true, cancelable: true, button: 0, buttons: 1, ...place }),
    );
  };
  at("mousedown", pane, 2400, 800);
  at("mousemove", document, 2600, 1800);
  at("mousemove", document, 2803, 3205);
  await vi.waitFor(() => expect(drawnAt(element, 1300, 3300)).toBe(255));
  expect(drawnAt(element, 450, 450)).toBe(0);
  expect(drawnAt(element, 4000, 800)).toBe(255);
  expect(server.of("canvas_edit")).toHaveLength(0);
  at("mouseup", document, 2803, 3205);
  await vi.waitFor(() => expect(server.of("canvas_edit")).toHaveLength(1));
  const by = boxes.map(({ id, x, y }) => {
    const now = server.state.nodes.get(id);
    return [(now?.x ?? 0) - x, (now?.y ?? 0) - y];
  });
  const [[dx = 0, dy = 0] = []] = by;
  expect(by).toEqual([
    [dx, dy],
    [dx, dy],
    [0, 0],
  ]);
  expect([dx % 8, dy % 8]).toEqual([0, 0]);
  // A pixel of the screen is 15 of the canvas here.
  expect([Math.abs(dx - 403) < 24, Math.abs(dy - 2405) < 24]).toEqual([true, true]);
});

test("[C4] a press in the minimap looks there, and a drag takes the view along", async () => {
  const canvas = { name: "main", width: 4000, height: 3000 };
  const { element } = show(new FakeServer({ ...documentOf(rows(20)), canvas }));
  await containerIn(element, "n3");
  const small = await vi.waitFor(() => {
    const found = element.querySelector<HTMLElement>(".mm");
    if (!found) throw new Error("no minimap");
    return found;
  });
  const view = element.querySelector(".react-flow__viewport") as Element;
  const area = element.querySelector<HTMLElement>(".cv") as HTMLElement;
  const middle = () => {
    const { a: zoom, e, f } = new DOMMatrix(getComputedStyle(view).transform);
    return [(area.clientWidth / 2 - e) / zoom, (area.clientHeight / 2 - f) / zoom];
  };
  // 4,000 by 3,000 px in 108 by 60: one px is 50, and the page lies from 20 to 100 across and from 6 to 66 down.
  const looksAt = (x: number, y: number) =>
    vi.waitFor(() => {
      const [across = 0, down = 0] = middle();
      expect([Math.abs(across - (x - 20) * 50) < 80, Math.abs(down - (y - 6) * 50) < 80]).toEqual([
        true,
        true,
      ]);
    });
  await userEvent.click(small, { position: { x: 60, y: 36 } } as never);
  await looksAt(60, 36);
  await userEvent.dragAndDrop(page.elementLocator(small), page.elementLocator(small), {
    sourcePosition: { x: 60, y: 36 },
    targetPosition: { x: 72, y: 48 },
    steps: 4,
  } as never);
  await looksAt(72, 48);
});

test("[C4] shapes are the same by both brushes", () => {
  const canvas = new OffscreenCanvas(60, 40);
  const context = canvas.getContext("2d") as unknown as CanvasRenderingContext2D;
  const shapes = (brush: ContextBrush | PixelBrush) => {
    brush.rect(4, 3, 20, 10, "#336699");
    brush.rect(20, 8, 30, 20, "rgb(250 200 10)");
    brush.rect(-5, 30, 12, 30, "#000");
    brush.rect(55, -4, 30, 8, "#0f0");
  };
  shapes(new ContextBrush(context));
  const expected = context.getImageData(0, 0, 60, 40).data;
  const pixels = new PixelBrush();
  pixels.begin(60, 40, 1);
  shapes(pixels);
  pixels.put(context);
  expect([...context.getImageData(0, 0, 60, 40).data]).toEqual([...expected]);
});

test("[C4] the view is a picture while it is panned; a rest between pixels draws it sharply, one on pixels keeps it", async () => {
  const { element } = show(new FakeServer(pageOf(rows(20))));
  await containerIn(element, "n3");
  const area = element.querySelector<HTMLElement>(".cv");
  const view = element.querySelector<HTMLElement>(".react-flow__viewport");
  const shifted = () => view?.getAnimations().length === 1;
  const place = () => new DOMMatrix(view ? getComputedStyle(view).transform : "");
  const rest = () => vi.waitFor(() => expect(area?.dataset.moving).toBe("rest"));
  await vi.waitFor(() => expect(shifted()).toBe(false));
  const steps = new Set<boolean>();
  const watch = new MutationObserver(() => steps.add(shifted()));
  if (area) watch.observe(area, { attributes: true, attributeFilter: ["data-moving"] });
  area?.focus();
  await vi.waitFor(() => expect(area?.className).toContain("live"));
  const pan = async (deltaY: number, more = {}) => {
    const { a: zoom, f } = place();
    element
      .querySelector(".react-flow__pane")
      ?.dispatchEvent(new WheelEvent("wheel", { deltaY, bubbles: true, cancelable: true, ...more }));
    await vi.waitFor(() => expect([place().a, place().f]).not.toEqual([zoom, f]));
  };
  const before = place();
  await pan(41);
  await vi.waitFor(() => expect(steps).toContain(true));
  const during = place().f;
  await rest();
  expect(Number.isInteger(during), "between two pixels").toBe(false);
  await vi.waitFor(() => expect(shifted(), "drawn where it stands").toBe(false));
  expect(place().f).toBe(during);
  expect(place().f).toBeLessThan(before.f);
  await pan(41);
  await rest();
  expect(Number.isInteger(place().f), "on a pixel").toBe(true);
  expect(shifted(), "the picture is as sharp as a drawing").toBe(true);
  const picked = place().f;
  await pan(40);
  expect(place().f).toBe(picked - 20);
  await rest();
  await pan(-40, { ctrlKey: true });
  expect(shifted(), "a zoom of few is drawn at each step").toBe(false);
  watch.disconnect();
});

/** After the next frame was drawn. */
const frame = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** A canvas of a thousand boxes, at life size, with all that is seen of it drawn in full. */
async function near() {
  const boxes = rows(1_000);
  const { element } = show(new FakeServer(pageOf(boxes)));
  const area = await vi.waitFor(() => {
    const found = element.querySelector<HTMLElement>(".cv");
    if (!found?.querySelector(".far canvas")) throw new Error("nothing is shown");
    return found;
  });
  area.focus();
  await vi.waitFor(() => expect(area.className).toContain("live"));
  await userEvent.keyboard("0");
  const view = element.querySelector<HTMLElement>(".react-flow__viewport");
  const place = () => new DOMMatrix(getComputedStyle(view as Element).transform);
  await vi.waitFor(() => expect(place().a).toBe(1));
  const mounted = (id: string) => element.querySelector(`[data-container-id="${id}"]`) !== null;
  const seen = () => {
    const { a: zoom, e, f } = place();
    return boxes.filter(({ x, y, width, height }) => {
      const [left, top] = [x * zoom + e, y * zoom + f];
      return (
        left + width * zoom > 0 &&
        top + height * zoom > 0 &&
        left < area.clientWidth &&
        top < area.clientHeight
      );
    });
  };
  const wheel = (deltaY: number, ctrlKey = false) =>
    element
      .querySelector(".react-flow__pane")
      ?.dispatchEvent(new WheelEvent("wheel", { deltaY, ctrlKey, bubbles: true, cancelable: true }));
  const whole = async () => {
    await vi.waitFor(() => expect(element.querySelector(".far")).toBeNull());
    expect(seen().filter(({ id }) => !mounted(id))).toEqual([]);
  };
  await whole();
  return { element, area, seen, mounted, wheel, whole, place };
}

test("[C4] a fling shows nothing blank, and at rest all that is seen is drawn in full", async () => {
  const { element, seen, mounted, wheel, whole, place } = await near();
  const start = place().f;
  const blank: string[] = [];
  let plain = 0;
  for (const way of [1, 1, 1, 1, -1, -1, -1]) {
    wheel(420 * way);
    await frame();
    const bare = seen().filter(({ id }) => !mounted(id));
    plain += bare.length;
    for (const { id, x, y } of bare) if (drawnAt(element, x + 30, y + 15) !== 255) blank.push(id);
  }
  expect(place().f).not.toBe(start);
  expect(plain).toBeGreaterThan(0);
  expect(blank).toEqual([]);
  await whole();
});

test("[C4] a zoom mounts nothing while it lasts; what it shows more is drawn plainly till it rests", async () => {
  const { element, area, seen, mounted, wheel, whole, place } = await near();
  const drawn = () => element.querySelectorAll(".react-flow__node").length;
  let before = drawn();
  const changes: string[] = [];
  const watch = new MutationObserver(() => {
    const now = drawn();
    if (area.dataset.moving === "zoom" && now !== before) changes.push(`${before} to ${now}`);
    before = now;
  });
  watch.observe(element, { childList: true, subtree: true, attributeFilter: ["data-moving"] });
  for (let step = 0; step < 6; step++) {
    wheel(40, true);
    await frame();
    if (area.dataset.moving !== "zoom") continue; // it rested between two steps: the machine is slow
    for (const { id, x, y } of seen()) if (!mounted(id)) expect(drawnAt(element, x + 30, y + 15)).toBe(255);
  }
  watch.disconnect();
  expect(place().a).toBeLessThan(1);
  expect(changes).toEqual([]);
  for (let step = 0; step < 6; step++) {
    wheel(-40, true);
    await frame();
  }
  await whole();
});

test("[N1] the wheel pans over a text that shows all it has, and a pan goes on over one that does not", async () => {
  const words = (count: number) => Array.from({ length: count }, (_, at) => `word${at}`).join(" ");
  const text = (markdown: string) =>
    ({ kind: "text", markdown, template: null, values: [], stale: false }) as Container["content"];
  const { element } = show(
    new FakeServer(
      pageOf([
        container("short", { x: 16, y: 300, width: 300, height: 200, content: text("Short") }),
        container("long", { x: 616, y: 300, width: 300, height: 200, content: text(words(400)) }),
      ]),
    ),
  );
  const area = element.querySelector<HTMLElement>(".cv");
  const textIn = async (id: string) =>
    (await containerIn(element, id)).querySelector<HTMLElement>(".md") as HTMLElement;
  const [short, long] = [await textIn("short"), await textIn("long")];
  area?.focus();
  await vi.waitFor(() => expect(area?.className).toContain("live"));
  await vi.waitFor(() => expect(area?.dataset.moving ?? "rest").toBe("rest"));
  const place = () =>
    new DOMMatrix(getComputedStyle(element.querySelector(".react-flow__viewport") as Element).transform).f;
  /** A turn of the wheel on what lies at the middle of a text by now. */
  const turn = (over: HTMLElement) => {
    const { left, top, width, height } = over.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    document
      .elementFromPoint(x, y)
      ?.dispatchEvent(
        new WheelEvent("wheel", { deltaY: 12, clientX: x, clientY: y, bubbles: true, cancelable: true }),
      );
  };
  const start = place();
  turn(long);
  await frame();
  expect(place()).toBe(start);
  turn(short);
  await vi.waitFor(() => expect(place()).toBeLessThan(start));
  const middle = place();
  turn(long);
  await vi.waitFor(() => expect(place()).toBeLessThan(middle));
  await vi.waitFor(() => expect(area?.dataset.moving).toBe("rest"));
  const end = place();
  turn(long);
  await frame();
  expect(place()).toBe(end);
});
