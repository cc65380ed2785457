/**
 * One class as its supporter sees it: its people, and who waits for help; nothing moves the class from here.
 * Everything is read again when the class's socket (W5) has told of something.
 */
import { accountApi } from '../../api';
import type { HelpGroup, PendingRequest, RosterPerson, StaffBody } from '../../api.gen';
import type { ClassInstructorFrame } from '../../protocol.gen';
import { RtSocket, type Phase } from '../../socket';
import { Timers } from '../../timers';
import { answerHelp, closeHelp, readRoster } from '../calls';
import { inOrder } from '../roster';
import { readQueue, readStaff } from './calls';

/** A busy class is read at most this often. */
const REFETCH_MS = 700;
/** What no event tells. */
const POLL_MS = 15_000;

export class SupportedClass {
  info = $state.raw<StaffBody | null>(null);
  queue = $state.raw<readonly PendingRequest[]>([]);
  groups = $state.raw<readonly HelpGroup[]>([]);
  phase = $state<Phase>('connecting');
  /** Why there is nothing to show. */
  failure = $state.raw<unknown>(null);
  /** Worst first. */
  people = $state.raw<readonly RosterPerson[]>([]);
  readonly #ref: string;
  readonly #timers = new Timers();
  #socket: RtSocket<ClassInstructorFrame> | null = null;
  #stopWatching: (() => void) | null = null;
  #closed = false;

  constructor(ref: string) {
    this.#ref = ref;
    void this.load();
  }

  async load(): Promise<void> {
    this.failure = null;
    try {
      await this.#read();
    } catch (error) {
      this.failure = error;
      return;
    }
    if (!this.#closed && !this.#socket) this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#stopWatching?.();
    this.#socket?.close();
    this.#timers.end();
  }

  async #read(): Promise<void> {
    const info = await readStaff(this.#ref);
    const [roster, queue] = await Promise.all([readRoster(info.session_id), readQueue(info.session_id)]);
    if (this.#closed) return;
    this.info = info;
    this.people = inOrder(roster.people);
    this.queue = queue.pending_requests;
    this.groups = queue.groups;
  }

  #connect(): void {
    const id = this.info?.session_id ?? 0;
    this.#socket = new RtSocket<ClassInstructorFrame>({
      url: `/ws/session/${id}/instructor/`,
      token: (fresh) => accountApi.socketToken(fresh),
      onEvent: () => this.#soon(),
      onSnapshot: () => this.#soon(),
    });
    this.#stopWatching = this.#socket.connection.subscribe(({ phase }) => {
      this.phase = phase;
      if (phase === 'online') this.#soon();
    });
    this.#poll();
  }

  #soon(): void {
    this.#timers.once('read', REFETCH_MS, () => void this.refresh());
  }

  #poll(): void {
    this.#timers.after('poll', POLL_MS, () => {
      void this.refresh();
      this.#poll();
    });
  }

  /** What is shown stays when it cannot be read. */
  async refresh(): Promise<void> {
    await this.#read().catch(() => undefined);
  }

  /** @throws ApiError */
  async answer(request: PendingRequest, text: string): Promise<void> {
    await answerHelp(request.help_request_id, text);
    await this.refresh();
  }

  /** @throws ApiError */
  async end(request: PendingRequest): Promise<void> {
    await closeHelp(request.help_request_id);
    await this.refresh();
  }
}
