/** What happened in class while the page was hidden, in one line. */
import type { Translate } from '../i18n';
import type { Korean } from '../i18n/along.ko';
import type { Phase } from '../student/shown';

/** Where the class was. `index` of the step in its lesson; -1 without one. */
export interface Stood {
  phase: Phase;
  index: number;
  message: string | null;
}

const OVER: readonly Phase[] = ['review', 'over'];

/** Empty when nothing happened that the person would have to know. */
export function missedOf(before: Stood, now: Stood, t: Translate<Korean>): string {
  const news: string[] = [];
  const steps = before.index < 0 || now.index < 0 ? 0 : now.index - before.index;
  if (OVER.includes(now.phase)) return OVER.includes(before.phase) ? '' : t('along.missedEnd');
  if (steps > 0) news.push(t('along.missedSteps', { n: steps }));
  else if (steps < 0) news.push(t('along.missedBack'));
  else if (before.phase === 'waiting' && now.phase !== 'waiting') news.push(t('along.missedStart'));
  if (now.phase === 'paused' && before.phase !== 'paused') news.push(t('along.missedPause'));
  // The words themselves stand on the page; of all that is told, they need it least.
  if (!news.length && now.message && now.message !== before.message) news.push(t('along.missedMessage'));
  return news.join(' ');
}
