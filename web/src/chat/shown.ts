import type { MessageData } from '../api.gen';

/** A message and its number: messages of a room count from 1 without gaps. */
export interface Shown extends MessageData {
  number: number;
}

/** A page of history, oldest first; `newest` is the number of its first message. */
export function numbered(page: readonly MessageData[], newest: number): Shown[] {
  return page.map((message, index) => ({ ...message, number: newest - index })).reverse();
}
