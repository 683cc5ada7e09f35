/** Charts one after the other, as many in a frame as fit: many at once never freeze the page. */
import { nextFrame } from "../store/signals.ts";

type Job = () => Promise<void> | void;

/** How long the jobs of one frame may take before the next has to wait, ms. */
const BUDGET = 16;

const waiting = new Set<Job>();
let running = false;
let begun = 0;

async function frame(): Promise<void> {
  await new Promise<void>((resolve) => nextFrame(resolve));
  begun = performance.now();
}

/** To be awaited between the parts of a long job: goes on at once, or in the next frame where this one is used up. */
export async function breathe(): Promise<void> {
  if (performance.now() - begun >= BUDGET) await frame();
}

async function run(): Promise<void> {
  running = true;
  await frame();
  while (waiting.size > 0) {
    await breathe();
    const job = waiting.values().next().value;
    if (!job) continue;
    waiting.delete(job);
    try {
      await job();
    } catch {
      // A job reports its own failure; one that did not must not stop the others.
    }
  }
  running = false;
}

/** Puts `job` in line; the returned function takes it out again. */
export function enqueue(job: Job): () => void {
  waiting.add(job);
  if (!running) void run();
  return () => {
    waiting.delete(job);
  };
}
