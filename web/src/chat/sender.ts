/**
 * Sends what waits in the outbox of a room, oldest first, each under its own key, so that a
 * message whose answer was lost is stored once (contract 10.3). Files are uploaded first.
 */
import { ApiError, type Api } from '../api';
import type { MessageData } from '../api.gen';
import type { Outbox, OutboxItem } from '../outbox';
import { Timers } from '../timers';
import * as calls from './calls';
import { limitIn } from './files';
import { upload } from './upload';

export type SendState =
  /** `share` of the upload, or null. */
  | { kind: 'sending'; share: number | null }
  /** Tried again by itself; `slow` when the server asked for a pause. */
  | { kind: 'waiting'; slow: boolean }
  /** Not tried again unless somebody says so; `most` bytes of a file that is too large. */
  | { kind: 'failed'; code: string; most: number | null };

export const TEXT = 'chat.text';
export const FILE = 'chat.file';
/** What waits in a room's outbox: words, or a file, which has an address once it is stored, and may be lost before. */
export type Unsent =
  | { type: typeof TEXT; message: string }
  | { type: typeof FILE; message: string; message_type: 'image' | 'file'; file: unknown; file_url?: string };

const HOUR_S = 3_600;
const DAY_S = 86_400;
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 15_000;
/** The first try under this key still runs: its answer is there in a moment. */
const STILL_RUNNING = 'IDEMPOTENCY_IN_FLIGHT';

interface SenderOptions {
  api: Api;
  roomId: number;
  outbox: Outbox<Unsent>;
  onSent: (item: OutboxItem<Unsent>, message: MessageData) => void;
  onState: (states: ReadonlyMap<string, SendState>) => void;
  /** No send is running: what was held back for it can be shown. */
  onPause: () => void;
}

export class Sender {
  readonly #options: SenderOptions;
  readonly #states = new Map<string, SendState>();
  #running = false;
  #stopped = false;
  #failures = 0;
  readonly #timers = new Timers();
  readonly #stopListening: () => void;

  constructor(options: SenderOptions) {
    this.#options = options;
    const online = (): void => this.wake();
    window.addEventListener('online', online);
    this.#stopListening = () => window.removeEventListener('online', online);
    void options.outbox.loaded.then(() => this.wake());
  }

  /** A message is on its way to the server, and may be stored there already. */
  get running(): boolean {
    return this.#running;
  }

  /** Try now what waits. */
  wake(): void {
    this.#timers.stop('retry');
    if (!this.#running && !this.#stopped) void this.#run();
  }

  retry(id: string): void {
    this.#states.delete(id);
    this.wake();
  }

  discard(id: string): void {
    this.#options.outbox.remove(id);
    this.#set(id, null);
  }

  stop(): void {
    this.#stopped = true;
    this.#timers.end();
    this.#stopListening();
  }

  #next(): OutboxItem<Unsent> | undefined {
    return this.#options.outbox.all.find((item) => this.#states.get(item.id)?.kind !== 'failed');
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let item = this.#next(); item && !this.#stopped; item = this.#next()) {
      if (!(await this.#try(item))) break;
    }
    this.#running = false;
    if (!this.#stopped) this.#options.onPause();
  }

  /** False when everything has to wait. */
  async #try(item: OutboxItem<Unsent>): Promise<boolean> {
    const { outbox, onSent } = this.#options;
    this.#set(item.id, { kind: 'sending', share: null });
    try {
      const message = await this.#send(item);
      this.#failures = 0;
      outbox.remove(item.id);
      onSent(item, message);
      this.#set(item.id, null);
      return true;
    } catch (error) {
      return this.#failed(item, error);
    }
  }

  async #send(item: OutboxItem<Unsent>): Promise<MessageData> {
    const { api, roomId, outbox } = this.#options;
    let { body } = item;
    if (body.type === TEXT) return calls.sendMessage(api, roomId, { message: body.message }, item.id);
    if (!body.file_url) {
      const { file } = body;
      if (!(file instanceof File)) throw new ApiError('FILE_LOST', 'The file is gone.', 400);
      const stored = await upload(api, roomId, file, (share) => this.#set(item.id, { kind: 'sending', share }));
      // What it is, and how it is called now, the server knows best.
      const image = stored.mime.startsWith('image/');
      body = { ...body, file_url: stored.file_url, message: image ? '' : stored.name, message_type: image ? 'image' : 'file' };
      // Kept at once: after a reload the same message has to name the same file.
      outbox.change(item.id, body);
    }
    const { message, message_type, file_url = null } = body;
    return calls.sendMessage(api, roomId, { message, message_type, file_url }, item.id);
  }

  #failed(item: OutboxItem<Unsent>, error: unknown): boolean {
    const known = error instanceof ApiError ? error : new ApiError('UNKNOWN', String(error), 400);
    const now = this.#options.outbox.all.find((other) => other.id === item.id)?.body ?? item.body;
    // The files of a day, not the messages of a moment.
    const tooMuch = now.type === FILE && known.status === 429 && !now.file_url && (known.retryAfter ?? DAY_S) >= HOUR_S;
    if ((known.temporary && !tooMuch) || known.code === STILL_RUNNING) {
      this.#set(item.id, { kind: 'waiting', slow: known.status === 429 });
      const pause = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** this.#failures);
      this.#failures += 1;
      this.#timers.after('retry', known.retryAfter === null ? pause : known.retryAfter * 1000, () => this.wake());
      return false;
    }
    this.#set(item.id, { kind: 'failed', code: known.code, most: limitIn(known.message) });
    return true;
  }

  #set(id: string, state: SendState | null): void {
    if (state) this.#states.set(id, state);
    else this.#states.delete(id);
    if (!this.#stopped) this.#options.onState(new Map(this.#states));
  }
}
