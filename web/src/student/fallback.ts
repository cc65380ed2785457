/**
 * The class over plain HTTP, for networks that let no WebSocket through: while the socket is
 * down, the state is fetched and unsent writes are posted under the same keys, so that the
 * server takes each of them once, whichever way it comes.
 */
import { ApiError, type Api } from '../api';
import type { Outbox, OutboxItem } from '../outbox';
import type { Ack } from '../socket';
import type { CurrentState } from '../types';

const FIRST_MS = 6_000;
const EVERY_MS = 4_000;

interface FallbackOptions {
  api: Api;
  sessionId: number;
  outbox: Outbox;
  onState: (state: CurrentState) => void;
  onAck: (item: OutboxItem, ack: Ack) => void;
  onRefused: (item: OutboxItem) => void;
  /** Whether the class is reachable this way now. */
  onReach: (reached: boolean) => void;
}

export class HttpFallback {
  readonly #options: FallbackOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;

  constructor(options: FallbackOptions) {
    this.#options = options;
  }

  /** The socket is down (idempotent). */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#timer = setTimeout(() => void this.#round(), FIRST_MS);
  }

  /** The socket is up, or the page goes. */
  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    this.#options.onReach(false);
  }

  async #round(): Promise<void> {
    const { api, sessionId, onState, onReach } = this.#options;
    try {
      const state = await api.get<CurrentState>(`/api/sessions/${sessionId}/current`);
      if (!this.#running) return;
      onReach(true);
      onState(state);
      await this.#flush();
    } catch {
      if (this.#running) onReach(false);
    }
    if (this.#running) this.#timer = setTimeout(() => void this.#round(), EVERY_MS);
  }

  async #flush(): Promise<void> {
    const { outbox, onAck, onRefused } = this.#options;
    for (let item = outbox.first; item && this.#running; item = outbox.first) {
      try {
        const id = await this.#post(item);
        outbox.remove(item.id);
        onAck(item, { client_msg_id: item.id, id, seq: null, duplicate: false });
      } catch (error) {
        if (error instanceof ApiError && error.temporary) throw error;
        outbox.remove(item.id);
        onRefused(item);
      }
    }
  }

  async #post(item: OutboxItem): Promise<number | null> {
    const { type, subtask_id, status, message } = item.body;
    const options = { key: item.id };
    if (type === 'progress_update') {
      await this.#options.api.post('/api/progress/update', { subtask_id, status }, options);
      return null;
    }
    const body = { subtask_id, request_type: 'MANUAL', context_data: { message } };
    const made = await this.#options.api.post<{ help_request_id: number }>(
      '/api/help/request',
      body,
      options,
    );
    return made.help_request_id;
  }
}
