/** Whether the view moves, and where to: told at every step, and once it has come to rest. */
import type { useStoreApi } from "@xyflow/react";
import { createContext, useContext } from "react";
import { nextFrame } from "../store/signals.ts";

export type Moving = "rest" | "pan" | "zoom";
type Flow = ReturnType<typeof useStoreApi>;

/** How long a view has to rest: ms, and frames, which take long where the machine is slow. */
const REST = { pan: 200, zoom: 120, frames: 3 };

/** A pan that takes no step for so many ms pauses. */
const PAUSE = 120;

export class Movement {
  moving: Moving = "rest";
  /** x and y in px of the screen, and the zoom. */
  transform: readonly [number, number, number] = [0, 0, 1];
  #stepped = Number.NEGATIVE_INFINITY;
  #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether nothing moves, or a pan holds for a moment: time for what would delay its steps. */
  get pauses(): boolean {
    return this.moving === "rest" || (this.moving === "pan" && performance.now() - this.#stepped >= PAUSE);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Follows the view of `flow`. What it does before its first size is known is no movement: nobody sees it. */
  follow(flow: Flow, placed: () => boolean): () => void {
    this.transform = flow.getState().transform;
    this.#tell();
    const stop = flow.subscribe(({ transform }) => {
      const [x, y, zoom] = this.transform;
      if (transform[0] === x && transform[1] === y && transform[2] === zoom) return;
      const moving = transform[2] === zoom ? "pan" : "zoom";
      this.transform = transform;
      this.#stepped = performance.now();
      clearTimeout(this.#timer);
      // Until a zoom has come to rest a shift belongs to it: a pinch does both.
      if (placed()) this.moving = this.moving === "zoom" ? "zoom" : moving;
      this.#tell();
      if (placed())
        this.#timer = setTimeout(() => this.#rest(transform), REST[this.moving === "zoom" ? "zoom" : "pan"]);
    });
    return () => {
      stop();
      clearTimeout(this.#timer);
      this.transform = [...this.transform];
      this.moving = "rest";
    };
  }

  #rest(at: Movement["transform"], frames = 0): void {
    if (at !== this.transform) return;
    if (frames < REST.frames) nextFrame(() => this.#rest(at, frames + 1));
    else {
      this.moving = "rest";
      this.#tell();
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

export const MovementContext = createContext<Movement | null>(null);

export function useMovement(): Movement {
  const found = useContext(MovementContext);
  if (!found) throw new Error("This component stands outside a canvas.");
  return found;
}
