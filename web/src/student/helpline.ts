/**
 * The line to the help desk: answers come by socket (W8) and by asking (R33), which also
 * covers what came while the phone was away; what the student says of an answer is told
 * until the server has heard it, also after a reload.
 */
import { get } from 'svelte/store';
import { ApiError } from '../api';
import type { HelpAskedBody, HelpRequestBody } from '../api.gen';
import type { HelpAnswersFrame } from '../protocol.gen';
import { randomId } from '../random';
import { RtSocket } from '../socket';
import { storage } from '../storage';
import { Timers } from '../timers';
import { NO_HELP, type HelpAnswer, type HelpHolder, type Said } from './helpState';
import { t } from './helpWords';

const ASK_AGAIN_MS = 8_000;
/** With an answer on the phone, the next one is less urgent. */
const CALM_ROUNDS = 3;
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 30_000;
const NUDGE_SHOWN_MS = 60_000;

const NOT_YET = 2;
const HELPED = 4;

/** News for the server; told in order, each until it is heard or clearly unwanted. */
interface Errand {
  path: string;
  body: Record<string, unknown>;
  key: string;
  /** It asks for help: the answer names the request. */
  asksFor?: number;
  /** It says of this request that its answer was of no help: the teacher is told once it is there. */
  calls?: number;
}

export class HelpLine {
  readonly #help: HelpHolder;
  readonly #errandsKey: string;
  #errands: readonly Errand[];
  #running = false;
  #failures = 0;
  #socket: RtSocket<HelpAnswersFrame> | null = null;
  #stopWatching: (() => void) | null = null;
  readonly #timers = new Timers();
  #rounds = 0;
  #closed = false;

  constructor(help: HelpHolder) {
    this.#help = help;
    this.#errandsKey = `help.errands.${help.options.code}`;
    this.#errands = storage.get<Errand[]>(this.#errandsKey) ?? [];
    window.addEventListener('online', this.#wake);
    this.follow();
    void this.#run();
  }

  /** The state has changed: listen while an answer may come. */
  follow(): void {
    const { phase, requestId } = this.#help.now;
    const waits = requestId !== null && ['called', 'looking', 'answered', 'coming'].includes(phase);
    if (waits) this.#listen();
    else this.#hangUp();
    this.#timers.stop('nudge');
    // One that nobody could see has not been seen.
    if (phase === 'nudged') this.#timers.after('nudge', NUDGE_SHOWN_MS, () => (document.hidden ? this.follow() : this.putAway()));
  }

  close(): void {
    this.#closed = true;
    window.removeEventListener('online', this.#wake);
    this.#hangUp();
    this.#timers.end();
  }

  // --- what the student says ------------------------------------------------------------

  /** What is wrong, after the call itself; it waits where that waits. */
  say(said: Said): void {
    const { stepId, told } = this.#help.now;
    if (stepId === null || told) return;
    this.#help.become({ told: true });
    this.#help.options.ask(stepId, said);
  }

  /** Solved. That is a good mark already; `rate` may say more. */
  thanks(): void {
    const { requestId } = this.#help.now;
    if (requestId === null) return;
    this.#mark(requestId, HELPED);
    this.#tell({ path: `/api/help/request/${requestId}/close`, body: {} });
    this.#help.become({ phase: 'solved', answer: null });
  }

  rate(rating: number): void {
    const { requestId } = this.#help.now;
    if (requestId !== null) this.#mark(requestId, rating);
    this.putAway();
  }

  /** Nothing more to say. */
  putAway(): void {
    this.#help.become(NO_HELP);
  }

  /** “I am fine”: nothing comes by itself on this step any more. */
  fine(): void {
    const { stepId } = this.#help.now;
    this.putAway();
    this.#tell({ path: '/api/help/nudge/dismiss', body: { subtask_id: stepId } });
  }

  /** The answer did not help: first another one and the teacher's attention, then the teacher. */
  notYet(): void {
    const { requestId, stepId, again } = this.#help.now;
    if (requestId === null || stepId === null) return;
    if (again) {
      // Until the server has heard it nobody was told.
      this.#help.become({ phase: 'calling' });
      this.#mark(requestId, NOT_YET, { calls: requestId });
      return;
    }
    this.#mark(requestId, NOT_YET);
    this.#tell({ path: `/api/help/request/${requestId}/close`, body: {} });
    const body = { subtask_id: stepId, request_type: 'MANUAL', context_data: { message: get(t)('help.again') } };
    this.#tell({ path: '/api/help/request', body, asksFor: stepId });
    this.#help.become({ phase: 'calling', requestId: null, answer: null, again: true, told: false });
  }

  #mark(requestId: number, rating: number, more: Pick<Errand, 'calls'> = {}): void {
    this.#tell({ path: '/api/help/feedback', body: { help_request_id: requestId, rating }, ...more });
  }

  #tell(errand: Omit<Errand, 'key'>): void {
    this.#setErrands([...this.#errands, { ...errand, key: randomId() }]);
    void this.#run();
  }

  #setErrands(errands: readonly Errand[]): void {
    this.#errands = errands;
    storage.set(this.#errandsKey, errands);
  }

