import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseContainer } from "../protocol/parse.ts";
import type { CanvasDocument, Container, Delta } from "../protocol/types.ts";
import { container, documentOf } from "../testing/fixtures.ts";
import { runs } from "../testing/runs.ts";
import { applyDeltas, fromDocument, toDocument } from "./document.ts";

const IDS = ["a", "b", "c", "d", "e"];

/** Deltas applied the plain way: on a copied list, one by one. */
function plainly(document: CanvasDocument, deltas: Delta[]): CanvasDocument | null {
  let list = [...document.containers];
  let { canvas, settings } = document;
  let moves: [string, number][] = [];
  for (const { action, path, node } of deltas) {
    if (path === "/canvas") canvas = { ...canvas, ...node };
    else if (path === "/settings") settings = { ...settings, ...node };
    else {
      const id = path.slice("/containers/".length);
      const at = list.findIndex((one) => one.id === id);
      if (action === "add" ? at >= 0 : at < 0) return null;
      if (action === "add") list.push(node as unknown as Container);
      if (action === "remove") {
        list.splice(at, 1);
        moves = moves.filter(([other]) => other !== id);
      }
      if (action === "update") list[at] = { ...(list[at] as Container), ...node };
      if (action === "move") moves.push([id, node?.index as number]);
    }
  }
  const moved = new Map(moves);
  const carried = new Map(list.filter(({ id }) => moved.has(id)).map((one) => [one.id, one]));
  list = list.filter(({ id }) => !moved.has(id));
  for (const [id, index] of [...moved].sort((x, y) => x[1] - y[1])) {
    const one = carried.get(id);
    if (one) list.splice(index, 0, one);
  }
  return { rev: document.rev, canvas, settings, containers: list };
}

const path = fc.constantFrom(...IDS).map((id) => `/containers/${id}`);
const delta: fc.Arbitrary<Delta> = fc.oneof(
  path.map((at) => ({ action: "add" as const, path: at, node: { ...container(at.slice(12)) } })),
  fc.record({
    action: fc.constant("update" as const),
    path,
    node: fc.record({ x: fc.nat(700), title: fc.string() }),
  }),
  fc.record({ action: fc.constant("move" as const), path, node: fc.record({ index: fc.nat(4) }) }),
  path.map((at) => ({ action: "remove" as const, path: at })),
  fc.nat(999).map((width) => ({ action: "update" as const, path: "/canvas", node: { width } })),
  fc
    .boolean()
    .map((auto_adjust) => ({ action: "update" as const, path: "/settings", node: { auto_adjust } })),
);

describe("deltas", () => {
  test("[C4] a batch does to the document what doing it plainly would, or nothing at all", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...IDS)),
        fc.array(fc.array(delta, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        (ids, batches) => {
          const start = documentOf(ids.map((id) => container(id)));
          const state = fromDocument(structuredClone(start));
          let expected = start;
          for (const batch of batches) {
            const next = plainly(expected, batch);
            const touched = applyDeltas(state, structuredClone(batch));
            expect(touched === null).toBe(next === null);
            expected = next ?? expected;
            expect(toDocument(state)).toEqual(expected);
          }
        },
      ),
      { numRuns: runs(200) },
    );
  });

  test("[C4] several moves in one batch lead to their final places", () => {
    const state = fromDocument(documentOf(["a", "b", "c"].map((id) => container(id))));
    const moves: Delta[] = [
      { action: "move", path: "/containers/b", node: { index: 1 } },
      { action: "move", path: "/containers/a", node: { index: 2 } },
    ];
    expect(applyDeltas(state, moves)).not.toBeNull();
    expect(state.order).toEqual(["c", "b", "a"]);
  });

  test("[C4] nothing of a batch is kept when its last delta names a container that is not there", () => {
    const state = fromDocument(documentOf([container("a")]));
    const before = toDocument(state);
    const batch: Delta[] = [
      { action: "update", path: "/containers/a", node: { x: 99 } },
      { action: "update", path: "/canvas", node: { width: 1200 } },
      { action: "remove", path: "/containers/zz" },
    ];
    expect(applyDeltas(state, batch)).toBeNull();
    expect(toDocument(state)).toEqual(before);
  });

  test.each([
    ["/containers/a/x", { x: 1 }],
    ["/containers/", { x: 1 }],
    ["/containers/a", null],
    ["/elsewhere", { x: 1 }],
  ])("[C2] a delta at %s with %o is refused, not thrown", (at, node) => {
    const state = fromDocument(documentOf([container("a")]));
    expect(applyDeltas(state, [{ action: "update", path: at, node }])).toBeNull();
  });
});

test("[N1] a container that is whole is taken as it is; each field that is not is mended", () => {
  const whole = {
    ...container("a"),
    title: "A",
    z: 0,
    placement: "pinned",
    locked: false,
    hidden: false,
  } as const;
  expect(parseContainer(whole)).toBe(whole);
  const broken: [string, unknown, unknown][] = [
    ["x", Number.NaN, 0],
    ["y", "12", 0],
    ["z", null, 0],
    ["width", 0, 1],
    ["height", -5, 1],
    ["width", Number.POSITIVE_INFINITY, 1],
    ["title", 7, ""],
    ["placement", "elsewhere", "auto"],
    ["locked", "no", false],
    ["hidden", 1, false],
  ];
  for (const [field, value, mended] of broken)
    expect(parseContainer({ ...whole, [field]: value }), field).toEqual({ ...whole, [field]: mended });
});
