import { describe, expect, test, vi } from "vitest";
import type { Row } from "../protocol/types.ts";
import { carsDocument, carsResult, carsResults, container, documentOf } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { containerIn, show } from "../testing/view.ts";
import { tableColumns } from "./columns.ts";

const base = { dataset: null, sql: "select …", request: null, stale: false, result_id: "r" };
const content = { ...base, kind: "table" as const, columns: null, marks: null };
const schema = [
  { name: "id", type: "integer" },
  { name: "big", type: "integer" },
  { name: "share", type: "number" },
  { name: "day", type: "date" },
  { name: "when", type: "datetime" },
  { name: "note", type: "string" },
];

function row(index: number): Row {
  return {
    id: index,
    big: "9007199254740993",
    share: 1 + index / 8,
    day: "2024-02-29",
    when: "2024-02-29T00:00:00",
    note: index % 2 ? null : `<b>row</b> ${index}`,
  };
}

const rows = (from: number, count: number) => Array.from({ length: count }, (_, index) => row(from + index));

function table(owner: HTMLElement): string[][] {
  return [...owner.querySelectorAll(".tr")].map((line) =>
    [...line.querySelectorAll("[role=gridcell]")].map((cell) => cell.textContent ?? ""),
  );
}

async function shown(count: number, first: Row[]) {
  const server = new FakeServer(documentOf([container("t", { width: 640, height: 240, content })]), [
    { container_id: "t", result_id: "r", schema, row_count: count, offset: 0, stale: false, rows: first },
  ]);
  const { element } = show(server);
  const owner = await containerIn(element, "t");
  await vi.waitFor(() => expect(table(owner).length).toBeGreaterThan(0));
  return { owner, server, element };
}

