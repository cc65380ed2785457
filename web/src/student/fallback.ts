/**
 * The class over plain HTTP, for networks that let no WebSocket through: while the socket is
 * down, the state is fetched and unsent writes are posted under the same keys, so that the
 * server takes each of them once, whichever way it comes.
 */
import { ApiError, type Api } from '../api';
import type { CurrentState, HelpAskedBody, Missed } from '../api.gen';
import type { Outbox, OutboxItem } from '../outbox';
import type { ClassroomRoomSendHelpRequest, ClassroomRoomSendProgressUpdate, RtAck } from '../protocol.gen';
import { Timers } from '../timers';

const FIRST_MS = 6_000;
const AGAIN_MS = 4_000;
const SEND_MS = 2_000;
/** Between two looks at a class in which something happens all the time. */
const CALM_MS = 1_000;
/** The server answers as soon as something happens, and after this at the latest. */
const WAIT_SECONDS = 10;

/** What a phone writes to its class; each is about a step. */
export type ClassWrite = (ClassroomRoomSendProgressUpdate | ClassroomRoomSendHelpRequest) & { subtask_id: number };

interface FallbackOptions {
  api: Api;
  sessionId: number;
  outbox: Outbox<ClassWrite>;
  onState: (state: CurrentState) => void;
  onAck: (item: OutboxItem<ClassWrite>, ack: RtAck) => void;
  onRefused: (item: OutboxItem<ClassWrite>) => void;
  /** Whether the class is reachable this way now. */
  onReach: (reached: boolean) => void;
}

export class HttpFallback {
  readonly #options: FallbackOptions;
  readonly #timers = new Timers();
  #stop: AbortController | null = null;

  constructor(options: FallbackOptions) {
    this.#options = options;
  }

  /** The socket is down (idempotent). */
  start(): void {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#timers.after('watch', FIRST_MS, () => void this.#watch());
    this.#timers.after('send', FIRST_MS, () => void this.#send());
  }

  /** The socket is up, or the page goes. */
  stop(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.#timers.clear();
    this.#options.onReach(false);
  }

  get #running(): boolean {
    return this.#stop !== null;
  }

  /** What happens in the class, one answer after the other. */
  async #watch(since: Missed | null = null): Promise<void> {
    const stop = this.#stop;
    try {
      const now = await this.#happened(since, stop?.signal);
      if (stop !== this.#stop || !stop) return;
      if (!since || !now.recovered || now.events.length > 0) await this.#show(stop);
      if (stop === this.#stop) this.#timers.after('watch', CALM_MS, () => void this.#watch(now));
    } catch {
      if (stop !== this.#stop || !stop) return;
      this.#options.onReach(false);
      this.#timers.after('watch', AGAIN_MS, () => void this.#watch());
    }
  }

  /** Without a place only where the class stands; with one it waits until there is something after it. */
  #happened(since: Missed | null, signal: AbortSignal | undefined): Promise<Missed> {
    const { api, sessionId } = this.#options;
    const query = since
      ? `after_seq=${since.seq}&epoch=${since.epoch}&wait=${WAIT_SECONDS}`
      : 'after_seq=0&epoch=none';
    return api.get<Missed>(`/api/sessions/${sessionId}/events?${query}`, signal ? { signal } : {});
  }

  async #show(stop: AbortController): Promise<void> {
    const { api, sessionId, onState, onReach } = this.#options;
    const state = await api.get<CurrentState>(`/api/sessions/${sessionId}/current`);
    if (stop !== this.#stop) return;
    onReach(true);
    onState(state);
  }

  async #send(): Promise<void> {
    await this.#flush().catch(() => undefined); // tried again in a moment
    if (this.#running) this.#timers.after('send', SEND_MS, () => void this.#send());
  }

  async #flush(): Promise<void> {
    const { outbox, onAck, onRefused } = this.#options;
    for (let item = outbox.first; item && this.#running; item = outbox.first) {
      try {
        const id = await this.#post(item);
        outbox.remove(item.id);
        onAck(item, { type: 'ack', client_msg_id: item.id, id, seq: null, duplicate: false });
      } catch (error) {
        if (error instanceof ApiError && error.temporary) throw error;
        outbox.remove(item.id);
        onRefused(item);
      }
    }
  }

  async #post({ id: key, body: write }: OutboxItem<ClassWrite>): Promise<number | null> {
    const { subtask_id } = write;
    if (write.type === 'progress_update') {
      await this.#options.api.post('/api/progress/update', { subtask_id, status: write.status }, { key });
      return null;
    }
    const { message, reason } = write;
    const body = { subtask_id, request_type: 'MANUAL', ...(reason ? { reason } : { context_data: { message } }) };
    return (await this.#options.api.post<HelpAskedBody>('/api/help/request', body, { key })).help_request_id;
  }
}
