/** What a chart shows, as a sentence: the title above it. */
import type { LectureStatistics, ProgressTrend } from '../../api.gen';
import type { Lang, Translate } from '../../i18n';
import type { Korean } from '../../i18n/dashboard.ko';
import { day } from '../times';

type Say = Translate<Korean>;

/** "11월 21일" of "2026-11-21", which is a day in Seoul wherever this runs. */
export function dayName(date: string, lang: Lang): string {
  const [year, month, date_] = date.split('-').map(Number) as [number, number, number];
  return day(new Date(year, month - 1, date_), lang);
}

/** The places of the largest number; none when all are 0. */
function largest(numbers: readonly number[]): { most: number; at: number[] } {
  const most = Math.max(0, ...numbers);
  return { most, at: most ? numbers.flatMap((number, index) => (number === most ? [index] : [])) : [] };
}

/** The numbers of a trend: whole percents, and help requests; one of each a day. */
export function trendNumbers(trend: ProgressTrend): { rates: readonly number[]; helps: readonly number[] } {
  return { rates: trend.datasets[0]?.data ?? [], helps: trend.datasets[1]?.data ?? [] };
}

export function trendFinding(trend: ProgressTrend, say: Say): string {
  const { rates } = trendNumbers(trend);
  const from = rates[0] ?? 0;
  const to = rates.at(-1) ?? 0;
  const days = rates.length;
  if (from === to) return say('trend.same', { days, to });
  return to > from ? say('trend.rose', { days, from, to }) : say('trend.fell', { from, to });
}

/** About the second line of the trend; `dates` are its days. */
export function helpFinding(trend: ProgressTrend, dates: readonly string[], lang: Lang, say: Say): string {
  const { most, at } = largest(trendNumbers(trend).helps);
  const date = dates[at[0] ?? -1];
  return date ? say('trend.helpMost', { day: dayName(date, lang), n: most }) : say('trend.helpNone');
}

export function spreadFinding({ progress_distribution: parts, total_students: total }: LectureStatistics, say: Say): string {
  const names = Object.keys(parts);
  const { most, at } = largest(Object.values(parts));
  const found = at.map((index) => names[index]).join(', ');
  if (at.length === 0) return say('charts.none');
  if (at.length > 1) return say('spread.even', { parts: found, n: most });
  return most === total ? say('spread.all', { total, part: found }) : say('spread.finding', { n: most, part: found });
}

export function hardFinding({ common_difficulties: steps }: LectureStatistics, say: Say): string {
  const { most, at } = largest(steps.map((step) => step.help_count));
  const title = steps[at[0] ?? -1]?.subtask_title;
  if (title === undefined) return say('hard.none');
  return at.length > 1 ? say('hard.several', { title, count: at.length, n: most }) : say('hard.finding', { title, n: most });
}

export function dailyFinding({ daily_activity: days }: LectureStatistics, lang: Lang, say: Say): string {
  const { most, at } = largest(days.map((one) => one.active_students));
  const date = days[at[0] ?? -1]?.date;
  if (date === undefined) return say('daily.none');
  return at.length > 1
    ? say('daily.several', { n: most, count: at.length })
    : say('daily.finding', { day: dayName(date, lang), n: most });
}
