/**
 * One real-time connection (rt.v1, contract 10) that looks after itself.
 *
 *   const socket = new RtSocket({
 *     url: '/ws/sessions/ABC123/',
 *     token: (fresh) => api.socketToken(fresh),
 *     greeting: () => ({ type: 'join' }),
 *     onEvent: (frame, { replayed }) => …,
 *     onSnapshot: (frame) => …,
 *   });
 *   socket.connection.subscribe(({ phase }) => …);   // connecting, online, waiting, final, closed
 *   await socket.send({ type: 'progress_update', subtask_id: 5, status: 'COMPLETED' });
 *
 * It reconnects with full jitter (at most 30 s), at once when the phone is online or looked
 * at again; asks for exactly the events it missed; delivers every event once and in order;
 * keeps writes in the outbox until the server has confirmed them; answers each step with
 * `received`; and notices a peer that is silent for a heartbeat.
 */
import { writable, type Readable } from 'svelte/store';
import type { Body, Outbox, OutboxItem } from './outbox';
import type {
  ClassroomRoomHeartbeatAck,
  ClassroomRoomSendJoin,
  ClassroomRoomSendLeave,
  ClassroomRoomSendPageState,
  Delivered,
  DeliveryCommand,
  DeliveryFrame,
  RtAck,
  RtErrorFrame,
  RtHello,
  RtSnapshot,
} from './protocol.gen';
import { learnTime } from './serverTime';
import { StreamOrder } from './streams';
import { Timers } from './timers';

export type Phase = 'connecting' | 'online' | 'waiting' | 'final' | 'closed';

export interface Connection {
  phase: Phase;
  /** Close code of the last connection, null before the first one ended. */
  code: number | null;
  /** True once a connection has been up. */
  everOnline: boolean;
}

/** The server has read a write and refused it; it will not be sent again. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'Refused';
    this.code = code;
  }
}

/** `F`: the frames of this socket, as the protocol has them; `C`: the commands that are written to it. */
export interface SocketOptions<F extends Body, C extends Body> {
  /** Path on this host, or a whole ws(s) address. */
  url: string;
  /** An access token; `fresh` when the server refused the last one. null: no token exists. */
  token: (fresh: boolean) => Promise<string | null>;
  /** First frame of every connection, before anything else. */
  greeting?: () => ClassroomRoomSendJoin;
  onEvent?: (frame: F & Delivered, info: { replayed: boolean }) => void;
  /** The missed events could not be had; the frames of the new state follow as events. */
  onSnapshot?: (frame: RtSnapshot) => void;
  /** A write that the server refused, also one of an earlier page. */
  onRefused?: (item: OutboxItem<C>, error: Refused) => void;
  /** A write that the server has confirmed, also one of an earlier page. */
  onAck?: (item: OutboxItem<C>, ack: RtAck) => void;
  /** Where unsent writes are kept; without one, `send` is not available. */
  outbox?: Outbox<C>;
  /** Event types to answer with `received`. */
  receipts?: readonly F['type'][];
}

const FINAL_CODES = new Set([4400, 4403, 4404, 4409, 4410]);
const UNAUTHORISED = 4401;
/** Errors of a write that pass by themselves; the write stays in the outbox. */
const PASSING = new Set(['RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL_ERROR', 'IDEMPOTENCY_IN_FLIGHT']);
/** A write that fails this often in a row is not passing: it must not block those behind it. */
const MAX_WRITE_FAILURES = 6;
const BACKOFF_BASE_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** A connection that lived this long starts its backoff anew. */
const STABLE_MS = 5_000;
const ANSWER_MS = 10_000;
const PROBE_MS = 5_000;
const RETRY_WRITE_MS = 2_000;

interface Waiter {
  resolve: (ack: RtAck) => void;
  reject: (error: Refused) => void;
}

/** With the page's language: a socket takes no headers from a page. */
function absolute(path: string): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  url.searchParams.set('lang', document.documentElement.lang);
  return url.href;
}

