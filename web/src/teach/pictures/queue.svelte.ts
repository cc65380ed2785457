/**
 * Pictures on their way, one after the other, so that their order is kept: one that the server refuses is left out with
 * its reason and the next one goes; without a connection the one on its way waits, and all behind it.
 */
import { ApiError } from '../../api';
import { randomId } from '../../random';
import { Timers } from '../../timers';
import { MOST_BYTES, lighter, unfit, type Unfit } from './intake';

export type Problem = Unfit | 'broken' | 'quota' | 'taken' | 'over' | { error: unknown };
export type PictureState = 'waiting' | 'drawing' | 'sending' | 'done' | 'failed';

/** `share` of it has been sent, from 0 to 1. */
export interface Item {
  readonly id: string;
  readonly name: string;
  readonly file: File;
  state: PictureState;
  share: number;
  problem: Problem | null;
}

/** @throws ApiError */
export type Send = (file: Blob, item: { name: string; key: string; onProgress: (share: number) => void }) => Promise<void>;

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
/** Nobody waits longer: it is the limit of a day. */
const A_WAIT_SECONDS = 120;
const REFUSALS: Readonly<Record<string, Problem>> = { UNSUPPORTED_FILE: 'broken', TOO_LARGE: 'large', QUOTA_EXCEEDED: 'quota', LINK_TAKEN: 'taken', LINK_OVER: 'over' };

export class Queue {
  items = $state<Item[]>([]);
  /** Why nothing moves at the moment; it goes on by itself. */
  stalled = $state<'offline' | 'busy' | null>(null);
  readonly done: number = $derived(this.items.filter(({ state }) => state === 'done').length);
  readonly failed: number = $derived(this.items.filter(({ state }) => state === 'failed').length);
  readonly busy: boolean = $derived(this.items.some(({ state }) => state !== 'done' && state !== 'failed'));
  /** Closing the page would lose something. */
  readonly unsafe: boolean = $derived(this.items.some(({ state }) => state !== 'done'));

  private readonly send: Send;
  private readonly make: (file: File) => Promise<Blob>;
  private readonly timers = new Timers();
  private pause = FIRST_PAUSE_MS;
  private running = false;
  private ended = false;

  constructor(send: Send, make: (file: File) => Promise<Blob> = lighter) {
    this.send = send;
    this.make = make;
  }

  add(files: readonly File[]): void {
    for (const file of files) {
      const problem = unfit(file);
      const state = problem ? 'failed' : 'waiting';
      this.items.push({ id: randomId(), name: file.name, file, state, share: 0, problem });
    }
    void this.run();
  }

  /** One that failed goes to the end: what came after it stands already. */
  again(item: Item): void {
    this.remove(item);
    this.items.push({ ...item, state: 'waiting', share: 0, problem: null });
    void this.run();
  }

  remove(item: Item): void {
    this.items = this.items.filter(({ id }) => id !== item.id);
  }

  clear(): void {
    this.items = this.items.filter(({ state }) => state !== 'done' && state !== 'failed');
  }

  /** The connection is back. */
  resume(): void {
    this.pause = FIRST_PAUSE_MS;
    if (this.stalled) void this.run();
  }

  end(): void {
    this.ended = true;
    this.timers.end();
  }

  private async run(): Promise<void> {
    if (this.running || this.ended) return;
    this.running = true;
    this.timers.stop('pause');
    this.stalled = null;
    for (;;) {
      const item = this.items.find(({ state }) => state === 'waiting');
      if (!item || this.ended || !(await this.sendOne(item))) break;
    }
    this.running = false;
  }

  /** @returns whether the next one may go */
  private async sendOne(item: Item): Promise<boolean> {
    item.state = 'drawing';
    try {
      const content = await this.make(item.file);
      if (content.size > MOST_BYTES) return this.refuse(item, 'large');
      item.state = 'sending';
      const onProgress = (share: number): void => void (item.share = share);
      await this.send(content, { name: item.name, key: item.id, onProgress });
    } catch (error) {
      if (error instanceof ApiError && (error.retryAfter ?? 0) > A_WAIT_SECONDS) return this.refuse(item, 'quota');
      // The first try may be at work still, though its answer did not come.
      const later = error instanceof ApiError && (error.temporary || error.code === 'IDEMPOTENCY_IN_FLIGHT');
      if (later) return this.wait(item, error);
      const code = error instanceof ApiError ? error.code : '';
      return this.refuse(item, (Object.hasOwn(REFUSALS, code) && REFUSALS[code]) || { error });
    }
    item.state = 'done';
    item.share = 1;
    this.pause = FIRST_PAUSE_MS;
    return true;
  }

  private refuse(item: Item, problem: Problem): true {
    item.state = 'failed';
    item.problem = problem;
    return true;
  }

  private wait(item: Item, { status, retryAfter }: ApiError): false {
    item.state = 'waiting';
    item.share = 0;
    this.stalled = status === 0 ? 'offline' : 'busy';
    this.timers.after('pause', retryAfter === null ? this.pause : retryAfter * 1000, () => void this.run());
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
    return false;
  }
}
