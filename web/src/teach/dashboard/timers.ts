/** Work that is put off: once per name, however often it is asked for meanwhile. */
export class Timers {
  private readonly running = new Map<string, ReturnType<typeof setTimeout>>();
  private closed = false;

  /** `run` is called that much later; what it rejects with goes to `failed`. */
  later(name: string, ms: number, run: () => Promise<void>, failed: (error: unknown) => void = () => undefined): void {
    if (this.closed || this.running.has(name)) return;
    const timer = setTimeout(() => {
      this.running.delete(name);
      void run().catch(failed);
    }, ms);
    this.running.set(name, timer);
  }

  close(): void {
    this.closed = true;
    for (const timer of this.running.values()) clearTimeout(timer);
    this.running.clear();
  }
}
