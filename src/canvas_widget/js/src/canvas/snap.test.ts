import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { align, coverage, distribute } from "../actions/align.ts";
import { container } from "../testing/fixtures.ts";
import { runs } from "../testing/runs.ts";
import { snapTo, unionOf } from "./snap.ts";

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
const rect = fc.record({
  x: fc.nat(700),
  y: fc.nat(500),
  width: fc.integer({ min: 1, max: 300 }),
  height: fc.integer({ min: 1, max: 300 }),
});

describe("snapping", () => {
  test("[A16] a box near a neighbour's edge meets it, and a line says so", () => {
    const { dx, dy, guides } = snapTo(box(103, 200, 80, 60), [box(100, 20, 120, 90)], 6);
    expect([dx, dy]).toEqual([-3, 0]);
    expect(guides).toContainEqual({ axis: "x", at: 100, from: 20, to: 260 });
  });

  test("[A16] both ways at once, by the edge that is nearest", () => {
    const { dx, dy, guides } = snapTo(
      box(98, 153, 50, 60),
      [box(100, 20, 120, 90), box(400, 150, 30, 30)],
      6,
    );
    expect([dx, dy]).toEqual([2, -3]);
    expect(guides.map(({ axis }) => axis).sort()).toEqual(["x", "y"]);
  });

  test("[A16] beside a neighbour it keeps the usual distance", () => {
    const { dx, guides } = snapTo(box(240, 37, 80, 60), [box(100, 20, 120, 90)], 6);
    expect(dx).toBe(-4);
    expect(guides.find(({ gap }) => gap !== undefined)).toMatchObject({
      axis: "y",
      from: 220,
      to: 236,
      gap: 16,
    });
  });

  test("[A16] never further than asked, and where it leads there is something to meet", () => {
    fc.assert(
      fc.property(
        rect,
        fc.array(rect, { maxLength: 6 }),
        fc.integer({ min: 1, max: 12 }),
        (own, others, reach) => {
          const { dx, dy } = snapTo(own, others, reach);
          expect(Math.abs(dx)).toBeLessThanOrEqual(reach);
          expect(Math.abs(dy)).toBeLessThanOrEqual(reach);
          const again = snapTo({ ...own, x: own.x + dx, y: own.y + dy }, others, reach);
          if (dx !== 0) expect(again.guides.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});

describe("aligning", () => {
  const three = [
    container("a", { x: 10, y: 0, width: 100, height: 40 }),
    container("b", { x: 200, y: 90, width: 60, height: 40 }),
    container("c", { x: 500, y: 300, width: 40, height: 80 }),
  ];

  test("[A16] edges meet, and what stands there already is not touched", () => {
    expect(align(three, "left")).toEqual([
      { op: "set", path: "/containers/b/x", value: 10 },
      { op: "set", path: "/containers/c/x", value: 10 },
    ]);
    expect(align(three, "bottom")).toEqual([
      { op: "set", path: "/containers/a/y", value: 340 },
      { op: "set", path: "/containers/b/y", value: 340 },
    ]);
  });

  test.each([
    ["left", "x", [10, 10, 10]],
    ["centre", "x", [225, 245, 255]],
    ["right", "x", [440, 480, 500]],
    ["top", "y", [0, 0, 0]],
    ["middle", "y", [170, 170, 150]],
    ["bottom", "y", [340, 340, 300]],
  ] as const)(
    "[A16] along the %s, and a locked one stays while the others go by it",
    (edge, axis, places) => {
      const moved = (boxes: typeof three) => {
        const changes = new Map(align(boxes, edge).map((one) => ["path" in one ? one.path : "", one]));
        return boxes.map((box) => {
          const change = changes.get(`/containers/${box.id}/${axis}`);
          return change && "value" in change ? change.value : box[axis];
        });
      };
      expect(moved(three)).toEqual(places);
      for (const stays of [0, 1, 2]) {
        const locked = three.map((box, at) => ({ ...box, locked: at === stays }));
        expect(moved(locked)).toEqual(places.map((place, at) => (at === stays ? locked[at]?.[axis] : place)));
      }
    },
  );

  test("[A16] distributing leaves equal gaps and keeps the outermost", () => {
    expect(distribute(three, "x")).toEqual([{ op: "set", path: "/containers/b/x", value: 275 }]);
    const locked = three.map((one) => ({ ...one, locked: one.id === "b" }));
    expect(distribute(locked, "x")).toEqual([]);
  });

  test("[A9] coverage is the share of the canvas that is covered", () => {
    expect(coverage(three, { width: 1000, height: 100 })).toBeCloseTo((4000 + 2400 + 3200) / 100_000, 10);
    expect(unionOf(three)).toEqual({ x: 10, y: 0, width: 530, height: 380 });
  });
});