/** Full jitter: anything between nothing and the doubled limit. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 16));
}

export class RtSocket<F extends Body, C extends Body = never> {
  readonly connection: Readable<Connection>;
  readonly #options: SocketOptions<F, C>;
  readonly #state = writable<Connection>({ phase: 'closed', code: null, everOnline: false });
  #snapshotOfState: Connection = { phase: 'closed', code: null, everOnline: false };
  readonly #streams: StreamOrder<F & Delivered>;
  readonly #waiters = new Map<string, Waiter>();
  readonly #receipts = new Map<string, number>();
  #socket: WebSocket | null = null;
  /** Raised at every start and stop, so that answers of an older attempt are ignored. */
  #round = 0;
  #attempt = 0;
  #freshToken = false;
  #inFlight: string | null = null;
  #writeFailures = 0;
  #restartAfter: number | null = null;
  /** When the last heartbeat left, by the device's clock. */
  #askedAt = 0;
  #heartbeatMs = 30_000;
  readonly #timers = new Timers();
  readonly #stopListening: () => void;

  constructor(options: SocketOptions<F, C>) {
    this.#options = options;
    this.connection = { subscribe: this.#state.subscribe };
    this.#streams = new StreamOrder({
      deliver: (frame, replayed) => this.#deliver(frame, replayed),
      resume: (streams) => {
        if (this.tell({ type: 'resume', streams })) this.#waitForResume();
      },
      snapshot: (frame) => this.#options.onSnapshot?.(frame),
      giveUp: () => this.#drop(4440),
    });
    this.#stopListening = this.#listen();
    void this.#options.outbox?.loaded.then(() => this.#pump());
    void this.#open();
  }

  /**
   * Queue a write. It is sent now or when the connection is back, once, after all that was
   * queued before it.
   * @returns the server's confirmation
   * @throws Refused (as a rejection) when the server says no
   */
  send(body: C): Promise<RtAck> {
    const { outbox } = this.#options;
    if (!outbox) throw new Error('This socket has no outbox.');
    const item = outbox.add(body);
    const answer = new Promise<RtAck>((resolve, reject) => {
      this.#waiters.set(item.id, { resolve, reject });
    });
    this.#pump();
    return answer;
  }

  /** Send a frame that nobody confirms, if there is a connection now. */
  tell(
    frame: DeliveryCommand | ClassroomRoomSendJoin | ClassroomRoomSendPageState | ClassroomRoomSendLeave | (C & { client_msg_id: string }),
  ): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** End it for good. Unsent writes stay in the outbox. */
  close(): void {
    this.#stopListening();
    this.#shut(1000);
    this.#set({ phase: 'closed' });
  }

  /** Try now instead of waiting, or make sure that the connection is alive. */
  wake(): void {
    if (this.#snapshotOfState.phase === 'waiting') void this.#open();
    else if (this.#snapshotOfState.phase === 'online') this.#probe(PROBE_MS);
  }

  #set(change: Partial<Connection>): void {
    this.#snapshotOfState = { ...this.#snapshotOfState, ...change };
    this.#state.set(this.#snapshotOfState);
  }

  #listen(): () => void {
    const wake = (): void => this.wake();
    const look = (): void => {
      if (document.visibilityState === 'visible') this.wake();
    };
    const offline = (): void => this.#probe(PROBE_MS);
    window.addEventListener('online', wake);
    window.addEventListener('offline', offline);
    window.addEventListener('pageshow', wake);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('online', wake);
      window.removeEventListener('offline', offline);
      window.removeEventListener('pageshow', wake);
      document.removeEventListener('visibilitychange', look);
    };
  }

  // --- connecting ---------------------------------------------------------------------

  async #open(): Promise<void> {
    this.#timers.clear();
    const round = ++this.#round;
    this.#set({ phase: 'connecting' });
    let token: string | null;
    try {
      token = await this.#options.token(this.#freshToken);
    } catch {
      if (round === this.#round) this.#retry();
      return;
    }
    if (round !== this.#round) return;
    if (token === null && this.#freshToken) {
      this.#finish(UNAUTHORISED);
      return;
    }
    this.#attach(new WebSocket(absolute(this.#options.url), token ? ['rt.v1', `bearer.${token}`] : ['rt.v1']));
  }

  #attach(socket: WebSocket): void {
    this.#socket = socket;
    this.#timers.after('hello', ANSWER_MS, () => this.#drop(4408));
    socket.onopen = () => {
      if (this.#options.greeting) this.tell(this.#options.greeting());
    };
    socket.onmessage = (event: MessageEvent<unknown>) => this.#receive(event.data);
    socket.onclose = (event) => this.#lost(event.code);
  }

  #lost(code: number): void {
    this.#shut(null);
    this.#set({ code });
    if (FINAL_CODES.has(code)) this.#finish(code);
    else if (code === UNAUTHORISED && this.#freshToken) this.#finish(code);
    else if (code === UNAUTHORISED) {
      this.#freshToken = true;
      void this.#open();
    } else this.#retry();
  }

  #finish(code: number): void {
    this.#shut(null);
    this.#set({ phase: 'final', code });
  }

  #retry(): void {
    const delay = this.#restartAfter ?? backoff(this.#attempt);
    this.#restartAfter = null;
    this.#attempt += 1;
    this.#set({ phase: 'waiting' });
    this.#timers.after('retry', delay, () => void this.#open());
  }

  /** Leave a connection that does not answer; its close event may come minutes later. */
  #drop(code: number): void {
    this.#shut(code);
    this.#lost(code);
  }

  #shut(code: number | null): void {
    this.#round += 1;
    this.#timers.clear();
    this.#inFlight = null;
    this.#streams.pause();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (code !== null) socket.close(code);
  }

  // --- frames -------------------------------------------------------------------------

  #receive(data: unknown): void {
    this.#timers.stop('silence');
    let frame: DeliveryFrame | ClassroomRoomHeartbeatAck;
    try {
      frame = JSON.parse(String(data)) as typeof frame;
    } catch {
      return;
    }
    switch (frame.type) {
      case 'hello':
        return this.#hello(frame);
      case 'ack':
        return this.#confirmed(frame);
      case 'error':
        return this.#refused(frame);
      case 'resumed':
        this.#streams.resumed(frame);
        return this.#settleResume();
      case 'snapshot':
        this.#streams.snapshot(frame);
        return this.#settleResume();
      case 'reconnect':
        this.#restartAfter = frame.after_ms;
        return undefined;
      case 'heartbeat_ack':
        learnTime(Date.parse(frame.server_time), this.#askedAt);
        return undefined;
      default:
        // An event of this socket. A long answer is an answer.
        return this.#streams.take(frame as unknown as F & Delivered) ? this.#waitForResume() : undefined;
    }
  }

  #hello({ heartbeat_interval, streams }: RtHello): void {
    this.#timers.stop('hello');
    this.#heartbeatMs = heartbeat_interval * 1000;
    this.#set({ phase: 'online', everOnline: true });
    this.#timers.after('stable', STABLE_MS, () => {
      this.#attempt = 0;
      this.#freshToken = false;
    });
    this.#beat();
    this.#streams.hello(streams);
    this.#pump();
  }

  #waitForResume(): void {
    this.#timers.after('resume', ANSWER_MS, () => this.#drop(4440));
  }

  #settleResume(): void {
    if (!this.#streams.waiting) this.#timers.stop('resume');
  }

  #deliver(frame: F & Delivered, replayed: boolean): void {
    this.#options.onEvent?.(frame, { replayed });
    const receipts: readonly string[] = this.#options.receipts ?? ['step_changed'];
    const { stream, seq } = frame;
    if (stream === undefined || seq === undefined || !receipts.includes(frame.type)) return;
    // One receipt for steps that came together: the phone shows only the last of them.
    if (this.#receipts.size === 0) queueMicrotask(() => this.#sendReceipts());
    this.#receipts.set(stream, seq);
  }

  #sendReceipts(): void {
    for (const [stream, seq] of this.#receipts) this.tell({ type: 'received', stream, seq });
    this.#receipts.clear();
  }

  // --- heartbeat ----------------------------------------------------------------------

  #beat(): void {
    this.#timers.after('beat', this.#heartbeatMs, () => {
      this.#probe(ANSWER_MS);
      this.#beat();
    });
  }

  #probe(patienceMs: number): void {
    const asked = Date.now();
    if (!this.tell({ type: 'heartbeat', timestamp: new Date(asked).toISOString() })) return;
    this.#askedAt = asked;
    this.#timers.once('silence', patienceMs, () => this.#drop(4408));
  }

  // --- writes -------------------------------------------------------------------------

  /** Send the oldest unsent write, one at a time, which is what keeps them in order. */
  #pump(): void {
    if (this.#inFlight || this.#snapshotOfState.phase !== 'online') return;
    const item = this.#options.outbox?.first;
    if (!item || this.#timers.has('write')) return;
    if (!this.tell({ ...item.body, client_msg_id: item.id })) return;
    this.#inFlight = item.id;
    this.#timers.after('ack', ANSWER_MS, () => this.#drop(4408));
  }

  #confirmed(ack: RtAck): void {
    const item = this.#take(ack.client_msg_id);
    if (!item) return;
    this.#options.onAck?.(item, ack);
    this.#waiters.get(item.id)?.resolve(ack);
    this.#waiters.delete(item.id);
    this.#pump();
  }

  #refused({ client_msg_id: id, code, message }: RtErrorFrame): void {
    if (id === undefined || id !== this.#inFlight) return;
    if (PASSING.has(code) && ++this.#writeFailures < MAX_WRITE_FAILURES) {
      this.#inFlight = null;
      this.#timers.stop('ack');
      this.#timers.after('write', RETRY_WRITE_MS, () => this.#pump());
      return;
    }
    const item = this.#take(id);
    if (!item) return;
    const error = new Refused(code, message);
    this.#options.onRefused?.(item, error);
    this.#waiters.get(id)?.reject(error);
    this.#waiters.delete(id);
    this.#pump();
  }

  #take(id: string): OutboxItem<C> | null {
    const item = this.#options.outbox?.first;
    if (!item || item.id !== id) return null;
    this.#options.outbox?.remove(id);
    this.#inFlight = null;
    this.#writeFailures = 0;
    this.#timers.stop('ack');
    return item;
  }
}
