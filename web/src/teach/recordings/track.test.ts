import { describe, expect, it, test } from 'vitest';
import { happeningOf, type Happening } from './happening';
import { clockOf, Track } from './track';

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
    screenshot: null,
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

describe('the time of a replay', () => {
  const happened = (type: string, data: Record<string, unknown> = {}, seconds = 0): Happening =>
    happeningOf({ event_type: type, timestamp: new Date(1_764_000_000_000 + seconds * 1000).toISOString(), data }, null);
  const times = [0, 1, 61, 61, 62].map((seconds) => happened('click', {}, seconds));

  it('shortens long pauses, or not', () => {
    const track = new Track(true);
    track.add(times);
    expect(track.length).toBe(1000 + 1500 + 1000 + 1000);
    expect(track.timeOf(2)).toBe(2500);
    track.shorten(false);
    expect(track.timeOf(2)).toBe(61_000);
  });

  it('finds what has happened by a moment', () => {
    const track = new Track(false);
    expect(track.indexAt(0)).toBe(-1);
    track.add(times);
    expect([0, 999, 1000, 60_999, 61_000, 99_999].map((time) => track.indexAt(time))).toEqual([0, 0, 1, 1, 3, 4]);
  });

  it('takes a hundred thousand events in pages, quickly', () => {
    const track = new Track(true);
    const started = performance.now();
    for (let page = 0; page < 100; page += 1) {
      track.add(Array.from({ length: 1000 }, (_, n) => happened(n % 5 ? 'click' : 'scroll', { x: n }, page * 500 + n / 2)));
    }
    const marks = track.marks(300);
    expect(performance.now() - started).toBeLessThan(3000);
    expect([track.counts.press, track.counts.scroll, marks.press.length]).toEqual([80_000, 20_000, 300]);
    expect(track.indexAt(track.timeOf(77_777))).toBe(77_777);
  });

  it('is told as a clock', () => expect([0, 65_999, 3_723_000].map(clockOf)).toEqual(['0:00', '1:05', '1:02:03']));
});
