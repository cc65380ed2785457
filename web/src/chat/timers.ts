/** Timers by name: one of each, all of them gone when their owner is. */
export class Timers {
  readonly #running = new Map<string, ReturnType<typeof setTimeout>>();
  #over = false;

  has(name: string): boolean {
    return this.#running.has(name);
  }

  /** Run once, that much later, in place of what was planned under this name. */
  after(name: string, ms: number, run: () => void): void {
    if (this.#over) return;
    this.stop(name);
    const timer = setTimeout(() => {
      this.#running.delete(name);
      run();
    }, ms);
    this.#running.set(name, timer);
  }

  stop(name: string): void {
    clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  end(): void {
    this.#over = true;
    for (const timer of this.#running.values()) clearTimeout(timer);
    this.#running.clear();
  }
}