  readonly #wake = (): void => {
    this.#timers.stop('retry');
    void this.#run();
    void this.#check();
  };

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let errand = this.#errands[0]; errand && !this.#closed; errand = this.#errands[0]) {
      if (!(await this.#done(errand))) break;
    }
    this.#running = false;
  }

  /** False when it has to be tried again later. */
  async #done(errand: Errand): Promise<boolean> {
    const { api, onNotSent } = this.#help.options;
    try {
      const made = await api.post<Partial<HelpAskedBody>>(errand.path, errand.body, { key: errand.key });
      this.#forget(errand);
      if (errand.asksFor !== undefined) this.#help.confirmed(errand.asksFor, made.help_request_id ?? null);
    } catch (error) {
      if (!(error instanceof ApiError) || error.temporary) {
        const wait = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** this.#failures);
        this.#failures += 1;
        this.#timers.after('retry', wait, () => void this.#run());
        return false;
      }
      this.#forget(errand);
      if (errand.asksFor !== undefined) {
        this.#help.refused(errand.asksFor);
        onNotSent();
      }
    }
    const { phase, requestId } = this.#help.now;
    if (errand.calls !== undefined && errand.calls === requestId && phase === 'calling') {
      this.#help.become({ phase: 'coming' });
      void this.#check();
    }
    return true;
  }

  #forget(errand: Errand): void {
    this.#failures = 0;
    this.#setErrands(this.#errands.filter((other) => other !== errand));
  }

  // --- waiting for the answer -----------------------------------------------------------

  #listen(): void {
    if (this.#socket) return;
    const { api, userId } = this.#help.options;
    this.#socket = new RtSocket<HelpAnswersFrame>({
      url: `/ws/help/${userId}`,
      token: (fresh) => api.socketToken(fresh),
      onEvent: (frame) => this.#event(frame),
    });
    // What was said between the last question and this connection is in no frame of it.
    this.#stopWatching = this.#socket.connection.subscribe(({ phase }) => {
      if (phase === 'online') void this.#check();
    });
    this.#rounds = 0;
    this.#askAgain();
    void this.#check();
  }

  #hangUp(): void {
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#socket?.close();
    this.#socket = null;
    this.#timers.stop('askAgain');
  }

  #askAgain(): void {
    this.#timers.after('askAgain', ASK_AGAIN_MS, () => {
      this.#askAgain();
      this.#rounds += 1;
      if (this.#help.now.phase === 'called' || this.#rounds % CALM_ROUNDS === 0) void this.#check();
    });
  }

  #event({ type, help_response: answer }: HelpAnswersFrame): void {
    if (type !== 'HELP_AVAILABLE') return;
    if (answer.help_request_id !== this.#help.now.requestId) return;
    const { help_content, voice_guide_text, source } = answer;
    void this.#check({ help_content, voice_guide_text, ...(source && { source }) });
  }

  /** Ask how the request is; `told` is shown when the server cannot be asked. */
  async #check(told: HelpAnswer | null = null): Promise<void> {
    const id = this.#help.now.requestId;
    if (id === null) return;
    try {
      const request = await this.#help.options.api.get<HelpRequestBody>(`/api/help/request/${id}`);
      if (this.#concerns(request)) this.#take(request);
    } catch (error) {
      if (id !== this.#help.now.requestId) return;
      // The request is gone, e.g. because its step was deleted.
      if (error instanceof ApiError && !error.temporary) this.#help.become(NO_HELP);
      else if (told && !this.#isShown(told)) this.#show(told);
    }
  }

  #concerns(request: HelpRequestBody): boolean {
    return !this.#closed && request.help_request_id === this.#help.now.requestId;
  }

  #take(request: HelpRequestBody): void {
    const { phase, answer } = this.#help.now;
    if (phase === 'calling' || phase === 'solved') return;
    const { help_response: response } = request;
    if (request.closed_at) {
      // Closed without words: the teacher came and helped. What is being read stays.
      if (phase !== 'answered') this.#help.become(NO_HELP);
    } else if (request.status === 'FAILED') {
      if (phase === 'coming') return;
      this.#help.become({ phase: 'coming' });
      const words = get(t)('help.coming');
      this.#help.options.say(words, words);
    } else if (request.status !== 'ANALYZING' && response && response.id !== answer?.id) {
      // Shown already, from the socket's words alone, which do not number answers.
      const heard = !!answer && answer.id === undefined && this.#isShown(response);
      if (heard) this.#help.become({ answer: response });
      else this.#show(response);
    }
  }

  #isShown(answer: HelpAnswer): boolean {
    const { phase, answer: shown } = this.#help.now;
    return (phase === 'answered' || phase === 'looking') && shown?.help_content === answer.help_content;
  }

  #show(answer: HelpAnswer): void {
    const { author, help_content: words, voice_guide_text: aloud } = answer;
    if (answer.source === 'DEFERRED') {
      this.#help.become({ phase: 'looking', answer });
      this.#help.options.say(words, aloud || words);
      return;
    }
    this.#help.become({ phase: 'answered', answer });
    const title = author ? get(t)('help.answerFrom', { name: author.name }) : get(t)('help.answer');
    this.#help.options.say(`${title}. ${words}`, aloud || words);
  }
}
