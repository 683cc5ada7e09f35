/** A small canvas for tests, and what was asked of the session. */
import type { Change } from "../protocol/types.ts";
import { container, documentOf } from "./fixtures.ts";
import type { FakeServer } from "./server.ts";

export const pair = () =>
  documentOf([
    container("a", { title: "First", x: 16, y: 16, width: 240, height: 160 }),
    container("b", { title: "Second", x: 320, y: 16, width: 240, height: 160 }),
  ]);

/** How large the canvas is seen. */
export function zoomOf(element: HTMLElement): number {
  const view = element.querySelector(".react-flow__viewport");
  if (!view) throw new Error("there is no canvas");
  return new DOMMatrix(getComputedStyle(view).transform).a;
}

export function edits(server: FakeServer): Change[][] {
  return server.of("canvas_edit").map(({ data }) => data?.changes as Change[]);
}

export function fields(changes: Change[] | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (changes ?? []).map((change) => [
      "path" in change ? change.path : change.op,
      "value" in change ? change.value : null,
    ]),
  );
}