describe("tables", () => {
  test("[N1] the cells are the rows, in their order, as a reader wants them", async () => {
    const { owner } = await shown(4, rows(0, 4));
    expect([...owner.querySelectorAll("[role=columnheader]")].map((cell) => cell.textContent)).toEqual(
      schema.map(({ name }) => name),
    );
    expect(table(owner)).toEqual([
      ["0", "9,007,199,254,740,993", "1.00", "2024-02-29", "2024-02-29", "<b>row</b> 0"],
      ["1", "9,007,199,254,740,993", "1.12", "2024-02-29", "2024-02-29", "–"],
      ["2", "9,007,199,254,740,993", "1.25", "2024-02-29", "2024-02-29", "<b>row</b> 2"],
      ["3", "9,007,199,254,740,993", "1.38", "2024-02-29", "2024-02-29", "–"],
    ]);
    expect(owner.querySelector(".tr b")).toBeNull();
    expect(owner.querySelector("header")?.textContent).toBe("t4 rows");
  });

  test("[N1] the sorted column of the 20 heaviest cars leads, with bars in proportion", async () => {
    const { element } = show(new FakeServer(carsDocument(), carsResults()));
    const owner = await containerIn(element, "heavy");
    await vi.waitFor(() => expect(table(owner).length).toBeGreaterThan(5));
    const weights = carsResult("heavy").rows.map((car) => Number(car.Weight_in_lbs));
    const shownWeights = table(owner).map((cells) => Number(cells[2]?.replace(",", "")));
    expect(shownWeights).toEqual(weights.slice(0, shownWeights.length));
    expect(owner.querySelector("[aria-sort=descending]")?.textContent).toBe("Weight_in_lbs ↓");
    const bars = [...owner.querySelectorAll<HTMLElement>(".bar")].map((bar) =>
      Number.parseFloat(bar.style.width),
    );
    expect(bars[0]).toBeCloseTo(56, 1);
    expect(bars[4]).toBeCloseTo((56 * (weights[4] ?? 0)) / (weights[0] ?? 1), 1);
    expect(owner.textContent).toContain("more rows");
  });

  test.each([
    [20, 406, false, "20 of 406"],
    [20, 20, false, "20 rows"],
    [1, undefined, false, "1 row"],
    [10_000, undefined, true, "first 10,000 rows"],
  ])("[N1] %d rows of %o read say so", async (row_count, rows_read, truncated, note) => {
    const server = new FakeServer(documentOf([container("t", { width: 640, height: 240, content })]), [
      {
        container_id: "t",
        result_id: "r",
        schema,
        row_count,
        rows_read: rows_read ?? null,
        truncated,
        offset: 0,
        stale: false,
        rows: rows(0, 1),
      },
    ]);
    const owner = await containerIn(show(server).element, "t");
    await vi.waitFor(() => expect(owner.querySelector("header .sub")?.textContent).toBe(note));
  });

  test("[N1] a long table draws only what is seen, and fetches each page when it comes into view", async () => {
    const { owner, server } = await shown(1_000_000, rows(0, 100));
    expect(owner.querySelectorAll(".tr").length).toBeLessThan(40);
    const scroller = owner.querySelector(".dt") as HTMLElement;
    expect(scroller.scrollHeight).toBeLessThan(8_100_000);
    scroller.scrollTop = scroller.scrollHeight;
    await vi.waitFor(() => expect(server.of("get_result").length).toBeGreaterThan(0));
    const request = server.of("get_result")[0];
    expect(request?.data).toEqual({ container_id: "t", offset: 999_900, limit: 100 });
    server.send(
      "result",
      {
        container_id: "t",
        result_id: "r",
        schema,
        row_count: 1_000_000,
        offset: 999_900,
        stale: false,
        rows: rows(999_900, 100),
      },
      { reply_to: request?.id },
    );
    await vi.waitFor(() => expect(table(owner).map(([id]) => id)).toContain("999999"));
    expect(server.of("get_result")).toHaveLength(1);
  });

  test("[N1] the column that sorts stands among those that are seen, however narrow the table", () => {
    const names = ["a_rather_long_name", "b_rather_long_name", "c_rather_long_name", "d_rather_long_name"];
    const schema = names.map((name) => ({ name, type: "string" as const }));
    const row = Object.fromEntries(names.map((name) => [name, "some words in a cell"]));
    const order = (sort: string, room: number) => {
      const shown = tableColumns({ ...content, columns: names, request: { sort } }, schema, [row], room);
      return shown.map(({ name }) => name[0]).join("");
    };
    expect(order("-d_rather_long_name", 320)).toBe("adbc");
    expect(order("d_rather_long_name", 240)).toBe("adbc");
    expect(order("-a_rather_long_name", 320)).toBe("abcd");
    expect(order("-d_rather_long_name", 900)).toBe("abcd");
  });

  test("[N1] the arrow of the column that sorts stays where its name is cut", async () => {
    const name = "a_name_that_is_longer_than_any_of_its_numbers";
    const schema = [
      { name, type: "integer" },
      { name: "note", type: "string" },
    ];
    const sorted = { ...content, request: { sort: `-${name}` } };
    const server = new FakeServer(
      documentOf([container("t", { width: 200, height: 160, content: sorted })]),
      [
        {
          ...{ container_id: "t", result_id: "r", schema, row_count: 1, offset: 0, stale: false },
          rows: [{ [name]: 7, note: "some words that need room" }],
        },
      ],
    );
    const { element } = show(server);
    const owner = await containerIn(element, "t");
    const head = await vi.waitFor(() => {
      const found = owner.querySelector<HTMLElement>("[aria-sort=descending]");
      if (!found) throw new Error("no column is sorted");
      return found;
    });
    expect(head.textContent).toBe(`${name} ↓`);
    const words = head.querySelector(".el") as HTMLElement;
    expect(words.scrollWidth).toBeGreaterThan(words.clientWidth);
    const arrow = head.querySelector(".so")?.getBoundingClientRect();
    expect(arrow?.width).toBeGreaterThan(4);
    expect(arrow?.right).toBeLessThanOrEqual(head.getBoundingClientRect().right);
  });

  test("[N1] columns that fit are shown whole, the others follow to the right and are counted until they are seen", async () => {
    const names = ["a_rather_long_name", "b_rather_long_name", "c_rather_long_name", "d_rather_long_name"];
    const wide = names.map((name) => ({ name, type: "integer" }));
    const line = Object.fromEntries(names.map((name, index) => [name, 10 ** index]));
    const server = new FakeServer(documentOf([container("t", { width: 320, height: 240, content })]), [
      {
        container_id: "t",
        result_id: "r",
        schema: wide,
        row_count: 4,
        offset: 0,
        stale: false,
        rows: [line, line, line, line],
      },
    ]);
    const owner = await containerIn(show(server).element, "t");
    const scroller = await vi.waitFor(() => owner.querySelector(".dt") as HTMLElement);
    await vi.waitFor(() => expect(owner.querySelector(".more")?.textContent).toBe("+ 1 more column"));
    const heads = [...owner.querySelectorAll<HTMLElement>("[role=columnheader]")];
    const ends = heads.map((head) => head.offsetLeft + head.offsetWidth);
    expect(ends[2]).toBeCloseTo(320, 0);
    expect(ends[3]).toBeGreaterThan(320);
    scroller.style.overflow = "auto";
    scroller.scrollLeft = 1_000;
    await vi.waitFor(() => expect(owner.querySelector(".more")).toBeNull());
  });

  test("[N1] the note below a table takes the place of a row, never lies on one", async () => {
    const { owner } = await shown(40, rows(0, 40));
    const note = owner.querySelector(".more") as HTMLElement;
    const scroller = owner.querySelector(".dt") as HTMLElement;
    expect(note.textContent).toBe("+ 34 more rows");
    expect(note.offsetTop).toBeGreaterThanOrEqual(scroller.offsetTop + scroller.offsetHeight);
    expect(note.offsetTop + note.offsetHeight).toBeLessThanOrEqual(240);
  });
});
