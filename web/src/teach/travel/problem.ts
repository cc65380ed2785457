/** What went wrong with a lesson that travels, as a sentence. */
import { get } from 'svelte/store';
import { ApiError } from '../../api';
import { problemOf } from '../problem';
import { t } from './words';

const REASONS = [
  'NOT_A_ZIP', 'BROKEN', 'TOO_LARGE', 'TOO_MANY_FILES', 'UNSAFE_NAME', 'UNKNOWN_FILE', 'DUPLICATE', 'ENCRYPTED', 'NO_LESSON',
  'MISSING_FILE', 'WRONG_TYPE', 'NEWER_FORMAT', 'BAD_LESSON',
] as const;
type Reason = (typeof REASONS)[number];

export function travelProblem(error: unknown): string {
  const say = get(t);
  if (!(error instanceof ApiError)) return problemOf(error);
  if (error.code === 'BAD_LESSON_FILE') return badFile(error);
  if (error.status === 413) return say('bad.TOO_LARGE');
  if (error.code === 'LECTURE_CHANGED' || error.code === 'IN_USE') return say(`problem.${error.code}`);
  return problemOf(error);
}

function badFile({ details }: ApiError): string {
  const reason = REASONS.find((known) => known === details['reason']);
  const where = [details['file'], details['field']].filter((part) => typeof part === 'string').join(' ');
  return reason ? saying(reason, where) : get(t)('bad.other');
}

function saying(reason: Reason, where: string): string {
  // A name that is not said leaves no colon behind.
  return get(t)(`bad.${reason}`, { where: where || '?' });
}
