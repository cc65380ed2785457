/** What the instructor should do next, and what that rests on. It is advice: nothing is held back by it. */
import type { RosterBody } from '../api.gen';

export type Advice = 'wait' | 'help' | 'go';
/** Why: hands are up, all are done, most are and it takes no longer, few are after that time, or the time is not over. */
export type Reason = 'hands' | 'all' | 'most' | 'slow' | 'time' | 'few';

/** So many of those whom the class waits for are most of them. */
const MOST = 0.75;

/**
 * One line for the step that runs; null while there is nobody whom it could be about.
 * @param seconds how long the class has been on the step
 */
export function adviceFor({ counts, pace }: RosterBody, seconds: number): { advice: Advice; reason: Reason } | null {
  if (counts.expected === 0) return null;
  const done = counts.done_in_all / counts.expected;
  if (counts.help > 0) return { advice: 'help', reason: 'hands' };
  if (done >= 1) return { advice: 'go', reason: 'all' };
  if (pace && seconds < pace.median_seconds) return { advice: 'wait', reason: 'time' };
  if (pace && seconds >= pace.p75_seconds) {
    return done >= MOST ? { advice: 'go', reason: 'most' } : { advice: 'help', reason: 'slow' };
  }
  return done >= MOST && !pace ? { advice: 'go', reason: 'most' } : { advice: 'wait', reason: pace ? 'time' : 'few' };
}
