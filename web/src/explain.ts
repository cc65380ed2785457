/** A sentence for the person, made of an error: what to do, not what broke. */
import { get } from 'svelte/store';
import { ApiError } from './api';
import { t } from './i18n';

export function explain(error: unknown): string {
  const say = get(t);
  if (!(error instanceof ApiError)) return say('error.server');
  if (error.code === 'NETWORK') return say('error.network');
  if (error.code === 'TIMEOUT') return say('error.slow');
  if (error.status === 429) return say('error.tooMany', { seconds: Math.ceil(error.retryAfter ?? 30) });
  if (error.code === 'AUTO_HELP_OFF') return say('error.autoHelpOff');
  if (error.code === 'NO_SUGGESTION') return say('error.noSuggestion');
  if (error.status >= 500) return say('error.server');
  return say('error.input');
}
