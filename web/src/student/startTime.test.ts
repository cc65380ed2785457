import { expect, test } from 'vitest';
import { startTime } from './startTime';

const today = (hour: number, minute = 0): Date => new Date(2026, 2, 2, hour, minute);
const now = today(9);

test.each([
  [0, 0, '오전 12시'],
  [9, 5, '오전 9시 5분'],
  [12, 0, '오후 12시'],
  [14, 0, '오후 2시'],
  [14, 30, '오후 2시 30분'],
])('%i:%i is %s', (hour, minute, said) => {
  expect(startTime(today(hour, minute).toISOString(), 'ko', now)).toBe(said);
});

test('another day comes with its date', () => {
  const later = new Date(2026, 2, 5, 14).toISOString();
  expect(startTime(later, 'ko', now)).toBe('3월 5일 오후 2시');
  expect(startTime(later, 'en', now)).toBe('14:00 on 5 March');
  expect(startTime(today(14).toISOString(), 'en', now)).toBe('14:00');
});
