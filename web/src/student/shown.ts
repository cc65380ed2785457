/** The class as the views of a phone show it: a live one (`Classroom`), or what an instructor's page knows of it. */
import type { SessionStatus } from '../api.gen';
import type { Step } from '../step';
import type { Help } from './help.svelte';

export type Phase = 'opening' | 'waiting' | 'live' | 'paused' | 'review' | 'over';

export const PHASES: Record<SessionStatus, Phase> = {
  WAITING: 'waiting',
  IN_PROGRESS: 'live',
  PAUSED: 'paused',
  REVIEW_MODE: 'review',
  ENDED: 'over',
};

/** "3 / 12". */
export interface Place {
  n: number;
  total: number;
}

export interface Shown {
  readonly phase: Phase;
  readonly lesson: string;
  readonly instructor: string;
  /** What the class itself is called. */
  readonly title: string;
  /** When it is to start, as the server writes it. */
  readonly startsAt: string | null;
  readonly steps: readonly Step[];
  readonly current: Step | null;
  readonly message: string | null;
  /** Until when the class pauses; null when nobody has said. */
  readonly breakEndsAt: string | null;
  readonly done: readonly number[];
  /** Raised with each step that comes while the page is open: what slides in. */
  readonly arrivals: number;
  /** One's calls for help; null where there is nobody to call. */
  readonly help: Help | null;

  /** Only to look at, on a page that is no phone: what a phone can do is there, and nothing is said of this device. */
  readonly still?: boolean;

  /** Null when the step is not one of the lesson as it was loaded. */
  placeOf(step: Step): Place | null;
  /** The step with everything that is known about it. */
  whole(step: Step): Step;
  /** Whether "다 했어요" is on its way. */
  completing(stepId: number): boolean;
  complete(step: Step): void;
  undo(step: Step): void;
}
