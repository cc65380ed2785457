/** Timers by name: at most one of each, and all of them gone when their owner is. */
export class Timers {
  readonly #running = new Map<string, ReturnType<typeof setTimeout>>();
  #ended = false;

  has(name: string): boolean {
    return this.#running.has(name);
  }

  /** Run once, that much later, in place of what was planned under this name. */
  after(name: string, ms: number, run: () => void): void {
    this.stop(name);
    if (this.#ended) return;
    this.#running.set(name, setTimeout(() => {
      this.#running.delete(name);
      run();
    }, ms));
  }

  /** The same, unless something is planned under this name: once, however often it is asked for meanwhile. */
  once(name: string, ms: number, run: () => void): void {
    if (!this.has(name)) this.after(name, ms, run);
  }

  stop(name: string): void {
    clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  /** Stop them all. */
  clear(): void {
    for (const name of this.#running.keys()) this.stop(name);
  }

  /** Stop them all, and plan nothing any more. */
  end(): void {
    this.#ended = true;
    this.clear();
  }
}
