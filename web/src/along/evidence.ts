/**
 * What this page knows of how its person follows a step, told to the activity log (contract 11.1): a step stands on the
 * page, the page is hidden and back, a clip was heard to its end. Nothing of other apps, no texts of people.
 *
 * Each event has an `event_id` of its own and waits in an outbox that survives a reload, so it arrives once. They go
 * together, at most one request every ten seconds.
 */
import { ApiError, type Api } from '../api';
import type { LogsSavedBody } from '../api.gen';
import { Outbox } from '../outbox';
import { storage } from '../storage';
import { Timers } from '../timers';

/** The server knows them by these names (`mobilegpt/activity/page_events.py`). */
export const PAGE_EVENTS = [
  'page.step_shown',
  'page.hidden',
  'page.back',
  'page.clip_heard',
  'page.picture_enlarged',
  'page.guide_floated',
  'page.guide_closed',
] as const;
export type PageEvent = (typeof PAGE_EVENTS)[number];

/** How the page stands at that moment; `source` is of what was heard. */
export interface PageFacts {
  visible: boolean;
  floating: boolean;
  source?: 'clip' | 'speech' | 'voice';
}

interface Report {
  type: PageEvent;
  event_id: string;
  subtask_id: number;
  timestamp: number;
  event_data: PageFacts;
}

export const EVERY_MS = 10_000;
/** A hall reports a step at the same moment: each phone waits a little, by chance. */
const GATHER_MS = 2_000;
const SPREAD_MS = 6_000;
/** A phone without a connection keeps the newest. */
export const MOST_KEPT = 300;
const MOST_AT_ONCE = 100;

/** A UUID of chance (version 4), also where there is no crypto.randomUUID. */
export function newEventId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export class Evidence {
  readonly #api: Api;
  readonly #outbox: Outbox<Report>;
  readonly #sentKey: string;
  readonly #timers = new Timers();
  #sending = false;

  /** `scope` keeps seats apart, e.g. "ABC123.7". */
  constructor(api: Api, scope: string) {
    this.#api = api;
    this.#outbox = new Outbox(`evidence.${scope}`);
    this.#sentKey = `evidence.sent.${scope}`;
    void this.#outbox.loaded.then(() => this.#plan());
  }

  note(type: PageEvent, stepId: number, facts: PageFacts): void {
    const oldest = this.#outbox.first;
    if (oldest && this.#outbox.all.length >= MOST_KEPT) this.#outbox.remove(oldest.id);
    this.#outbox.add({ type, event_id: newEventId(), subtask_id: stepId, timestamp: Date.now(), event_data: facts });
    this.#plan();
  }

  /** What is still here goes when the class is opened again. */
  close(): void {
    this.#timers.end();
  }

  #plan(wait = GATHER_MS + Math.random() * SPREAD_MS): void {
    if (!this.#outbox.first || this.#sending) return;
    // Kept in the storage: a reload and a second tab do not ask sooner.
    const since = Date.now() - (storage.get<number>(this.#sentKey) ?? 0);
    const due = since >= 0 && since < EVERY_MS ? EVERY_MS - since : 0;
    this.#timers.once('send', Math.max(wait, due), () => void this.#send());
  }

  async #send(): Promise<void> {
    const items = this.#outbox.all.slice(0, MOST_AT_ONCE);
    this.#sending = true;
    storage.set(this.#sentKey, Date.now());
    const logs = items.map(({ body: { type, ...rest } }) => ({ ...rest, event_type: type }));
    let wait: number | undefined;
    try {
      await this.#api.post<LogsSavedBody>('/api/logs/batch', { logs });
      this.#forget(items);
    } catch (error) {
      // What the server refuses now it refuses for ever: the step is gone, or the seat.
      if (error instanceof ApiError && !error.temporary) this.#forget(items);
      else wait = Math.max(EVERY_MS, (error instanceof ApiError ? (error.retryAfter ?? 0) : 0) * 1_000);
    }
    this.#sending = false;
    this.#plan(wait);
  }

  #forget(items: readonly { id: string }[]): void {
    items.forEach(({ id }) => this.#outbox.remove(id));
  }
}
