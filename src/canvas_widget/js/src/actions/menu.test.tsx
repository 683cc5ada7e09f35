import { describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { answerWishes } from "../lab/newCell.ts";
import type { Container } from "../protocol/types.ts";
import { carsDocument, carsResult, carsResults, chartContent, container } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { chartIn, containerIn, later, show } from "../testing/view.ts";

/** Cars and a note, by a session that offers everything; what leaves the page is kept. */
async function cars() {
  const note = container("note", {
    content: { kind: "text", markdown: "As **written**" } as Container["content"],
  });
  const document = carsDocument();
  const server = new FakeServer({ ...document, containers: [...document.containers, note] }, carsResults());
  const copied: string[] = [];
  vi.spyOn(navigator.clipboard, "writeText").mockImplementation(async (text) => {
    copied.push(text);
  });
  const saved: { name: string; content: Promise<string>; blob: Blob }[] = [];
  let blob = new Blob();
  vi.spyOn(URL, "createObjectURL").mockImplementation((made) => {
    blob = made as Blob;
    return "blob:kept";
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    saved.push({ name: this.download, content: blob.text(), blob });
  });
  const cells: (string | null)[] = [];
  later(
    answerWishes((_, code) => {
      cells.push(code);
      return true;
    }),
  );
  const shown = show(server);
  await vi.waitFor(() => expect(shown.session.store.value("connection")).toBe("live"));
  const features = new Set(["brush", "drill", "redraw", "code", "controls"]);
  shown.session.store.set("offer", { ...shown.session.store.value("offer"), features });
  return { ...shown, copied, saved, cells };
}

type Cars = Awaited<ReturnType<typeof cars>>;

/** Opens a container's menu by key and presses what is called so. */
async function choose({ element }: Cars, id: string, name: string) {
  if (id !== "note" && id !== "heavy") await chartIn(element, id);
  (await containerIn(element, id)).focus();
  await userEvent.keyboard("m");
  const item = await vi.waitFor(
    () =>
      page
        .getByRole("menuitem", { name: new RegExp(`^${name}(?! to)`) })
        .first()
        .element() as HTMLElement,
  );
  await userEvent.click(item);
}

const sql = (id: string) => chartContent(id).sql;

/** Each command, and what shows that it was done. */
const COMMANDS: [string, string, (seen: Cars) => unknown, unknown][] = [
  ["mpg", "Show SQL", ({ element }) => element.querySelector(".insp .tab.on")?.textContent, "SQL"],
  ["mpg", "Show data", ({ element }) => element.querySelector(".insp .tab.on")?.textContent, "Data"],
  ["mpg", "Rename", ({ element }) => element.querySelectorAll(".edit :is(input, textarea)").length, 1],
  [
    "mpg",
    "Refresh",
    ({ server }) => server.of("refresh").map(({ data }) => data),
    [{ container_ids: ["mpg"] }],
  ],
  ["mpg", "Copy SQL", ({ copied }) => copied, [sql("mpg")]],
  ["note", "Copy text", ({ copied }) => copied, ["As **written**"]],
  ["note", "Copy code", ({ copied }) => copied, ['canvas["note"]']],
  [
    "note",
    "Copy code to a new cell",
    ({ cells }) => cells.filter((code) => code !== null),
    ['canvas["note"]'],
  ],
  ["mpg", "Export as PNG", ({ saved }) => saved.map(({ name }) => name.split(".").pop()), ["png"]],
  ["mpg", "Export as SVG", ({ saved }) => saved.map(({ name }) => name.split(".").pop()), ["svg"]],
  ["mpg", "Export rows as CSV", ({ server }) => server.of("get_result").at(-1)?.data?.container_id, "mpg"],
  ["mpg", "Change", ({ element }) => element.querySelectorAll(".edit select").length > 0, true],
  ["mpg", "Rows behind", ({ server }) => server.of("rows_behind").at(-1)?.data?.container_id, "mpg"],
  ["mpg", "Hide", ({ server }) => server.state.nodes.get("mpg")?.hidden, true],
];

describe("each command of a container's menu", () => {
  test.each(COMMANDS)("[X4] %s: %s", async (id, name, told, expected) => {
    const seen = await cars();
    await choose(seen, id, name);
    await vi.waitFor(() => expect(told(seen)).toEqual(expected), { timeout: 4_000 });
  });

  test("[X4] what is saved as PNG is a picture of the chart", async () => {
    const seen = await cars();
    await choose(seen, "mpg", "Export as PNG");
    await vi.waitFor(() => expect(seen.saved).toHaveLength(1), { timeout: 4_000 });
    const blob = seen.saved[0]?.blob as Blob;
    const bytes = [...new Uint8Array(await blob.arrayBuffer())];
    expect(bytes.slice(0, 8)).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const image = await createImageBitmap(blob);
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context?.drawImage(image, 0, 0);
    const { data } = context?.getImageData(0, 0, image.width, image.height) ?? { data: new Uint8Array() };
    const colours = new Set(new Uint32Array(data.buffer));
    expect(colours.size).toBeGreaterThan(6);
  });

  test("[X4] rows are saved as they were asked for", async () => {
    const seen = await cars();
    await choose(seen, "mpg", "Export rows as CSV");
    const asked = await vi.waitFor(() => {
      const found = seen.server.of("get_result").at(-1);
      if (!found) throw new Error("no rows were asked for");
      return found;
    });
    seen.server.send("result", carsResult("mpg"), { reply_to: asked.id });
    await vi.waitFor(() => expect(seen.saved).toHaveLength(1));
    const lines = (await seen.saved[0]?.content)?.split("\r\n") ?? [];
    expect(lines[0]).toBe(
      carsResult("mpg")
        .schema.map((field) => field.name)
        .join(","),
    );
    expect(lines).toHaveLength(1 + carsResult("mpg").rows.length);
  });
});
