/** Times as people say them, in the language of the pages. */
import { readable } from 'svelte/store';
import type { Lang } from '../i18n';
import type { Translate } from '../i18n';
import type { Korean } from '../i18n/teach.ko';
import { serverNow, whenCorrected } from '../serverTime';

const TICK_MS = 15_000;

/** Milliseconds now by the server's clock, moving on every fifteen seconds, for texts such as "3분 전". */
export const now = readable(serverNow(), (set) => {
  const tick = (): void => set(serverNow());
  tick();
  const timer = setInterval(tick, TICK_MS);
  const stopWatching = whenCorrected(tick);
  return () => {
    clearInterval(timer);
    stopWatching();
  };
});

/** Whole minutes between two moments, never negative. */
export function minutesBetween(from: string, to: number): number {
  return Math.max(0, Math.floor((to - Date.parse(from)) / 60_000));
}

/** "3분 전". */
export function ago(iso: string, at: number, say: Translate<Korean>): string {
  const minutes = minutesBetween(iso, at);
  if (minutes < 1) return say('time.now');
  if (minutes < 60) return say('time.minutes', { n: minutes });
  if (minutes < 60 * 24) return say('time.hours', { n: Math.floor(minutes / 60) });
  return say('time.days', { n: Math.floor(minutes / (60 * 24)) });
}

const locales: Record<Lang, string> = { ko: 'ko-KR', en: 'en-GB' };

/** Date and time of day, e.g. "2026년 11월 21일 오전 10:05". */
export function exact(iso: string, lang: Lang): string {
  return new Intl.DateTimeFormat(locales[lang], { dateStyle: 'long', timeStyle: 'short' }).format(new Date(iso));
}

/** The day, e.g. "11월 21일". */
export function day(moment: Date, lang: Lang): string {
  return new Intl.DateTimeFormat(locales[lang], { month: 'long', day: 'numeric' }).format(moment);
}

/** The time of day, e.g. "오전 10:05". */
export function clock(moment: number, lang: Lang): string {
  return new Intl.DateTimeFormat(locales[lang], { timeStyle: 'short' }).format(new Date(moment));
}
