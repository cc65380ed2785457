/**
 * Asking for help and getting the answer: by socket (W8) while it is open, and by asking
 * the server (R33), which also covers what came while the phone was away.
 */
import type { Api } from '../api';
import { ApiError } from '../api';
import { RtSocket, type Frame } from '../socket';
import { storage } from '../storage';
import type { HelpAnswer, HelpRequest } from '../types';

export type HelpPhase = 'none' | 'calling' | 'called' | 'answered' | 'failed';

interface Kept {
  stepId: number;
  requestId: number | null;
}

interface HelpOptions {
  api: Api;
  code: string;
  userId: number;
  /** Queue the request; its confirmation comes to `confirmed`, perhaps after a reload. */
  ask: (stepId: number, message: string) => void;
  onAnswer: (answer: HelpAnswer) => void;
}

const ASK_AGAIN_MS = 8_000;
const TRIES = 5;

export class Help {
  phase = $state<HelpPhase>('none');
  stepId = $state<number | null>(null);
  answer = $state.raw<HelpAnswer | null>(null);
  #requestId: number | null = null;
  readonly #options: HelpOptions;
  readonly #key: string;
  #socket: RtSocket | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: HelpOptions) {
    this.#options = options;
    this.#key = `help.${options.code}`;
    const kept = storage.get<Kept>(this.#key);
    if (!kept) return;
    this.stepId = kept.stepId;
    this.#requestId = kept.requestId;
    this.phase = kept.requestId === null ? 'calling' : 'called';
    if (kept.requestId !== null) this.#watch();
  }

  call(stepId: number, message: string): void {
    if (this.stepId === stepId && this.phase !== 'none') return;
    this.#stop();
    this.stepId = stepId;
    this.#requestId = null;
    this.answer = null;
    this.phase = 'calling';
    this.#keep();
    this.#options.ask(stepId, message);
  }

  /** The server has the request. */
  confirmed(stepId: number, requestId: number | null): void {
    if (this.stepId !== stepId) return;
    this.#requestId = requestId;
    this.phase = 'called';
    this.#keep();
    this.#watch();
  }

  /** The server did not take the request. */
  refused(stepId: number): void {
    if (this.stepId === stepId) this.#clear();
  }

  /** Solved: tell the server and put it away. */
  thanks(): void {
    this.#finish(5);
    this.#clear();
  }

  /** The answer did not help: end this request and make a new one, which the instructor sees. */
  notYet(message: string): void {
    const { stepId } = this;
    const ended = this.#finish(2);
    this.#clear();
    if (stepId === null) return;
    this.stepId = stepId;
    this.phase = 'calling';
    this.#keep();
    void ended.finally(() => this.#options.ask(stepId, message));
  }

  /** The step is done, and with it the request. */
  solved(stepId: number): void {
    if (this.stepId === stepId) this.#clear();
  }

  close(): void {
    this.#stop();
  }

  #keep(): void {
    if (this.stepId === null) storage.remove(this.#key);
    else storage.set(this.#key, { stepId: this.stepId, requestId: this.#requestId } satisfies Kept);
  }

  #clear(): void {
    this.#stop();
    this.phase = 'none';
    this.stepId = null;
    this.#requestId = null;
    this.answer = null;
    this.#keep();
  }

  async #finish(rating: number): Promise<void> {
    const { api } = this.#options;
    const requestId = this.#requestId;
    if (requestId === null) return;
    const body = { help_request_id: requestId, rating };
    if (this.answer) await insist(() => api.post('/api/help/feedback', body));
    await insist(() => api.post(`/api/help/request/${requestId}/close`));
  }

  // --- waiting for the answer -----------------------------------------------------------

  #watch(): void {
    this.#stop();
    const { api, userId } = this.#options;
    this.#socket = new RtSocket({
      url: `/ws/help/${userId}`,
      token: (fresh) => api.socketToken(fresh),
      onEvent: (frame) => this.#event(frame),
    });
    this.#timer = setInterval(() => void this.#check(), ASK_AGAIN_MS);
    void this.#check();
  }

  #stop(): void {
    this.#socket?.close();
    this.#socket = null;
    clearInterval(this.#timer);
  }

  #event(frame: Frame): void {
    if (frame.type !== 'HELP_AVAILABLE') return;
    const answer = frame['help_response'] as HelpAnswer & { help_request_id?: number };
    if (answer.help_request_id !== undefined && answer.help_request_id !== this.#requestId) return;
    this.#answered(answer);
  }

  async #check(): Promise<void> {
    const id = this.#requestId;
    if (id === null) return;
    try {
      const now = await this.#options.api.get<HelpRequest>(`/api/help/request/${id}`);
      if (id !== this.#requestId) return;
      if (now.help_response) this.#answered(now.help_response);
      // Closed without words: the instructor came and helped.
      else if (now.closed_at) this.#clear();
      else if (now.status === 'FAILED') this.phase = 'failed';
    } catch (error) {
      if (error instanceof ApiError && !error.temporary) clearInterval(this.#timer);
    }
  }

  #answered(answer: HelpAnswer): void {
    if (this.phase === 'answered') return;
    this.#stop();
    this.answer = answer;
    this.phase = 'answered';
    this.#options.onAnswer(answer);
  }
}

/** Small news that may be told again, until it is heard or clearly unwanted. */
async function insist(tell: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      await tell();
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || !error.temporary) return;
      await new Promise((resolve) => setTimeout(resolve, 1_000 * 2 ** attempt));
    }
  }
}
