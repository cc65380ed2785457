/**
 * One student's class as the page shows it: where the class is, which step, what is done,
 * what is on its way. Frames and answers come in, reactive state comes out.
 */
import type { Api } from '../api';
import type { CurrentState, FoundSession, LessonBody, SessionStatus } from '../api.gen';
import { afterPage } from '../later';
import { Outbox, type OutboxItem } from '../outbox';
import type { ClassroomRoomFrame, ClassroomRoomSendLeave, ClassroomRoomSendPageState, RtAck } from '../protocol.gen';
import { RtSocket, type Connection } from '../socket';
import type { Step } from '../step';
import { deviceId, storage } from '../storage';
import type { ClassWrite, HttpFallback } from './fallback';
import { Help } from './help.svelte';
import type { Seat } from './seat';
import { PHASES, type Phase, type Place, type Shown } from './shown';

export type News =
  | { kind: 'step'; step: Step; message: string | null }
  | { kind: 'phase'; phase: Phase; message: string | null }
  | { kind: 'message'; message: string }
  | { kind: 'said'; announced: string; aloud: string };

const SESSION_OVER = 4410;
const COMPLETED = 'COMPLETED';

interface ClassroomOptions {
  seat: Seat;
  api: Api;
  /** Something to announce and read aloud. */
  onNews: (news: News) => void;
  /** A tap that the server did not take. */
  onNotSent: () => void;
}

interface Told {
  status?: SessionStatus | undefined;
  step?: Step | null | undefined;
  message?: string | null | undefined;
  /** The instructor says it now, perhaps for the second time. */
  spoken?: boolean;
}

export class Classroom implements Shown {
  phase = $state<Phase>('opening');
  lesson = $state('');
  instructor = $state('');
  /** What the instructor has named the class, and when it is meant to start. */
  title = $state('');
  startsAt = $state<string | null>(null);
  breakEndsAt = $state<string | null>(null);
  steps = $state.raw<readonly Step[]>([]);
  current = $state.raw<Step | null>(null);
  message = $state<string | null>(null);
  /** The class's chat; null where there is none, undefined before that is known. */
  chatRoomId = $state<number | null | undefined>();
  done = $state.raw<readonly number[]>([]);
  unsent = $state.raw<readonly OutboxItem<ClassWrite>[]>([]);
  connection = $state.raw<Connection>({ phase: 'connecting', code: null, everOnline: false });
  /** True while the class is followed over plain HTTP. */
  overHttp = $state(false);
  arrivals = $state(0);
  /** This connection has been told where the class is. */
  joined = $state(false);
  readonly code: string;
  readonly help: Help;

  readonly #options: ClassroomOptions;
  readonly #outbox: Outbox<ClassWrite>;
  readonly #socket: RtSocket<ClassroomRoomFrame, ClassWrite>;
  #fallback: HttpFallback | null = null;
  #closed = false;
  readonly #doneKey: string;
  readonly #stops: (() => void)[] = [];
  #heard = false;
  /** How often something was said of a step: an answer that was asked for before is older. */
  #said = 0;
  /** Kinds of frames that came over the connection of now. */
  readonly #came = new Set<string>();

