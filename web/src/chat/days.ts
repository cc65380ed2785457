/** Messages as they are shown: in days, the name only where the speaker changes. */
import { dayKey } from './times';
import type { Shown } from './shown';

export interface Line {
  message: Shown;
  /** The same person goes on speaking. */
  goesOn: boolean;
  /** The next one is not of the same turn and minute. */
  timed: boolean;
}

export interface Day {
  key: string;
  /** A moment of that day. */
  at: string;
  lines: Line[];
}

/** Somebody who goes on within so long is one turn. */
const TURN_MS = 5 * 60_000;

function goesOn(before: Shown | undefined, message: Shown): boolean {
  if (!before || before.user_id !== message.user_id) return false;
  if (before.message_type === 'system' || message.message_type === 'system') return false;
  return Date.parse(message.created_at) - Date.parse(before.created_at) < TURN_MS;
}

function minuteOf(message: Shown): number {
  return Math.floor(Date.parse(message.created_at) / 60_000);
}

export function inDays(messages: readonly Shown[]): Day[] {
  const days: Day[] = [];
  for (const message of messages) {
    const key = dayKey(message.created_at);
    let day = days.at(-1);
    if (day?.key !== key) {
      day = { key, at: message.created_at, lines: [] };
      days.push(day);
    }
    const before = day.lines.at(-1);
    const line = { message, goesOn: goesOn(before?.message, message), timed: true };
    if (before && line.goesOn) before.timed = minuteOf(before.message) !== minuteOf(message);
    day.lines.push(line);
  }
  return days;
}
