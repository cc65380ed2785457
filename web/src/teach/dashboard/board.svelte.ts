/**
 * One lecture as its instructor watches it: the numbers from REST (R35–R38), kept fresh by the lecture's socket (W2).
 * News change a row at once; what they do not tell is read again a moment later, together.
 */
import { accountApi } from '../../api';
import type { DashboardStudentRow, HelpGroup, LectureStatistics, PendingRequest, ProgressTrend } from '../../api.gen';
import type { LectureDashboardFrame } from '../../protocol.gen';
import { serverNow, serverNowIso } from '../../serverTime';
import { RtSocket, type Phase } from '../../socket';
import { Timers } from '../../timers';
import { answerHelp, closeHelp, readLecture } from '../calls';
import { notices } from '../notices.svelte';
import * as calls from './calls';
import { keepSame, same, withProgress, withRequest } from './rows';
import type { Lecture } from '../lecture';

/** News of a busy class are put on the screen together. */
const BATCH_MS = 100;
/** What news do not tell is asked for at most this often. */
const REREAD_MS = 1_500;
const FIGURES_MS = 3_000;
/** The class's own steps are in no news of a lecture. */
const POLL_MS = 20_000;

/** What happens to requests and is in no news of a lecture (W2). */
const UNTOLD: ReadonlySet<string> = new Set(['help_claimed', 'help_suggested', 'help_suggestion_decided', 'help_grouped']);

export type Days = 7 | 14 | 30;

export class LectureBoard {
  lecture = $state.raw<Lecture | null>(null);
  students = $state.raw<readonly DashboardStudentRow[]>([]);
  queue = $state.raw<readonly PendingRequest[]>([]);
  groups = $state.raw<readonly HelpGroup[]>([]);
  /** All open requests; the queue holds the first of them. */
  waiting = $state(0);
  statistics = $state.raw<LectureStatistics | null>(null);
  trend = $state.raw<ProgressTrend | null>(null);
  days = $state<Days>(7);
  /** The days that the charts show; they follow `days` when they have been read. */
  shownDays = $state<Days>(7);
  phase = $state<Phase>('connecting');
  everOnline = $state(false);
  /** Why there is nothing to show: the error of the first loading. */
  failure = $state.raw<unknown>(null);
  /** The last reading failed; what is shown is older. */
  stale = $state(false);
  readAt = $state(serverNow());

  readonly id: number;
  readonly steps = $derived(this.lecture?.tasks.reduce((sum, task) => sum + task.subtasks.length, 0) ?? 0);
  private socket: RtSocket<LectureDashboardFrame> | null = null;
  private stopWatching: (() => void) | null = null;
  private readonly stopHearing: () => void;
  private readonly timers = new Timers();
  private inbox: LectureDashboardFrame[] = [];
  private closed = false;
  private changes = 0;
  /** When each row was changed by news, counted in changes: an answer may be older than that. */
  private readonly changedAt = new Map<number, number>();
  private queueReadings = 0;

  constructor(id: number) {
    this.id = id;
    this.stopHearing = notices.onHelp((frame) => {
      if (frame.lecture_id === id && UNTOLD.has(frame.type)) this.rereadQueue();
    });
    void this.load();
  }

  async load(): Promise<void> {
    this.failure = null;
    try {
      const lecture = await readLecture(this.id);
      await Promise.all([this.readStudents(), this.readQueue(), this.readFigures()]);
      if (this.closed) return;
      this.lecture = lecture;
      this.connect();
      this.poll();
    } catch (error) {
      this.failure = error;
    }
  }

  close(): void {
    this.closed = true;
    this.stopHearing();
    this.stopWatching?.();
    this.socket?.close();
    this.timers.end();
  }

  /** Show the last 7, 14 or 30 days. @throws ApiError, and the days that were shown stay */
  async show(days: Days): Promise<void> {
    this.days = days;
    try {
      await this.readFigures();
    } catch (error) {
      this.days = this.shownDays;
      throw error;
    }
  }

  // --- reading ------------------------------------------------------------------------

