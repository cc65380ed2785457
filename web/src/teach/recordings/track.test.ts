import { expect, test } from 'vitest';
import type { Happening } from './happening';
import { Track } from './track';

function at(seconds: number): Happening {
  return {
    at: seconds * 1000,
    kind: 'tap',
    label: '',
    screen: '',
    app: '',
    point: null,
    to: null,
    box: null,
    elements: null,
    masked: false,
  };
}

test.each([true, false])('a clock that was set in the middle is a moment, not years (short: %s)', (short) => {
  const track = new Track(short);
  track.add([at(0), at(2), at(50 * 365 * 86_400), at(50 * 365 * 86_400 + 2)]);
  expect([0, 1, 2, 3].map((index) => track.timeOf(index))).toEqual([0, 2_000, 3_500, 5_500]);
});

test('a long pause is kept unless pauses are shortened', () => {
  const track = new Track(false);
  track.add([at(0), at(3_600)]);
  expect(track.timeOf(1)).toBe(3_600_000);
  track.shorten(true);
  expect(track.timeOf(1)).toBe(1_500);
});
