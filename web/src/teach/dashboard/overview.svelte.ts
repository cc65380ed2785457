/**
 * All lectures of an instructor at once: the list, the numbers of each (R37), the open requests of all (R36), and what
 * happens in them as it happens (W9). News of a lecture have its numbers read again, a moment later.
 */
import { accountApi } from '../../api';
import type { HelpGroup, LectureRow, PendingRequest, SessionBody } from '../../api.gen';
import type { InstructorDashboardAnyHelpRequest, InstructorDashboardFrame } from '../../protocol.gen';
import { serverNow, serverNowIso } from '../../serverTime';
import { RtSocket, type Phase } from '../../socket';
import { Timers } from '../../timers';
import { answerHelp, closeHelp, listLectures, listSessions } from '../calls';
import * as calls from './calls';
import { keepSame } from './rows';

const REREAD_MS = 2_000;
const FIRST_MS = 1_500;
const POLL_MS = 30_000;
/** How many questions are on their way together. */
const AT_ONCE = 4;
const FEED_LENGTH = 30;
const LIVE: ReadonlySet<string> = new Set(['WAITING', 'IN_PROGRESS', 'PAUSED']);

export interface Figures {
  students: number;
  rate: number;
}

export type News =
  | { kind: 'progress'; status: string; percent: number; name: string }
  | { kind: 'help'; name: string }
  | { kind: 'status'; status: string };
type Where = Pick<InstructorDashboardAnyHelpRequest, 'lecture_id' | 'session_id'>;
export type FeedItem = News & { key: number; lectureId: number; sessionId: number | null; at: string };

export class Overview {
  lectures = $state.raw<readonly LectureRow[] | null>(null);
  more = $state(false);
  figures = $state.raw<ReadonlyMap<number, Figures>>(new Map());
  /** The open classes of each lecture. */
  classes = $state.raw<ReadonlyMap<number, readonly SessionBody[]>>(new Map());
  queue = $state.raw<readonly PendingRequest[]>([]);
  groups = $state.raw<readonly HelpGroup[]>([]);
  waiting = $state(0);
  feed = $state.raw<readonly FeedItem[]>([]);
  phase = $state<Phase>('connecting');
  everOnline = $state(false);
  failure = $state.raw<unknown>(null);
  stale = $state(false);
  readAt = $state(serverNow());

  readonly waitingIn: ReadonlyMap<number, number> = $derived.by(() => {
    const counted = new Map<number, number>();
    for (const { lecture, request_type: type } of this.queue) if (type === 'MANUAL') counted.set(lecture.id, (counted.get(lecture.id) ?? 0) + 1);
    return counted;
  });

  /** Whose lectures; null for those of everybody. */
  private readonly instructorId: number | null;
  private page = 0;
  private readonly timers = new Timers();
  private socket: RtSocket<InstructorDashboardFrame> | null = null;
  private stopWatching: (() => void) | null = null;
  private readonly wanted = new Set<number>();
  private reading = 0;
  private lastKey = 0;
  private closed = false;

  constructor(instructorId: number | null) {
    this.instructorId = instructorId;
    void this.load();
  }

  async load(): Promise<void> {
    this.failure = null;
    try {
      await this.readPage(1);
      await this.readQueue();
      if (this.closed) return;
      this.connect();
      this.poll();
      // Read when news come, so that nothing lies between the two; without a socket, soon all the same.
      this.timers.once('first', FIRST_MS, () => {
        if (!this.everOnline) this.rereadAll();
      });
    } catch (error) {
      this.failure = error;
    }
  }

  /** The next page of lectures. @throws ApiError */
  async loadMore(): Promise<void> {
    await this.readPage(this.page + 1);
  }

  close(): void {
    this.closed = true;
    this.stopWatching?.();
    this.socket?.close();
    this.timers.end();
  }

  // --- reading ------------------------------------------------------------------------

  private async readPage(page: number): Promise<void> {
    const body = await listLectures(this.instructorId === null, page);
    const known = page === 1 ? [] : (this.lectures ?? []);
    const ids = new Set(known.map((row) => row.id));
    const fresh = body.lectures.filter((row) => !ids.has(row.id));
    this.lectures = [...known, ...fresh];
    this.page = page;
    this.more = page < body.pagination.total_pages;
    if (page > 1) for (const { id } of fresh) this.want(id);
  }

