/** Containers that a pointer carries about: each is a layer that the browser shifts, and nothing is drawn again. */
import { Shift } from "../canvas/shift.ts";
import type { Rect } from "./nodes.ts";

type Point = Pick<Rect, "x" | "y">;

const placed = ({ x, y }: Point) => `translate(${x}px,${y}px)`;

export class Carried {
  #shifts = new Map<string, Shift>();
  #find: (id: string) => HTMLElement | null;

  /** `find` gives the element of a container; there is none for one that is out of sight. */
  constructor(find: (id: string) => HTMLElement | null) {
    this.#find = find;
  }

  has(id: string): boolean {
    return this.#shifts.has(id);
  }

  to(id: string, at: Point): void {
    const element = this.#find(id);
    if (!element) return;
    const shift = this.#shifts.get(id) ?? new Shift();
    this.#shifts.set(id, shift);
    shift.to(element, placed(at));
  }

  /** Lets go of all. One that has a place in `ends` stays there until it is drawn there. */
  end(ends: ReadonlyMap<string, Point>): void {
    for (const [id, shift] of this.#shifts) {
      const at = ends.get(id);
      const element = at && this.#find(id);
      if (at && element) element.style.transform = placed(at);
      shift.end();
    }
    this.#shifts.clear();
  }
}
