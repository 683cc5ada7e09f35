/** A set of callbacks that can be added to, removed from, and called. */
export class Listeners<T extends unknown[]> {
  #all = new Set<(...args: T) => void>();

  add(listener: (...args: T) => void): () => void {
    this.#all.add(listener);
    return () => {
      this.#all.delete(listener);
    };
  }

  call(...args: T): void {
    for (const listener of [...this.#all]) listener(...args);
  }

  clear(): void {
    this.#all.clear();
  }

  get size(): number {
    return this.#all.size;
  }
}
