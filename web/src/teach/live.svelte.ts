/**
 * One class as its instructor runs it: the state from REST, kept fresh by the class's socket.
 * Commands show at once and are taken back when the server says no.
 */
import { accountApi } from '../api';
import type { Completion, CompletionDecision, FoundSession, HelpGroup, PendingRequest, RosterBody, RosterCounts, RosterPerson, RosterRow, RosterSettings, SessionStatus, SubtaskBody } from '../api.gen';
import type {
  ClassroomRoomControlChangedFrame,
  ClassroomRoomSessionStatusChanged,
  ClassroomRoomStepChangedFrame,
  Delivered,
  RtDelivery,
} from '../protocol.gen';
import { serverNow, serverNowIso } from '../serverTime';
import { RtSocket, type Phase } from '../socket';
import { tidy } from '../text';
import { Timers } from '../timers';
import * as calls from './calls';
import type { Heard } from './heard';
import { notices } from './notices.svelte';
import { doneCount, inOrder, sentOn } from './roster';
import type { ClassScreens } from './screens.svelte';
import type { Lesson } from './lecture';
import { completionDecided, whereaboutsChanged } from './whereabouts';

/** News of a busy class are put on the screen together. */
const BATCH_MS = 40;
/** What the roster does not tell (e-mails, times of coming) is asked for at most this often. */
const REFETCH_MS = 1_500;
/** Students close their requests themselves, which no event tells. */
const HELP_POLL_MS = 15_000;
/** Marks up to this one say that an answer did not help. */
const USELESS = 2;

const NOBODY: RosterCounts = {
  help: 0, not_received: 0, offline: 0, sent: 0, trying: 0, reading: 0, waiting: 0, done: 0, left: 0,
  total: 0, present: 0, working: 0, done_in_all: 0, expected: 0,
};

type Delivery = Pick<RtDelivery, 'received' | 'total'>;

interface Options {
  /** Another screen has moved the class on; the state was read again. */
  onConflict?: (error: unknown) => void;
  /** Where the screens of learners are shown, too. */
  screens?: ClassScreens;
}

type Busy = calls.ClassCommand | 'jump';

export class LiveClass {
  info = $state.raw<FoundSession | null>(null);
  lecture = $state.raw<Lesson | null>(null);
  status = $state<SessionStatus>('WAITING');
  currentId = $state<number | null>(null);
  message = $state<string | null>(null);
  startedAt = $state<string | null>(null);
  /** Everybody and the counts, as the server has them; right after a command as they will be. */
  roster = $state.raw<RosterBody | null>(null);
  /** When the break of a paused class ends; null when it has no end. */
  breakEndsAt = $state<string | null>(null);
  /** What else is known of the people: e-mail, when they came. */
  seats = $state.raw<ReadonlyMap<number, RosterRow>>(new Map());
  help = $state.raw<readonly PendingRequest[]>([]);
  /** Many who wait on one step; each of them is in `help`, too. */
  groups = $state.raw<readonly HelpGroup[]>([]);
  /** Requests that were answered here and are not closed yet. */
  answered = $state.raw<ReadonlySet<number>>(new Set());
  /** Hands on the step of now that need a person, the most urgent first. */
  readonly unanswered: readonly PendingRequest[] = $derived(this.help.filter((row) => this.needsPerson(row)));
  /** All requests: hands that need a person, other hands, those of earlier steps, what was noticed. */
  readonly queue: readonly PendingRequest[] = $derived(
    [...this.help].sort((one, other) => this.queueRank(one) - this.queueRank(other)),
  );
  private delivery = $state.raw<Delivery | null>(null);
  /** Number of the newest step event that was seen here; 0 before the first one. */
  private stepSeq = $state(0);
  /** Who came into control since this page opened; null before the first. */
  control = $state.raw<ClassroomRoomControlChangedFrame | null>(null);
  phase = $state<Phase>('connecting');
  /** The socket has been up once. */
  everOnline = $state(false);
  busy = $state<Busy | null>(null);
  /** Why there is nothing to show; the error of the first loading. */
  failure = $state.raw<unknown>(null);

