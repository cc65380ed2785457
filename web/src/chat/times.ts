/** Days and times of messages, in the language of the pages and the time zone of this device. */
import type { Lang } from '../i18n';
import { serverNow } from '../serverTime';

const locales: Record<Lang, string> = { ko: 'ko-KR', en: 'en-GB' };
const formats = new Map<string, Intl.DateTimeFormat>();

function format(lang: Lang, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locales[lang], options);
  formats.set(key, known);
  return known;
}

/** A key that two moments of one day share. */
export function dayKey(iso: string): string {
  const at = new Date(iso);
  return `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;
}

/** "11월 21일 토요일"; another year is named. */
export function dayLabel(iso: string, lang: Lang, now = new Date(serverNow())): string {
  const at = new Date(iso);
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
  return format(lang, { ...year, month: 'long', day: 'numeric', weekday: 'long' }).format(at);
}

/** "오후 3:05". */
export function clock(iso: string, lang: Lang): string {
  return format(lang, { hour: 'numeric', minute: '2-digit' }).format(new Date(iso));
}

/** For a list of rooms: the time of today, the day of another. */
export function shortTime(iso: string, lang: Lang, now = new Date(serverNow())): string {
  if (dayKey(iso) === dayKey(now.toISOString())) return clock(iso, lang);
  return format(lang, { month: 'short', day: 'numeric' }).format(new Date(iso));
}
