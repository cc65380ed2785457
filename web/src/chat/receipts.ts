/**
 * Who has read how far. The server says of each member how many messages of others are
 * unread; counted from the newest message backwards that gives the number of the message
 * they have read up to. After that every `read` event moves its member to the newest one.
 */
import type { MemberData } from '../api.gen';
import type { Shown } from './shown';

interface Mark {
  /** Every message up to this number is read. */
  number: number;
  /** Unread messages of others that lie further back than what is loaded. */
  left: number;
}

export type Reader = Pick<MemberData, 'user_id' | 'unread_count'>;

export class Receipts {
  readonly #marks = new Map<number, Mark>();

  /** Start over: `messages` are the newest ones, oldest first. */
  start(members: readonly Reader[], newest: number, messages: readonly Shown[]): void {
    this.#marks.clear();
    for (const { user_id, unread_count } of members) {
      this.#marks.set(user_id, { number: newest, left: unread_count });
    }
    this.older(messages);
  }

  /** More messages are known, oldest first. */
  older(messages: readonly Shown[]): void {
    for (const [userId, mark] of this.#marks) {
      for (let index = messages.length - 1; index >= 0 && mark.left > 0; index -= 1) {
        const message = messages[index];
        if (!message || message.number > mark.number) continue;
        if (message.user_id !== userId) mark.left -= 1;
        mark.number = message.number - 1;
      }
    }
  }

  /** This member has read everything up to this number; a new member starts there. */
  read(userId: number, number: number): void {
    const mark = this.#marks.get(userId);
    if (mark && mark.left === 0 && mark.number >= number) return;
    this.#marks.set(userId, { number, left: 0 });
  }

  left(userId: number): void {
    this.#marks.delete(userId);
  }

  /** Messages of others that this member has not read, as far as is known. */
  unreadOf(userId: number, messages: readonly Shown[]): number {
    const mark = this.#marks.get(userId);
    if (!mark) return 0;
    let count = mark.left;
    for (const message of messages) {
      if (message.number > mark.number && message.user_id !== userId) count += 1;
    }
    return count;
  }

  /** Who has not read this message; its sender is not counted. */
  unreadBy(message: Shown): number[] {
    const found: number[] = [];
    for (const [userId, mark] of this.#marks) {
      if (userId !== message.user_id && mark.number < message.number) found.push(userId);
    }
    return found;
  }
}
