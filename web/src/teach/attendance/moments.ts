/** Moments on a sheet: those of Seoul, wherever the browser is, as the files have them. */
import type { Lang } from '../../i18n';

const locales: Record<Lang, string> = { ko: 'ko-KR', en: 'en-GB' };
const timeZone = 'Asia/Seoul';

/** "2026년 11월 30일 월요일". */
export function dayOf(iso: string, lang: Lang): string {
  return new Intl.DateTimeFormat(locales[lang], { dateStyle: 'full', timeZone }).format(new Date(iso));
}

/** "11. 30.", for a narrow column. */
export function shortDayOf(iso: string, lang: Lang): string {
  return new Intl.DateTimeFormat(locales[lang], { month: 'numeric', day: 'numeric', timeZone }).format(new Date(iso));
}

/** "10:05", by 24 hours. */
export function timeOf(iso: string): string {
  const parts = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
  return new Intl.DateTimeFormat('en-GB', parts).format(new Date(iso));
}

/** Whole minutes, half a minute up, as the files have them. */
export function minutesOf(seconds: number): number {
  return Math.floor((seconds + 30) / 60);
}
