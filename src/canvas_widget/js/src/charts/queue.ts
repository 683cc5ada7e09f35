/** One chart per animation frame, so that many at once never freeze the page. */
import { nextFrame } from "../store/signals.ts";

type Job = () => Promise<void> | void;

const waiting = new Set<Job>();
let running = false;

async function run(): Promise<void> {
  running = true;
  while (waiting.size > 0) {
    await new Promise<void>((resolve) => nextFrame(resolve));
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
