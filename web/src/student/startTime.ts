/** When a class starts, as one says it: "오후 2시", on another day with the date; in the phone's own time. */
import type { Lang } from '../i18n';

const locales = { ko: 'ko-KR', en: 'en-GB' } as const;

function hourInKorean(at: Date): string {
  const [hour, minute] = [at.getHours(), at.getMinutes()];
  return `${hour < 12 ? '오전' : '오후'} ${hour % 12 || 12}시${minute ? ` ${minute}분` : ''}`;
}

export function startTime(iso: string, language: Lang, now: Date = new Date()): string {
  const at = new Date(iso);
  const locale = locales[language];
  const hour = language === 'ko' ? hourInKorean(at) : at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
  if (at.toDateString() === now.toDateString()) return hour;
  const day = at.toLocaleDateString(locale, { month: 'long', day: 'numeric' });
  return language === 'ko' ? `${day} ${hour}` : `${hour} on ${day}`;
}