  private async readStudents(): Promise<void> {
    const asked = this.changes;
    const { students } = await calls.readStudents(this.id);
    const newer = this.students.filter((row) => (this.changedAt.get(row.user_id) ?? 0) > asked);
    const told = new Map(newer.map((row) => [row.user_id, row]));
    const fresh = students.map((row) => told.get(row.user_id) ?? row);
    this.students = keepSame(this.students, fresh, (row) => row.user_id);
    if (newer.length) this.soon('students', REREAD_MS, () => this.readStudents());
    this.fresh();
  }

  private async readQueue(): Promise<void> {
    const reading = ++this.queueReadings;
    const { rows, groups, total } = await calls.readQueue(this.id);
    if (reading !== this.queueReadings) return;
    this.queue = keepSame(this.queue, rows, (row) => row.help_request_id);
    this.groups = groups;
    this.waiting = total;
    this.fresh();
  }

  private async readFigures(): Promise<void> {
    const days = this.days;
    const [statistics, trend] = await Promise.all([calls.readStatistics(this.id, days), calls.readTrend(this.id, days)]);
    if (days !== this.days) return;
    if (!same(this.statistics, statistics)) this.statistics = statistics;
    if (!same(this.trend, trend)) this.trend = trend;
    this.shownDays = days;
    this.fresh();
  }

  private fresh(): void {
    this.readAt = serverNow();
    this.stale = false;
  }

  private soon(name: string, ms: number, run: () => Promise<void>): void {
    this.timers.once(name, ms, () => void run().catch(() => (this.stale = true)));
  }

  rereadQueue(): void {
    this.soon('queue', 0, () => this.readQueue());
  }

  private rereadAll(): void {
    this.soon('students', 0, () => this.readStudents());
    this.rereadQueue();
    this.soon('figures', 0, () => this.readFigures());
  }

  private poll(): void {
    this.timers.once('poll', POLL_MS, () => {
      if (!document.hidden) {
        this.soon('students', 0, () => this.readStudents());
        this.rereadQueue();
        if (this.stale) this.soon('figures', 0, () => this.readFigures());
      }
      this.poll();
    });
  }

  // --- news ---------------------------------------------------------------------------

  private connect(): void {
    this.socket = new RtSocket({
      url: `/ws/dashboard/lectures/${this.id}/`,
      token: (fresh) => accountApi.socketToken(fresh),
      receipts: [],
      onEvent: (frame) => {
        this.inbox.push(frame);
        this.timers.once('inbox', BATCH_MS, () => this.readInbox());
      },
      onSnapshot: () => this.rereadAll(),
    });
    this.stopWatching = this.socket.connection.subscribe(({ phase }) => {
      if (phase === 'online' && this.phase !== 'online') this.rereadAll();
      this.everOnline ||= phase === 'online';
      this.phase = phase;
    });
  }

  private readInbox(): void {
    const frames = this.inbox;
    this.inbox = [];
    const rows = new Map(this.students.map((row) => [row.user_id, row]));
    for (const frame of frames) this.apply(frame, rows);
    this.students = [...rows.values()];
  }

  private apply(frame: LectureDashboardFrame, rows: Map<number, DashboardStudentRow>): void {
    const change = (userId: number, make: (row: DashboardStudentRow) => DashboardStudentRow): void => {
      const row = rows.get(userId);
      this.changedAt.set(userId, ++this.changes);
      if (row) rows.set(userId, make(row));
      this.soon('students', row ? REREAD_MS : BATCH_MS * 2, () => this.readStudents());
    };
    const at = serverNowIso();
    switch (frame.type) {
      case 'progress_update':
        change(frame.user_id, (row) => withProgress(row, frame, at));
        break;
      case 'help_request':
        change(frame.user_id, (row) => withRequest(row, frame.request_type, at));
        this.rereadQueue();
        this.soon('figures', FIGURES_MS, () => this.readFigures());
        break;
      case 'help_closed':
        if (frame.request_type === 'MANUAL') change(frame.user_id, (row) => ({ ...row, pending_help: Math.max(0, row.pending_help - 1) }));
        this.rereadQueue();
        break;
      case 'help_answered':
        this.rereadQueue();
        break;
      case 'participant_status':
        change(frame.user_id, (row) => (frame.status === 'joined' ? { ...row, last_activity: at } : row));
        break;
      case 'statistics_update':
        this.soon('figures', FIGURES_MS, () => this.readFigures());
        break;
    }
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
    this.soon('students', 0, () => this.readStudents());
  }
}