  /** Have the numbers of a lecture read when it is its turn. */
  private want(id: number): void {
    this.wanted.add(id);
    this.pump();
  }

  private pump(): void {
    for (const id of this.wanted) {
      if (this.reading >= AT_ONCE || this.closed) return;
      this.wanted.delete(id);
      this.reading += 1;
      void this.readLecture(id).finally(() => {
        this.reading -= 1;
        this.pump();
      });
    }
  }

  private async readLecture(id: number): Promise<void> {
    try {
      const [statistics, { sessions }] = await Promise.all([calls.readStatistics(id, 1), listSessions(id)]);
      const now = { students: statistics.total_students, rate: statistics.average_progress_rate };
      this.figures = new Map(this.figures).set(id, now);
      this.classes = new Map(this.classes).set(id, sessions.filter((row) => LIVE.has(row.status)));
      this.fresh();
    } catch {
      this.stale = true;
    }
  }

  private async readQueue(): Promise<void> {
    const { rows, groups, total } = await calls.readQueue(null);
    this.queue = keepSame(this.queue, rows, (row) => row.help_request_id);
    this.groups = groups;
    this.waiting = total;
    this.fresh();
  }

  private fresh(): void {
    this.readAt = serverNow();
    this.stale = false;
  }

  private rereadAll(): void {
    this.rereadQueue();
    for (const { id } of this.lectures ?? []) this.want(id);
  }

  rereadQueue(): void {
    this.timers.once('queue', 0, () => void this.readQueue().catch(() => (this.stale = true)));
  }

  private poll(): void {
    this.timers.once('poll', POLL_MS, () => {
      if (!document.hidden) this.rereadQueue();
      if (!document.hidden && this.stale) this.rereadAll();
      this.poll();
    });
  }

  // --- news ---------------------------------------------------------------------------

  private connect(): void {
    this.socket = new RtSocket({
      url: '/ws/dashboard/',
      token: (fresh) => accountApi.socketToken(fresh),
      receipts: [],
      onEvent: (frame) => this.take(frame),
      onSnapshot: () => this.rereadAll(),
    });
    this.stopWatching = this.socket.connection.subscribe(({ phase }) => {
      if (phase === 'online' && this.phase !== 'online') this.rereadAll();
      this.everOnline ||= phase === 'online';
      this.phase = phase;
    });
  }

  private take(frame: InstructorDashboardFrame): void {
    switch (frame.type) {
      case 'progress_update': {
        const { status, progress_rate: percent, user_name: name } = frame;
        this.tell(frame, { kind: 'progress', status, percent: Math.round(percent), name });
        break;
      }
      case 'help_request':
        this.tell(frame, { kind: 'help', name: frame.user_name });
        this.rereadQueue();
        break;
      case 'help_answered':
      case 'help_claimed':
      case 'help_closed':
      case 'help_suggested':
      case 'help_suggestion_decided':
      case 'help_grouped':
        return this.rereadQueue();
      case 'session_status_changed':
        this.tell(frame, { kind: 'status', status: frame.status });
        break;
      default:
        return undefined;
    }
    const { lecture_id: lectureId } = frame;
    return this.timers.once(`lecture ${lectureId}`, REREAD_MS, () => this.want(lectureId));
  }

  private tell({ lecture_id: lectureId, session_id: sessionId }: Where, news: News): void {
    const item: FeedItem = { ...news, key: ++this.lastKey, lectureId, sessionId, at: serverNowIso() };
    this.feed = [item, ...this.feed].slice(0, FEED_LENGTH);
  }

  // --- help ---------------------------------------------------------------------------

  /** @throws ApiError */
  async answer(request: PendingRequest, text: string): Promise<void> {
    await answerHelp(request.help_request_id, text);
    this.rereadQueue();
  }

  /** @throws ApiError */
  async finish(request: PendingRequest): Promise<void> {
    await closeHelp(request.help_request_id);
    this.queue = this.queue.filter((row) => row.help_request_id !== request.help_request_id);
    this.waiting = Math.max(0, this.waiting - 1);
    this.rereadQueue();
  }
}
