/** What went wrong, as a sentence that tells the instructor what to do. */
import { get } from 'svelte/store';
import { forget } from '../account';
import { ApiError } from '../api';
import { explain } from '../explain';
import { navigate } from '../router';
import { t } from './words';

const SAYS = {
  IN_USE: 'error.inUse',
  NOT_FOUND: 'error.absent',
  FORBIDDEN: 'error.forbidden',
  INVALID_TRANSITION: 'error.moved',
  NO_NEXT_STEP: 'error.lastStep',
  STEP_NOT_IN_LESSON: 'error.stepNotInLesson',
  REQUEST_CLOSED: 'error.requestClosed',
  CLASS_IN_OTHER_HANDS: 'error.otherHands',
  ALREADY_CLAIMED: 'error.claimed',
  COMPLETION_NOT_SUGGESTED: 'error.notDone',
  SCREENS_OFF: 'error.screensOff',
  SCREEN_NOT_AGREED: 'error.screenNotAgreed',
  NOTHING_RECORDED: 'error.nothingRecorded',
  NO_SUGGESTION: 'error.noSuggestion',
  ANSWER_NOT_SHAREABLE: 'error.notShareable',
} as const;

/** Sends the instructor to sign in when the sign-in has run out; the page they were on comes back. */
export function problemOf(error: unknown): string {
  if (!(error instanceof ApiError)) return explain(error);
  if (error.status === 401) {
    forget();
    const next = encodeURIComponent(location.pathname + location.search);
    navigate(`/login?next=${next}`, { replace: true });
  }
  const key = SAYS[error.code as keyof typeof SAYS];
  return key ? get(t)(key) : explain(error);
}
