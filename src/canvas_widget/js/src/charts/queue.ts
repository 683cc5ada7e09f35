/** Charts one after the other, as many in a frame as fit: many at once never freeze the page. */
import { nextFrame } from "../store/signals.ts";

type Job = () => Promise<void> | void;

/**
 * How long the jobs of one frame may take before the next has to wait, ms. What a hand waits for that moves a brush may
 * take longer, and begins at once: five charts in one frame are there sooner than in three, which cost the page more.
 */
const BUDGET = { drawing: 16, moving: 40 };

export type Urgency = keyof typeof BUDGET;

const waiting = new Map<Job, Urgency>();
let running = false;
let begun = 0;

async function frame(): Promise<void> {
  await new Promise<void>((resolve) => nextFrame(resolve));
  begun = performance.now();
}

/** To be awaited between the parts of a long job: goes on at once, or in the next frame where this one is used up. */
export async function breathe(urgency: Urgency = "drawing"): Promise<void> {
  if (performance.now() - begun >= BUDGET[urgency]) await frame();
}

async function run(first: Urgency): Promise<void> {
  running = true;
  if (first === "drawing") await frame();
  else begun = performance.now();
  for (;;) {
    const [next] = waiting;
    if (!next) break;
    const [job, urgency] = next;
    await breathe(urgency);
    if (!waiting.delete(job)) continue;
    try {
      await job();
    } catch {
      // A job reports its own failure; one that did not must not stop the others.
    }
  }
  running = false;
}

/** Puts `job` in line; the returned function takes it out again. */
export function enqueue(job: Job, urgency: Urgency = "drawing"): () => void {
  waiting.set(job, urgency);
  if (!running) void run(urgency);
  return () => {
    waiting.delete(job);
  };
}
