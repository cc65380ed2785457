/**
 * One class as its instructor runs it: the state from REST, kept fresh by the class's socket.
 * Commands show at once and are taken back when the server says no.
 */
import { accountApi } from '../api';
import type { FoundSession, PendingRequest, RosterRow, SessionStatus, SubtaskBody } from '../api.gen';
import type {
  ClassroomRoomFrame,
  ClassroomRoomHelpRequestedFrame,
  ClassroomRoomProgressUpdatedFrame,
  ClassroomRoomSessionStatusChanged,
  ClassroomRoomStepChangedFrame,
  Delivered,
  RtDelivery,
} from '../protocol.gen';
import { serverNowIso } from '../serverTime';
import { RtSocket, type Phase } from '../socket';
import { tidy } from '../text';
import { Timers } from '../timers';
import * as calls from './calls';
import { notices } from './notices.svelte';
import { countStates, doneNow, worstFirst, type Person } from './roster';
import type { Lecture } from './lecture';

/** News of a busy class are put on the screen together. */
const BATCH_MS = 40;
/** What events do not tell (counts per step, e-mails) is asked for at most this often. */
const REFETCH_MS = 1_500;
/** Students close their requests themselves, which no event tells. */
const HELP_POLL_MS = 15_000;
/** Marks up to this one say that an answer did not help. */
const USELESS = 2;

/** Instructors hear of the class, and how far its steps have come. */
type Heard = (ClassroomRoomFrame | RtDelivery) & Delivered;
type Delivery = Pick<RtDelivery, 'received' | 'total'>;

interface Options {
  /** Another screen has moved the class on; the state was read again. */
  onConflict?: (error: unknown) => void;
}

type Busy = calls.ClassCommand | 'jump';

export class LiveClass {
  info = $state.raw<FoundSession | null>(null);
  lecture = $state.raw<Lecture | null>(null);
  status = $state<SessionStatus>('WAITING');
  currentId = $state<number | null>(null);
  message = $state<string | null>(null);
  startedAt = $state<string | null>(null);
  seats = $state.raw<ReadonlyMap<number, RosterRow>>(new Map());
  help = $state.raw<readonly PendingRequest[]>([]);
  /** Requests that were answered here and are not closed yet. */
  answered = $state.raw<ReadonlySet<number>>(new Set());
  /** Requests that need a person, the most urgent first. */
  readonly unanswered: readonly PendingRequest[] = $derived(this.help.filter((row) => this.needsPerson(row)));
  /** All requests: those that need a person, those who asked, those who were noticed, those who have an answer. */
  readonly queue: readonly PendingRequest[] = $derived(
    [...this.help].sort((one, other) => this.queueRank(one) - this.queueRank(other)),
  );
  private done = $state.raw<ReadonlyMap<number, number>>(new Map());
  private delivery = $state.raw<Delivery | null>(null);
  /** Number of the newest step event that was seen here; 0 before the first one. */
  private stepSeq = $state(0);
  phase = $state<Phase>('connecting');
  /** The socket has been up once. */
  everOnline = $state(false);
  busy = $state<Busy | null>(null);
  /** Why there is nothing to show; the error of the first loading. */
  failure = $state.raw<unknown>(null);

  readonly steps: readonly SubtaskBody[] = $derived(this.lecture?.tasks.flatMap((task) => task.subtasks) ?? []);
  /** Their help is on its way: those without an answer come before them. */
  private readonly answeredPeople: ReadonlySet<number> = $derived(
    new Set(this.help.filter((row) => !this.needsPerson(row)).map((row) => row.user.id)),
  );
  readonly people: readonly Person[] = $derived(worstFirst(this.seats.values(), this.status, this.answeredPeople));
  readonly counts = $derived(countStates(this.people));
  /** How many are here now. */
  readonly present = $derived(Array.from(this.seats.values()).filter((seat) => seat.is_present).length);
  readonly place = $derived(this.steps.findIndex((step) => step.id === this.currentId));
  readonly current: SubtaskBody | null = $derived(this.steps[this.place] ?? null);
  readonly next: SubtaskBody | null = $derived(this.steps[this.place + 1] ?? null);
  readonly taskTitle = $derived(
    this.lecture?.tasks.find((task) => task.subtasks.some((step) => step.id === this.currentId))?.title ?? '',
  );
  /** Phones that have the newest step, and of how many; null when no step was sent since this page opened. */
  readonly delivered: Delivery | null = $derived(
    this.stepSeq === 0 ? null : (this.delivery ?? { received: 0, total: this.present }),
  );
  readonly running = $derived(this.status === 'IN_PROGRESS' || this.status === 'PAUSED');

