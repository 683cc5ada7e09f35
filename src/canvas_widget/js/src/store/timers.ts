/** Timers by name: setting one again replaces it, and all can be stopped at once. */
export class Timers {
  #all = new Map<string, ReturnType<typeof setTimeout>>();

  set(name: string, delay: number, callback: () => void): void {
    this.clear(name);
    this.#all.set(
      name,
      setTimeout(() => {
        this.#all.delete(name);
        callback();
      }, delay),
    );
  }

  has(name: string): boolean {
    return this.#all.has(name);
  }

  clear(name: string): void {
    clearTimeout(this.#all.get(name));
    this.#all.delete(name);
  }

  stop(): void {
    for (const timer of this.#all.values()) clearTimeout(timer);
    this.#all.clear();
  }
}
