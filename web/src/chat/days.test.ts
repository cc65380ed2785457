import { expect, test } from 'vitest';
import { inDays } from './days';
import { pieces } from '../links';
import { lengthOf, ownFile } from './text';
import { clock, dayLabel } from './times';
import type { Shown } from './shown';

function said(id: number, by: number, at: Date, kind: Shown['message_type'] = 'text'): Shown {
  const created_at = at.toISOString();
  return {
    id,
    number: id,
    chat_room_id: 1,
    user_id: by,
    message: 'x',
    message_type: kind,
    file_url: null,
    is_read: false,
    created_at,
    updated_at: created_at,
    user: null,
  };
}

const saturday = (hour: number, minute: number, second = 0): Date => new Date(2026, 10, 21, hour, minute, second);

test('days are told apart, and turns within them', () => {
  const days = inDays([
    said(1, 5, new Date(2026, 10, 20, 23, 59)),
    said(2, 5, saturday(0, 1)),
    said(3, 5, saturday(0, 1, 30)),
    said(4, 5, saturday(0, 9)),
    said(5, 6, saturday(0, 9)),
    said(6, 6, saturday(0, 9), 'system'),
    said(7, 6, saturday(0, 9)),
  ]);
  expect(days.map((day) => day.lines.map(({ message }) => message.id))).toEqual([[1], [2, 3, 4, 5, 6, 7]]);
  // 4 comes after a pause, 5 is somebody else, what the room itself says is nobody's turn.
  expect(days[1]?.lines.map((line) => line.goesOn)).toEqual([false, true, false, false, false, false]);
  expect(days[1]?.lines.map((line) => line.timed)).toEqual([false, true, true, true, true, true]);
});

test('a day is named as people say it, with the year only where it is another', () => {
  const now = new Date(2026, 11, 1);
  expect(dayLabel(saturday(9, 0).toISOString(), 'ko', now)).toBe('11월 21일 토요일');
  expect(dayLabel(saturday(9, 0).toISOString(), 'en', now)).toBe('Saturday 21 November');
  expect(dayLabel(new Date(2025, 10, 21).toISOString(), 'ko', now)).toBe('2025년 11월 21일 금요일');
  expect(clock(saturday(15, 5).toISOString(), 'ko')).toMatch(/3:05$/);
});

test('characters are counted as the server does', () => {
  expect(lengthOf('가나다')).toBe(3);
  expect(lengthOf('👍🏽')).toBe(2);
});

test('addresses become links, without what follows them in the sentence', () => {
  expect(pieces('보세요: https://a.kr/b?c=1. 그리고')).toEqual([
    { text: '보세요: ', href: null },
    { text: 'https://a.kr/b?c=1', href: 'https://a.kr/b?c=1' },
    { text: '. 그리고', href: null },
  ]);
  expect(pieces('javascript:alert(1)')).toEqual([{ text: 'javascript:alert(1)', href: null }]);
});

test('uploads of this server are loaded from this host, others never unasked', () => {
  const path = '/api/v1/chat/files/0b0e5a0e-7e5e-4a52-9d8f-1c7d3f1f2a3b?u=1&e=2&s=3';
  expect(ownFile(`https://school.kr${path}`)).toBe(path);
  expect(ownFile('https://elsewhere.com/a.png')).toBeNull();
  expect(ownFile('https://elsewhere.com/api/v1/chat/files/../../x')).toBeNull();
  expect(ownFile('no address')).toBeNull();
});
