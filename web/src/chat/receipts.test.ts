import { describe, expect, it } from 'vitest';
import { Receipts } from './receipts';
import type { Shown } from './shown';

const ME = 1;
const KIM = 2;
const LEE = 3;

function said(number: number, by: number): Shown {
  const at = '2026-11-21T01:00:00Z';
  return {
    id: number * 10,
    number,
    chat_room_id: 1,
    user_id: by,
    message: `${number}`,
    message_type: 'text',
    file_url: null,
    is_read: false,
    created_at: at,
    updated_at: at,
    user: null,
  };
}

const reader = (user_id: number, unread_count: number) => ({ user_id, unread_count });

describe('who has read how far', () => {
  it('counts back from the newest message, over a member’s own ones', () => {
    const messages = [said(1, ME), said(2, KIM), said(3, ME), said(4, KIM), said(5, ME)];
    const receipts = new Receipts();
    // Kim has written 4 without reading 3: two of others are unread.
    receipts.start([reader(ME, 0), reader(KIM, 2), reader(LEE, 5)], 5, messages);
    expect(messages.map((message) => receipts.unreadBy(message))).toEqual([[LEE], [LEE], [KIM, LEE], [LEE], [KIM, LEE]]);
  });

  it('goes on counting when older messages come', () => {
    const receipts = new Receipts();
    const newest = [said(4, ME), said(5, ME)];
    receipts.start([reader(ME, 0), reader(KIM, 3)], 5, newest);
    expect(receipts.unreadOf(KIM, newest)).toBe(3);
    const older = [said(2, ME), said(3, ME)];
    receipts.older(older);
    expect(older.map((message) => receipts.unreadBy(message))).toEqual([[], [KIM]]);
    expect(receipts.unreadOf(KIM, [...older, ...newest])).toBe(3);
  });

  it('moves whoever reads to the newest message, and nobody back', () => {
    const messages = [said(1, ME), said(2, ME)];
    const receipts = new Receipts();
    receipts.start([reader(ME, 0), reader(KIM, 2)], 2, messages);
    receipts.read(KIM, 2);
    receipts.read(KIM, 1);
    expect(receipts.unreadBy(messages[1] as Shown)).toEqual([]);
    expect(receipts.unreadOf(KIM, [...messages, said(3, LEE), said(4, KIM)])).toBe(1);
  });

  it('does not wait for somebody who has left', () => {
    const receipts = new Receipts();
    const message = said(1, ME);
    receipts.start([reader(ME, 0), reader(KIM, 1)], 1, [message]);
    receipts.left(KIM);
    expect(receipts.unreadBy(message)).toEqual([]);
  });
});