  private readonly ref: string;
  private readonly options: Options;
  private socket: RtSocket<Heard> | null = null;
  private stopWatching: (() => void) | null = null;
  private readonly stopHearing: () => void;
  private closed = false;
  private inbox: Heard[] = [];
  /** Raised by every step, status and command. */
  private news = 0;
  private readonly timers = new Timers();

  constructor(ref: string, options: Options = {}) {
    this.ref = ref;
    this.options = options;
    this.stopHearing = notices.onHelp((frame) => {
      if (frame.session_id === this.info?.session_id) this.later('help', 0, () => this.readHelp());
    });
    void this.load();
  }

  get id(): number {
    return this.info?.session_id ?? 0;
  }

  /** How many have done a step: exact for the current one, as last counted for the others. */
  doneCount(stepId: number): number {
    return stepId === this.currentId ? doneNow(this.seats.values()) : (this.done.get(stepId) ?? 0);
  }

  async load(): Promise<void> {
    this.failure = null;
    try {
      const info = await calls.readClass(this.ref);
      const lecture = await calls.readLecture(info.lecture.id);
      if (this.closed) return;
      this.lecture = lecture;
      this.info = info;
      await this.refresh();
      if (!this.closed) this.connect();
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

  // --- reading ------------------------------------------------------------------------

  /** Everything again: at the start, after a gap, after a refused command. */
  private async refresh(): Promise<void> {
    const asked = this.news;
    const [current] = await Promise.all([
      calls.readCurrent(this.id),
      this.readSeats(),
      this.readHelp(),
      this.readCounts(),
    ]);
    // The answer may be older than what has happened since the question.
    if (asked !== this.news) return this.reread();
    this.status = current.status;
    this.currentId = current.current_subtask?.id ?? null;
    this.message = current.instructor_message || null;
    this.startedAt = current.started_at;
  }

  private async readSeats(): Promise<void> {
    const { participants } = await calls.readSeats(this.id);
    this.seats = new Map(participants.map((seat) => [seat.user_id, seat]));
  }

  private async readHelp(): Promise<void> {
    const { pending_requests: rows } = await calls.readPendingHelp(this.id);
    this.help = rows;
    // The oldest of several requests of one person is the one that counts, so it is put in last.
    const open = new Map([...rows].reverse().map((row) => [row.user.id, row.help_request_id]));
    this.updateSeats((seat) => {
      const request = open.get(seat.user_id) ?? null;
      if (request === seat.open_help_request_id) return seat;
      return { ...seat, open_help_request_id: request };
    });
    if (rows.length) this.later('helpPoll', HELP_POLL_MS, () => this.readHelp());
  }

  private async readCounts(): Promise<void> {
    const { steps } = await calls.readSummary(this.id);
    this.done = new Map(steps.map((step) => [step.subtask_id, step.completed_participants]));
  }

  /** Somebody was renamed, removed, let in again or merged. */
  seatsChanged(): void {
    this.later('seats', BATCH_MS * 5, () => this.readSeats());
    this.later('help', 0, () => this.readHelp());
  }

  settingsChanged(settings: { title: string; scheduled_at: string | null }): void {
    if (this.info) this.info = { ...this.info, title: settings.title, scheduled_at: settings.scheduled_at };
  }

  private updateSeats(change: (seat: RosterRow) => RosterRow): void {
    this.seats = new Map(Array.from(this.seats, ([id, seat]) => [id, change(seat)]));
  }

  /** Run once, that much later; a failure is left to the next reason to read. */
  private later(name: string, ms: number, run: () => Promise<void> | void): void {
    this.timers.once(name, ms, () => void Promise.resolve(run()).catch(() => undefined));
  }

  // --- events -------------------------------------------------------------------------

  private connect(): void {
    const code = this.info?.session_code;
    if (!code) return;
    this.socket = new RtSocket<Heard>({
      url: `/ws/sessions/${code}/`,
      token: (fresh) => accountApi.socketToken(fresh),
      receipts: [],
      onEvent: (frame) => {
        this.inbox.push(frame);
        this.later('inbox', BATCH_MS, () => this.readInbox());
      },
      onSnapshot: () => this.reread(),
    });
    this.stopWatching = this.socket.connection.subscribe(({ phase }) => {
      // Who came and went while the connection was down is in no stream; and the first connection is a moment
      // younger than the state that was read before it.
      if (phase === 'online' && this.phase !== 'online') this.reread();
      this.everOnline ||= phase === 'online';
      this.phase = phase;
    });
  }

  private reread(): void {
    this.later('refresh', 0, () => this.refresh());
  }

  private readInbox(): void {
    const frames = this.inbox;
    this.inbox = [];
    const seats = new Map(this.seats);
    for (const frame of frames) this.apply(frame, seats);
    this.seats = seats;
  }

  private apply(frame: Heard, seats: Map<number, RosterRow>): void {
    switch (frame.type) {
      case 'participant_joined': {
        const seat = seats.get(frame.user_id);
        if (seat) seats.set(seat.user_id, { ...seat, is_present: true, status: this.running ? 'ACTIVE' : 'WAITING' });
        this.later('seats', seat ? REFETCH_MS : BATCH_MS * 5, () => this.readSeats());
        break;
      }
      case 'participant_left': {
        const seat = seats.get(frame.user_id);
        if (seat) seats.set(seat.user_id, { ...seat, is_present: false, last_seen_at: serverNowIso() });
        break;
      }
      case 'progress_updated':
        this.applyProgress(frame, seats);
        break;
      case 'help_requested':
        this.applyHelp(frame, seats);
        break;
      case 'step_changed':
        this.applyStep(frame, seats);
        break;
      case 'session_status_changed':
        this.applyStatus(frame);
        break;
      case 'seat_changed':
        this.seatsChanged();
        break;
      case 'settings_changed':
        this.settingsChanged(frame);
        break;
      case 'delivery':
        if (frame.seq >= this.stepSeq) this.delivery = { received: frame.received, total: frame.total };
        break;
    }
  }

  private applyProgress(frame: ClassroomRoomProgressUpdatedFrame, seats: Map<number, RosterRow>): void {
    const { status, subtask_id: stepId } = frame;
    const seat = seats.get(frame.user_id);
    if (seat && stepId === this.currentId) {
      seats.set(seat.user_id, { ...seat, current_step_status: status });
    }
    this.later('counts', REFETCH_MS, () => this.readCounts());
    // Finishing the step or closing the request ends it, without an event of its own.
    if (status !== 'HELP_NEEDED' && seat?.open_help_request_id) this.later('help', 0, () => this.readHelp());
  }

  private applyHelp(frame: ClassroomRoomHelpRequestedFrame, seats: Map<number, RosterRow>): void {
    const seat = seats.get(frame.user_id);
    if (seat && frame.subtask_id === this.currentId) {
      seats.set(seat.user_id, { ...seat, current_step_status: 'HELP_NEEDED' });
    }
    this.later('help', 0, () => this.readHelp());
  }

  private applyStep(frame: ClassroomRoomStepChangedFrame & Delivered, seats: Map<number, RosterRow>): void {
    const { subtask: step } = frame;
    const moved = step.id !== this.currentId;
    this.news += 1;
    this.keepCount();
    const said = frame.instructor_message || null;
    // The first step follows the start in a frame of its own: the words of the start stay.
    if (said !== null || (moved && this.currentId !== null)) this.message = said;
    this.currentId = step.id;
    this.stepSeq = frame.seq ?? 0;
    this.delivery = null;
    if (moved) {
      for (const [id, seat] of seats) seats.set(id, { ...seat, current_step_status: 'IN_PROGRESS' });
    }
    if (!this.steps.some((known) => known.id === step.id)) this.later('lecture', 0, () => this.readLecture());
    this.later('seats', BATCH_MS * 5, () => this.readSeats());
    this.later('counts', REFETCH_MS, () => this.readCounts());
  }

  /** Remember how many have done the step that the class is about to leave. */
  private keepCount(): void {
    if (this.currentId === null) return;
    this.done = new Map(this.done).set(this.currentId, this.doneCount(this.currentId));
  }

  private applyStatus(frame: ClassroomRoomSessionStatusChanged): void {
    this.news += 1;
    this.status = frame.status;
    this.message = frame.instructor_message || null;
    if (!this.startedAt && this.running) this.startedAt = serverNowIso();
    this.later('seats', BATCH_MS * 5, () => this.readSeats());
  }

  private async readLecture(): Promise<void> {
    if (this.lecture) this.lecture = await calls.readLecture(this.lecture.id);
  }

  // --- commands -----------------------------------------------------------------------

  /** Start with the first step, or go to the next one. @returns whether the class moved */
  async advance(message: string): Promise<boolean> {
    if (this.status === 'WAITING') return this.start(message);
    const step = this.next;
    if (this.status !== 'IN_PROGRESS' || !step) return false;
    return this.goTo(step, 'next-step', message);
  }

  /** Go to any step of the lecture. @returns whether the class moved */
  async jump(step: SubtaskBody): Promise<boolean> {
    if (this.status !== 'IN_PROGRESS' || step.id === this.currentId) return false;
    return this.goTo(step, 'jump', '');
  }

  private start(message: string): Promise<boolean> {
    const first = this.steps[0];
    if (!first) return Promise.resolve(false);
    return this.run('start', said(message), () => {
      this.status = 'IN_PROGRESS';
      this.startedAt = serverNowIso();
      this.currentId = first.id;
      this.message = message || null;
    });
  }

  private goTo(step: SubtaskBody, kind: 'next-step' | 'jump', message: string): Promise<boolean> {
    return this.run(kind, { next_subtask_id: step.id, ...said(message) }, () => {
      this.keepCount();
      this.currentId = step.id;
      this.message = message || null;
      this.delivery = null;
      this.updateSeats((seat) => ({ ...seat, current_step_status: 'IN_PROGRESS' }));
    });
  }

  /** Pause a running class, resume a paused one. @returns whether it did */
  togglePause(message: string): Promise<boolean> {
    if (!this.running) return Promise.resolve(false);
    const pausing = this.status === 'IN_PROGRESS';
    return this.run(pausing ? 'pause' : 'resume', said(message), () => {
      this.status = pausing ? 'PAUSED' : 'IN_PROGRESS';
      this.message = message || null;
    });
  }

  end(message: string): Promise<boolean> {
    return this.run('end', said(message), () => {
      this.status = 'REVIEW_MODE';
      this.message = message || null;
    });
  }

  announce(message: string): Promise<boolean> {
    return this.run('announce', { message }, () => {
      this.message = message;
    });
  }

  /** Show what will be so, ask the server, and read the truth again when it refuses. */
  private async run(name: Busy, fields: Record<string, unknown>, show: () => void): Promise<boolean> {
    if (this.busy || !this.info) return false;
    this.busy = name;
    this.news += 1;
    show();
    try {
      await calls.command(this.id, name === 'jump' ? 'next-step' : name, fields);
      this.news += 1;
      return true;
    } catch (error) {
      await this.refresh().catch(() => undefined);
      this.options.onConflict?.(error);
      return false;
    } finally {
      this.busy = null;
    }
  }

  // --- help ---------------------------------------------------------------------------

  /** With words that helped, or that are still being read. */
  teacherAnswered(request: PendingRequest): boolean {
    if (request.answer_source === 'TEACHER') return request.answer_rating === null || request.answer_rating > USELESS;
    return this.answered.has(request.help_request_id);
  }

  /** No answer yet, or one that did not help. Who was only noticed may wait until the analysis gives up. */
  needsPerson(request: PendingRequest): boolean {
    if (this.teacherAnswered(request)) return false;
    if (request.asked_again || request.status === 'FAILED') return true;
    return request.request_type !== 'AUTO' && request.status !== 'RESOLVED';
  }

  private queueRank(request: PendingRequest): number {
    if (this.needsPerson(request)) return 0;
    if (this.teacherAnswered(request)) return 3;
    return request.request_type === 'AUTO' ? 2 : 1;
  }

  requestOf(userId: number): PendingRequest | null {
    return this.help.find((row) => row.user.id === userId) ?? null;
  }

  /** @throws ApiError */
  async answer(request: PendingRequest, text: string): Promise<void> {
    await calls.answerHelp(request.help_request_id, text);
    this.answered = new Set(this.answered).add(request.help_request_id);
  }

  /** @throws ApiError */
  async closeRequest(request: PendingRequest): Promise<void> {
    await calls.closeHelp(request.help_request_id);
    this.help = this.help.filter((row) => row !== request);
    this.updateSeats((seat) => {
      if (seat.open_help_request_id !== request.help_request_id) return seat;
      const helped = seat.current_step_status === 'HELP_NEEDED' ? 'IN_PROGRESS' : seat.current_step_status;
      return { ...seat, open_help_request_id: null, current_step_status: helped };
    });
    this.later('seats', BATCH_MS * 5, () => this.readSeats());
  }
}

function said(message: string): { message?: string } {
  const text = tidy(message);
  return text ? { message: text } : {};
}