  constructor(options: ClassroomOptions) {
    const { seat, api } = options;
    this.#options = options;
    this.code = seat.code;
    this.#doneKey = `done.${seat.code}`;
    this.done = storage.get<number[]>(this.#doneKey) ?? [];
    this.#outbox = new Outbox(`class.${seat.code}.${seat.userId}`);
    this.help = new Help({
      api,
      code: seat.code,
      userId: seat.userId,
      ask: (stepId, said) => this.#write({ type: 'help_request', subtask_id: stepId, ...said }),
      // What belongs to an earlier step would only confuse now.
      say: (announced, aloud) => {
        if (this.phase === 'live' && this.help.now.stepId === this.current?.id) options.onNews({ kind: 'said', announced, aloud });
      },
      onNotSent: options.onNotSent,
    });
    this.#socket = this.#connect();
    this.#stops.push(
      this.#outbox.items.subscribe((items) => (this.unsent = items)),
      this.#socket.connection.subscribe((now) => this.#linked(now)),
    );
    void Promise.allSettled([this.#loadLesson(), this.#loadState()]);
    afterPage(() => this.#prepareFallback());
    afterPage(() => this.#readDone());
  }

  placeOf(step: Step): Place | null {
    const index = this.steps.findIndex((other) => other.id === step.id);
    return index >= 0 ? { n: index + 1, total: this.steps.length } : null;
  }

  /** Events and lists carry different parts. */
  whole(step: Step): Step {
    return { ...this.steps.find((other) => other.id === step.id), ...step };
  }

  completing(stepId: number): boolean {
    const last = this.unsent.filter(({ body }) => body.subtask_id === stepId && body.type === 'progress_update').at(-1);
    return last?.body.type === 'progress_update' && last.body.status === COMPLETED;
  }

  complete(step: Step): void {
    if (this.done.includes(step.id)) return;
    this.#setDone([...this.done, step.id]);
    this.help.done(step.id);
    this.#write({ type: 'progress_update', subtask_id: step.id, status: COMPLETED });
  }

  /** Not done after all; the server takes it while the class stands on the step (contract 11.9). */
  undo(step: Step): void {
    this.#setDone(this.done.filter((id) => id !== step.id));
    this.#write({ type: 'progress_update', subtask_id: step.id, status: 'IN_PROGRESS' });
  }

  /** Said now or never. */
  tell(frame: ClassroomRoomSendPageState | ClassroomRoomSendLeave): void {
    this.#socket.tell(frame);
  }

  /** Try the connection now. */
  wake(): void {
    this.#socket.wake();
  }

  close(): void {
    this.#stops.forEach((stop) => stop());
    this.#socket.close();
    this.#closed = true;
    this.#fallback?.stop();
    this.help.close();
  }

  // --- coming in ------------------------------------------------------------------------

  #connect(): RtSocket<ClassroomRoomFrame, ClassWrite> {
    const { seat, api } = this.#options;
    return new RtSocket({
      url: `/ws/sessions/${encodeURIComponent(seat.code)}/`,
      token: (fresh) => api.socketToken(fresh),
      greeting: () =>
        seat.kind === 'guest'
          ? { type: 'join', device_id: deviceId(), name: seat.name }
          : { type: 'join' },
      outbox: this.#outbox,
      onEvent: (frame, { replayed }) => this.#event(frame, replayed),
      onAck: (item, ack) => this.#confirmed(item, ack),
      onRefused: (item) => this.#refused(item),
    });
  }

  async #prepareFallback(): Promise<void> {
    const { api, seat } = this.#options;
    const { HttpFallback: Fallback } = await import('./fallback');
    if (this.#closed) return;
    this.#fallback = new Fallback({
      api,
      sessionId: seat.sessionId,
      outbox: this.#outbox,
      onState: (state) => this.#stands(stateOf(state)),
      onAck: (item, ack) => this.#confirmed(item, ack),
      onRefused: (item) => this.#refused(item),
      onReach: (reached) => (this.overHttp = reached),
    });
    this.#linked(this.connection);
  }

  #linked(now: Connection): void {
    this.connection = now;
    if (now.phase !== 'online') this.joined = false;
    if (now.phase === 'connecting') this.#came.clear();
    if (now.phase === 'waiting' || now.phase === 'connecting') this.#fallback?.start();
    else this.#fallback?.stop();
    if (now.phase === 'final' && now.code === SESSION_OVER) this.phase = 'over';
  }