  readonly steps: readonly SubtaskBody[] = $derived(this.lecture?.tasks.flatMap((task) => task.subtasks) ?? []);
  readonly people: readonly RosterPerson[] = $derived(inOrder(this.roster?.people ?? []));
  readonly counts = $derived(this.roster?.counts ?? NOBODY);
  /** How many are here now. */
  readonly present = $derived(this.counts.present);
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
  /** So many percent should be done before the class moves on; 0 where that does not matter. */
  readonly gatePercent = $derived(this.roster?.gate.percent ?? 0);
  /** The next step waits for more people; only a word of the instructor's own goes past that. */
  readonly gateClosed = $derived(this.status === 'IN_PROGRESS' && this.next !== null && this.roster?.gate.reached === false);
  readonly running = $derived(this.status === 'IN_PROGRESS' || this.status === 'PAUSED');
  readonly over = $derived(this.status === 'REVIEW_MODE' || this.status === 'ENDED');
  /** What the class is called; as it was opened until the roster says what it is set to. */
  readonly title = $derived(this.roster?.settings.title ?? this.info?.title ?? '');
  /** What becomes of a step that a phone shows to be done (contract 11.15). */
  readonly completion = $derived<Completion>(this.roster?.settings.completion ?? 'by_hand');
  /** When it is to start; null when nobody has said. */
  readonly startsAt = $derived((this.roster?.settings ?? this.info)?.scheduled_at ?? null);

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
      if (frame.session_id === this.info?.session_id) this.rereadHelp();
    });
    void this.load();
  }

  /** Null on a page that is shown to everybody. */
  get screens(): ClassScreens | null {
    return this.options.screens ?? null;
  }

  get id(): number {
    return this.info?.session_id ?? 0;
  }

  /** How many have done a step in this class. */
  doneCount(stepId: number): number {
    return doneCount(this.roster, stepId);
  }

  async load(): Promise<void> {
    this.failure = null;
    try {
      const info = await calls.readClass(this.ref);
      const lecture = await calls.readLesson(info.session_id);
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
    // The class is of use without them, and not everybody may look.
    void this.screens?.read(this.id).catch(() => undefined);
    const [current] = await Promise.all([
      calls.readCurrent(this.id),
      this.readRoster(),
      this.readSeats(),
      this.readHelp(),
    ]);
    // The answer may be older than what has happened since the question.
    if (asked !== this.news) return this.reread();
    this.status = current.status;
    this.currentId = current.current_subtask?.id ?? null;
    this.message = current.instructor_message || null;
    this.startedAt = current.started_at;
    this.breakEndsAt = current.status === 'PAUSED' ? (this.roster?.settings.break_ends_at ?? null) : null;
  }

  private async readSeats(): Promise<void> {
    const { participants } = await calls.readSeats(this.id);
    this.seats = new Map(participants.map((seat) => [seat.user_id, seat]));
  }

  private async readRoster(): Promise<void> {
    const asked = this.news;
    const roster = await calls.readRoster(this.id);
    // One that is older than a command would take it back on the screen.
    if (asked === this.news) this.showRoster(roster);
  }

  private showRoster(roster: RosterBody): void {
    this.roster = roster;
    if (roster.people.some((person) => !this.seats.has(person.user_id))) {
      this.later('seats', REFETCH_MS, () => this.readSeats());
    }
  }

  async readHelp(): Promise<void> {
    const { pending_requests: rows, groups } = await calls.readPendingHelp(this.id);
    this.help = rows;
    this.groups = groups;
    if (rows.length) this.later('helpPoll', HELP_POLL_MS, () => this.readHelp());
  }

  private rereadHelp(): void {
    this.later('help', 0, () => this.readHelp());
  }

  /** Somebody was renamed, removed, let in again or merged. */
  seatsChanged(): void {
    this.later('seats', BATCH_MS * 5, () => this.readSeats());
    this.rereadHelp();
  }

  /** Show at once what the next roster will say. */
  settingsChanged({ title, scheduled_at, completion }: Pick<RosterSettings, 'title' | 'scheduled_at' | 'completion'>): void {
    if (this.roster) this.roster = { ...this.roster, settings: { ...this.roster.settings, title, scheduled_at, completion } };
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
    for (const frame of frames) this.apply(frame);
  }

  private apply(frame: Heard): void {
    this.screens?.hear(frame);
    switch (frame.type) {
      case 'roster':
        this.applyRoster(frame.data);
        break;
      case 'whereabouts':
        if (this.roster && frame.subtask_id === this.currentId) {
          this.roster = whereaboutsChanged(this.roster, frame.subtask_id, frame.people);
        }
        break;
      case 'help_requested':
        this.rereadHelp();
        break;
      case 'step_changed':
        this.applyStep(frame);
        break;
      case 'lesson_refreshed':
        this.rereadLesson();
        break;
      case 'session_status_changed':
        this.applyStatus(frame);
        break;
      case 'break_changed':
        this.breakEndsAt = frame.break_ends_at;
        break;
      case 'control_changed':
        this.control = frame;
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

  /** One that was read before the step on the screen was sent says nothing of it; the next one will. */
  private applyRoster(roster: RosterBody): void {
    if ((roster.step?.id ?? null) !== this.currentId) return;
    this.showRoster(roster);
    // Finishing the step or closing a request ends it, without an event of its own.
    const open = new Set(roster.people.map((person) => person.help_request_id));
    if (this.help.some((row) => row.subtask.id === roster.step?.id && row.request_type === 'MANUAL' && !open.has(row.help_request_id))) {
      this.rereadHelp();
    }
  }

  private applyStep(frame: ClassroomRoomStepChangedFrame & Delivered): void {
    const { subtask: step } = frame;
    const moved = step.id !== this.currentId;
    this.news += 1;
    const said = frame.instructor_message || null;
    // The first step follows the start in a frame of its own: the words of the start stay.
    if (said !== null || (moved && this.currentId !== null)) this.message = said;
    this.currentId = step.id;
    this.stepSeq = frame.seq ?? 0;
    this.delivery = null;
    if (moved) this.expectStep(step.id);
    if (!this.steps.some((known) => known.id === step.id)) this.rereadLesson();
    this.rereadHelp();
  }

  private expectStep(stepId: number): void {
    if (this.roster) this.roster = sentOn(this.roster, stepId, serverNowIso());
  }

  private applyStatus(frame: ClassroomRoomSessionStatusChanged): void {
    this.news += 1;
    this.status = frame.status;
    this.message = frame.instructor_message || null;
    // Until it starts, a class has the lecture as it is.
    if (frame.status === 'IN_PROGRESS') this.rereadLesson();
    if (frame.status !== 'PAUSED') this.breakEndsAt = null;
    if (!this.startedAt && this.running) this.startedAt = serverNowIso();
  }

  /** Read again what the class teaches, and whether its lecture says something else by now. */
  rereadLesson(): void {
    this.later('lesson', 0, () => this.readLesson());
  }

  private async readLesson(): Promise<void> {
    this.lecture = await calls.readLesson(this.id);
  }

  /** Teach the lecture as it is now. @throws ApiError */
  async refreshLesson(): Promise<void> {
    await calls.refreshLesson(this.id);
    await this.readLesson();
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
      this.expectStep(first.id);
    });
  }

  private goTo(step: SubtaskBody, kind: 'next-step' | 'jump', message: string): Promise<boolean> {
    return this.run(kind, { next_subtask_id: step.id, ...said(message) }, () => {
      this.currentId = step.id;
      this.message = message || null;
      this.delivery = null;
      this.expectStep(step.id);
    });
  }

  /** Pause a running class, resume a paused one. @returns whether it did */
  togglePause(message: string): Promise<boolean> {
    if (!this.running) return Promise.resolve(false);
    const pausing = this.status === 'IN_PROGRESS';
    return this.run(pausing ? 'pause' : 'resume', said(message), () => {
      this.status = pausing ? 'PAUSED' : 'IN_PROGRESS';
      this.message = message || null;
      this.breakEndsAt = null;
    });
  }

  /** Pause for some minutes, from now on; of a class that is paused already, only its end changes. */
  takeBreak(minutes: number, message: string): Promise<boolean> {
    return this.run('break', { minutes, ...said(message) }, () => {
      this.status = 'PAUSED';
      this.message = message || null;
      this.breakEndsAt = new Date(serverNow() + minutes * 60_000).toISOString();
    });
  }

  /** The pause stays, and nobody says how long. */
  async leaveBreakOpen(): Promise<void> {
    this.breakEndsAt = null;
    await calls.leaveBreakOpen(this.id).catch(() => this.reread());
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

  // --- completion ---------------------------------------------------------------------

  /**
   * Whether they have done the step of now; of nobody: all of whom it is suggested.
   * @returns the seats that were decided on
   * @throws ApiError COMPLETION_NOT_SUGGESTED, INVALID_TRANSITION when things have changed meanwhile
   */
  async decideCompletion(decision: CompletionDecision, participantId: number | null = null): Promise<readonly number[]> {
    const stepId = this.currentId;
    if (stepId === null) return [];
    try {
      const { participant_ids: ids } = await calls.decideCompletion(this.id, stepId, decision, participantId);
      if (this.roster && stepId === this.currentId) this.roster = completionDecided(this.roster, ids, decision);
      return ids;
    } catch (error) {
      this.reread();
      throw error;
    }
  }

  // --- help ---------------------------------------------------------------------------

  /** With words that helped, or that are still being read. */
  teacherAnswered(request: PendingRequest): boolean {
    if (request.answer_source === 'TEACHER') return request.answer_rating === null || request.answer_rating > USELESS;
    return this.answered.has(request.help_request_id);
  }

  /** The class has left the step that it is about. */
  isPast(request: PendingRequest): boolean {
    return this.currentId !== null && request.subtask.id !== this.currentId;
  }

  /** Asked on the step of now, and has no answer yet, one that did not help, or only word that the teacher looks. */
  needsPerson(request: PendingRequest): boolean {
    if (request.request_type === 'AUTO' || this.isPast(request) || this.teacherAnswered(request)) return false;
    return request.asked_again || request.status !== 'RESOLVED' || request.answer_source === 'DEFERRED';
  }

  private queueRank(request: PendingRequest): number {
    if (this.needsPerson(request)) return 0;
    if (request.request_type === 'AUTO') return 4;
    if (this.isPast(request)) return 3;
    return this.teacherAnswered(request) ? 2 : 1;
  }

  requestOf(userId: number): PendingRequest | null {
    return this.queue.find((row) => row.user.id === userId) ?? null;
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
  }
}

function said(message: string): { message?: string } {
  const text = tidy(message);
  return text ? { message: text } : {};
}
