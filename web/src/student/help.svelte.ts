/**
 * Where a student's call for help is. What talks to the help desk (helpline.ts) is loaded
 * after the first step; until then a call waits in the outbox, and its state is kept here.
 */
import { afterPage } from '../later';
import { storage } from '../storage';
import type { HelpLine } from './helpline';
import { NO_HELP, type HelpHolder, type HelpOptions, type HelpState } from './helpState';

export class Help implements HelpHolder {
  now = $state.raw<HelpState>(NO_HELP);
  line = $state.raw<HelpLine | null>(null);
  readonly options: HelpOptions;
  #closed = false;

  constructor(options: HelpOptions) {
    this.options = options;
    this.now = { ...NO_HELP, ...storage.get<HelpState>(`help.${options.code}`) };
    afterPage(async () => {
      const { HelpLine: Line } = await import('./helpline');
      if (!this.#closed) this.line = new Line(this);
    });
  }

  /** Change some of it, and remember that over a reload. */
  become(change: Partial<HelpState>): void {
    this.now = { ...this.now, ...change };
    // A long answer may not fit into a cookie; it can be asked for again.
    const answer = storage.kind === 'local' ? this.now.answer : null;
    storage.set(`help.${this.options.code}`, { ...this.now, answer });
    this.line?.follow();
  }

  /** Whether there is something to show at this step. */
  at(stepId: number): boolean {
    return this.now.stepId === stepId && this.now.phase !== 'none';
  }

  /** Whether the student may call now. */
  free(stepId: number): boolean {
    const { phase } = this.now;
    return this.now.stepId !== stepId || phase === 'none' || phase === 'nudged' || phase === 'solved';
  }

  call(stepId: number, message: string): void {
    if (!this.free(stepId)) return;
    this.become({ ...NO_HELP, phase: 'calling', stepId });
    this.options.ask(stepId, { message });
  }

  /** The server has the request, or what was said of it later: an answer that came in between stays. */
  confirmed(stepId: number, requestId: number | null): void {
    const { now } = this;
    if (now.stepId === stepId && (now.phase === 'calling' || now.requestId !== requestId)) this.become({ phase: 'called', requestId });
  }

  /** The server did not take the request. */
  refused(stepId: number): void {
    if (this.now.stepId === stepId && this.now.phase === 'calling') this.become(NO_HELP);
  }

  /** Nothing has happened on this step for a while. */
  nudged(stepId: number, message: string, aloud: string): void {
    if (!this.free(stepId)) return;
    this.become({ ...NO_HELP, phase: 'nudged', stepId, nudge: message });
    // Not into another app, where they may be at work.
    if (!document.hidden) this.options.say(message, aloud);
  }

  /** The step is done, and with it the request. */
  done(stepId: number): void {
    if (this.now.stepId === stepId) this.become(NO_HELP);
  }

  close(): void {
    this.#closed = true;
    this.line?.close();
  }
}
