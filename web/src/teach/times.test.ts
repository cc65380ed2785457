import { get } from 'svelte/store';
import { expect, it } from 'vitest';
import { ago, minutesBetween } from './times';
import { t } from './words';

const at = Date.parse('2026-11-21T03:00:00Z');

it.each([
  ['2026-11-21T02:59:30Z', '방금'],
  ['2026-11-21T02:57:00Z', '3분 전'],
  ['2026-11-21T01:00:00Z', '2시간 전'],
  ['2026-11-18T03:00:00Z', '3일 전'],
  ['2026-11-21T03:00:40Z', '방금'],
])('%s is %s', (time, expected) => {
  expect(ago(time, at, get(t))).toBe(expected);
});

it('never counts backwards when the clocks differ', () => {
  expect(minutesBetween('2026-11-21T03:05:00Z', at)).toBe(0);
});
