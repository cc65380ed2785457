/** Where a student's call for help is: what the page, the help and its line to the help desk share. */
import type { Api } from '../api';
import type { HelpReason, HelpResponseBody } from '../api.gen';

/** What somebody is told: by the socket in words, by the server's answers with a number too. */
export type HelpAnswer = Pick<HelpResponseBody, 'help_content' | 'voice_guide_text'> &
  Partial<Pick<HelpResponseBody, 'id' | 'author' | 'source' | 'image'>>;

/**
 * nudged: the server asked whether help is wanted. calling: on its way. called: being looked
 * at. looking: the teacher was asked and looks, nobody has answered. answered: an answer is shown. coming: the
 * teacher was told that it did not help. solved: thanks, and how good was it?
 */
export type HelpPhase = 'none' | 'nudged' | 'calling' | 'called' | 'looking' | 'answered' | 'coming' | 'solved';

/** What goes with a call: the picture that was pressed, or words (contract 11.17). */
export type Said = { message: string } | { reason: HelpReason };

export interface HelpState {
  phase: HelpPhase;
  stepId: number | null;
  requestId: number | null;
  answer: HelpAnswer | null;
  /** An answer did not help; the teacher has been told. */
  again: boolean;
  /** They have said what is wrong; nobody has to. */
  told: boolean;
  /** What the server says to somebody who has been still for long. */
  nudge: string;
}

export interface HelpOptions {
  api: Api;
  code: string;
  userId: number;
  /** Queue the request; its confirmation comes to `confirmed`, perhaps after a reload. */
  ask: (stepId: number, said: Said) => void;
  /** Tell screen readers, and read aloud. */
  say: (announced: string, aloud: string) => void;
  onNotSent: () => void;
}

export const NO_HELP: HelpState = {
  phase: 'none',
  stepId: null,
  requestId: null,
  answer: null,
  again: false,
  told: false,
  nudge: '',
};

/** The help as its line to the help desk sees it. */
export interface HelpHolder {
  readonly now: HelpState;
  readonly options: HelpOptions;
  become(change: Partial<HelpState>): void;
  confirmed(stepId: number, requestId: number | null): void;
  refused(stepId: number): void;
}
