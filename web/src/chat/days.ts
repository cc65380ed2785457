/** Messages as they are shown: in days, the name only where the speaker changes. */
import { dayKey } from './times';
import type { Shown } from './types';

export interface Line {
  message: Shown;
  /** The same person goes on speaking. */
  goesOn: boolean;
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
  if (!before || before.user_id !== message.user_id || before.message_type === 'system') return false;
  return Date.parse(message.created_at) - Date.parse(before.created_at) < TURN_MS;
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
    day.lines.push({ message, goesOn: goesOn(day.lines.at(-1)?.message, message) });
  }
  return days;
}
