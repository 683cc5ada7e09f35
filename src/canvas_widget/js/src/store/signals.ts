/** Who listens to what, told at most once per animation frame. */
type Listener = () => void;

export type Schedule = (callback: () => void) => void;

/** The next animation frame; a hidden page has none, so there a timer stands in. */
export const nextFrame: Schedule = (callback) => {
  if (typeof document !== "undefined" && document.visibilityState === "hidden") setTimeout(callback, 33);
  else requestAnimationFrame(() => callback());
};

export class Signals {
  #listeners = new Map<string, Set<Listener>>();
  #versions = new Map<string, number>();
  #marked = new Set<string>();
  #scheduled = false;
  #schedule: Schedule;

  constructor(schedule: Schedule = nextFrame) {
    this.#schedule = schedule;
  }

  subscribe(key: string, listener: Listener): () => void {
    const found = this.#listeners.get(key) ?? new Set();
    found.add(listener);
    this.#listeners.set(key, found);
    return () => {
      found.delete(listener);
      if (found.size === 0 && this.#listeners.get(key) === found) this.#listeners.delete(key);
    };
  }

  /** A number that is another after each change of any of `keys`. */
  version(keys: readonly string[]): number {
    let sum = 0;
    for (const key of keys) sum += this.#versions.get(key) ?? 0;
    return sum;
  }

  mark(...keys: string[]): void {
    this.markAll(keys);
  }

  markAll(keys: Iterable<string>): void {
    for (const key of keys) {
      this.#marked.add(key);
      this.#versions.set(key, (this.#versions.get(key) ?? 0) + 1);
    }
    if (this.#scheduled || this.#marked.size === 0) return;
    this.#scheduled = true;
    this.#schedule(() => this.flush());
  }

  /** Whether anybody listens to `key`. */
  heard(key: string): boolean {
    return this.#listeners.has(key);
  }

  /** Tells the listeners of all marked keys now. */
  flush(): void {
    this.#scheduled = false;
    const keys = [...this.#marked];
    this.#marked.clear();
    for (const key of keys) for (const listener of [...(this.#listeners.get(key) ?? [])]) listener();
  }

  /** Tells the listeners of one key now. */
  tell(key: string): void {
    this.#marked.delete(key);
    for (const listener of [...(this.#listeners.get(key) ?? [])]) listener();
  }

  /** How many listeners there are, for tests that look for leaks. */
  get size(): number {
    let count = 0;
    for (const set of this.#listeners.values()) count += set.size;
    return count;
  }
}