  #event(frame: ClassroomRoomFrame, replayed: boolean): void {
    this.#heard = true;
    this.#came.add(frame.type);
    switch (frame.type) {
      case 'join_confirmed':
        // Events of the class may overtake it; they are newer than what it says.
        this.#stands({
          status: this.#came.has('session_status_changed') ? undefined : frame.session_status,
          step: this.#came.has('step_changed') ? null : frame.current_subtask,
        });
        this.joined = true;
        return;
      case 'break_changed':
        this.breakEndsAt = frame.break_ends_at;
        return;
      case 'step_changed':
        return this.#told({ step: frame.subtask, message: text(frame.instructor_message) }, replayed);
      case 'lesson_refreshed':
        return this.#reloadSteps(2_000);
      case 'session_status_changed':
        return this.#told(
          { status: frame.status, message: text(frame.instructor_message), spoken: true },
          replayed,
        );
      case 'nudge': {
        const { subtask_id: stepId, message, voice_guide_text: aloud } = frame;
        if (this.current?.id === stepId && !this.done.includes(stepId)) this.help.nudged(stepId, message, aloud);
      }
    }
  }

  /** Where the class is, as it was asked; a pause does not say how long it lasts. */
  #stands(state: Told): void {
    this.#told(state);
    if (state.status === 'PAUSED') void this.#readBreak().catch(() => undefined);
  }

  /** Take over what is new, and tell the page once what is worth saying. */
  #told(news: Told, quiet = false): void {
    const phase = news.status ? PHASES[news.status] : this.phase;
    const phaseNew = phase !== this.phase;
    const stepNew = !!news.step && news.step.id !== this.current?.id;
    const message = news.message ?? null;
    const messageNew = message !== null && (news.spoken || message !== this.message);
    const first = this.phase === 'opening';
    // The first step follows the start in a frame of its own: the words of the start stay.
    const opening = stepNew && this.current === null && message === null;
    // Until it starts, a class has the lecture as it is.
    if (phaseNew && this.phase === 'waiting') this.#reloadSteps(10_000);
    if (news.step) this.current = news.step;
    if (!opening && (stepNew || phaseNew || message !== null || news.spoken)) this.message = message;
    this.phase = phase;
    if (phase !== 'paused') this.breakEndsAt = null;
    if (stepNew && !first) this.arrivals += 1;
    const { phase: helpPhase, stepId } = this.help.now;
    if (helpPhase === 'nudged' && stepId !== null && stepId !== this.current?.id) this.help.done(stepId);
    if (quiet) return;
    const { onNews } = this.#options;
    if (phase === 'live' && this.current && (stepNew || phaseNew)) {
      onNews({ kind: 'step', step: this.whole(this.current), message: this.message });
    } else if (phaseNew) onNews({ kind: 'phase', phase, message });
    else if (messageNew && message) onNews({ kind: 'message', message });
  }

  /** The lesson's name and steps. */
  async #loadLesson(): Promise<void> {
    const { api } = this.#options;
    const { code } = this;
    const kept = storage.get<[string, string, Step[], number | null]>(`lesson.${code}`);
    if (kept) [this.lesson, this.instructor, this.steps, this.chatRoomId] = kept;
    const info = await api.get<FoundSession>(`/api/sessions/${encodeURIComponent(code)}`);
    this.title = info.title;
    this.startsAt = info.scheduled_at;
    this.lesson = info.lecture.title;
    this.instructor = info.instructor.name;
    this.chatRoomId = info.chat_room_id;
    await this.#loadSteps();
  }

  /** What the class teaches: the lecture may say something else by now. */
  async #loadSteps(): Promise<void> {
    const { api, seat } = this.#options;
    const { lecture, tasks } = await api.get<LessonBody>(`/api/sessions/${seat.sessionId}/lesson`);
    this.lesson = lecture.title;
    this.steps = tasks.flatMap((task) => task.subtasks ?? []);
    storage.set(`lesson.${this.code}`, [this.lesson, this.instructor, this.steps, this.chatRoomId]);
  }

  /** Somewhen within `ms`: a whole hall hears of it at once. */
  #reloadSteps(ms: number): void {
    setTimeout(() => void this.#loadSteps().catch(() => undefined), Math.random() * ms);
  }

  /** Where the class is, which may be known sooner than from the socket. */
  async #loadState(): Promise<void> {
    const { api, seat } = this.#options;
    const state = await api.get<CurrentState>(`/api/sessions/${seat.sessionId}/current`);
    // What the socket has told is newer; only the instructor's words are missing in it.
    if (!this.#heard) this.#stands(stateOf(state));
    else if (state.current_subtask?.id === this.current?.id) this.message ??= text(state.instructor_message);
  }

  async #readBreak(): Promise<void> {
    const { readBreak } = await import('./catchUp');
    const until = await readBreak(this.#options.api, this.#options.seat.sessionId);
    // An event of this connection is newer.
    if (this.phase === 'paused' && !this.#came.has('break_changed')) this.breakEndsAt = until;
  }

  /** What is done in this class; what is on its way is newer than what the server knows. */
  async #readDone(): Promise<void> {
    const { readDone } = await import('./catchUp');
    const said = this.#said;
    const known = await readDone(this.#options.api, this.#options.seat.sessionId);
    if (!known || this.#closed) return;
    if (said !== this.#said) return this.#readDone();
    const done = new Set(known);
    for (const { body } of this.unsent) {
      if (body.type === 'progress_update') done[body.status === COMPLETED ? 'add' : 'delete'](body.subtask_id);
    }
    this.#setDone([...done]);
  }

  // --- going out ------------------------------------------------------------------------

  #write(body: ClassWrite): void {
    this.#said += 1;
    // Both outcomes come to onAck and onRefused, also for what an earlier page has queued.
    this.#socket.send(body).catch(() => undefined);
  }

  #confirmed({ body }: OutboxItem<ClassWrite>, ack: RtAck): void {
    if (body.type === 'help_request') this.help.confirmed(body.subtask_id, ack.id);
    // It may have come too late to take anything back: the class had gone on.
    else if (body.status !== COMPLETED) void this.#readDone().catch(() => undefined);
  }

  #refused({ body }: OutboxItem<ClassWrite>): void {
    const stepId = body.subtask_id;
    if (body.type === 'help_request') this.help.refused(stepId);
    else if (body.status === COMPLETED) this.#setDone(this.done.filter((id) => id !== stepId));
    else void this.#readDone().catch(() => undefined);
    this.#options.onNotSent();
  }

  #setDone(ids: readonly number[]): void {
    this.done = ids;
    storage.set(this.#doneKey, ids);
  }
}

/** The server sends what has nothing to see as an empty text. */
function text(value: string): string | null {
  return value || null;
}

function stateOf(state: CurrentState): Told {
  return {
    status: state.status,
    step: state.current_subtask,
    message: text(state.instructor_message),
  };
}
