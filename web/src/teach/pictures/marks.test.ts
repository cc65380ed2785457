import { describe, expect, it } from 'vitest';
import { byKey, inside, markAt, markBetween, moved, placeOf, resized, type Mark } from './marks';

const tap = (x: number, y: number): Mark => ({ id: 1, kind: 'tap', x, y });
const box = (x: number, y: number, w: number, h: number): Mark => ({ id: 2, kind: 'box', x, y, w, h });
const swipe: Mark = { id: 3, kind: 'swipe', direction: 'up', x: 0.5, y: 0.5 };

describe('placing', () => {
  it('puts an area of its usual size around the place, within the picture', () => {
    expect(markAt('hidden', 4, { x: 0.5, y: 0.5 })).toEqual({ id: 4, kind: 'hidden', x: 0.35, y: 0.45, w: 0.3, h: 0.1 });
    expect(markAt('box', 4, { x: 1, y: 0 })).toMatchObject({ x: 0.7, y: 0 });
    expect(markAt('crop', 4, { x: 0, y: 1 })).toMatchObject({ x: 0, y: 0.5 });
  });

  it('draws an area from corner to corner, whichever is first', () => {
    const drawn = { x: 0.2, y: 0.3, w: 0.4, h: 0.2 };
    expect(markBetween('box', 1, { x: 0.2, y: 0.3 }, { x: 0.6, y: 0.5 }, 2)).toMatchObject(drawn);
    expect(markBetween('hidden', 1, { x: 0.6, y: 0.5 }, { x: 0.2, y: 0.3 }, 2)).toMatchObject(drawn);
  });

  it('keeps an area within the picture when the hand goes beyond it', () => {
    expect(markBetween('box', 1, { x: 0.9, y: 0.9 }, { x: 1.4, y: 3 }, 2)).toMatchObject({ x: 0.9, y: 0.9, w: 0.1, h: 0.1 });
    expect(markBetween('box', 1, { x: 0.1, y: 0.1 }, { x: -1, y: -1 }, 2)).toMatchObject({ x: 0, y: 0 });
  });

  it.each([
    [0.7, 0.52, 'right'],
    [0.3, 0.52, 'left'],
    // On a picture twice as high as wide, this goes further down than across.
    [0.6, 0.58, 'down'],
    [0.45, 0.4, 'up'],
  ])('reads the direction of a swipe to %d, %d as the eye sees it', (x, y, direction) => {
    expect(markBetween('swipe', 1, { x: 0.5, y: 0.5 }, { x, y }, 2)).toMatchObject({ direction, x: 0.5, y: 0.5 });
  });

  it('takes a trembling press for a press', () => {
    expect(markBetween('box', 1, { x: 0.5, y: 0.5 }, { x: 0.505, y: 0.502 }, 2)).toEqual(markAt('box', 1, { x: 0.5, y: 0.5 }));
  });

  it('puts a tap where the finger left', () => {
    expect(markBetween('tap', 1, { x: 0.1, y: 0.1 }, { x: 0.8, y: 0.9 }, 2)).toEqual(tap(0.8, 0.9));
  });
});

describe('moving and sizing', () => {
  it('stops at the edge', () => {
    expect(moved(tap(0.99, 0.01), 0.05, -0.05)).toEqual(tap(1, 0));
    expect(moved(box(0.6, 0.9, 0.3, 0.1), 0.5, 0.5)).toEqual(box(0.7, 0.9, 0.3, 0.1));
  });

  it('never makes an area too small to be seen, nor larger than what is left', () => {
    expect(resized(box(0.5, 0.5, 0.1, 0.1), -1, -1)).toEqual(box(0.5, 0.5, 0.02, 0.02));
    expect(resized(box(0.5, 0.5, 0.1, 0.1), 1, 1)).toEqual(box(0.5, 0.5, 0.5, 0.5));
    expect(resized(tap(0.5, 0.5), 1, 1)).toEqual(tap(0.5, 0.5));
  });
});

describe('keys', () => {
  it('moves by arrows, without drifting', () => {
    let mark: Mark = tap(0.5, 0.5);
    for (let n = 0; n < 30; n += 1) mark = byKey(mark, 'ArrowRight', false) as Mark;
    expect(mark).toEqual(tap(0.8, 0.5));
    expect(byKey(mark, 'ArrowUp', false)).toEqual(tap(0.8, 0.49));
  });

  it('changes size or direction with Shift', () => {
    expect(byKey(box(0.1, 0.1, 0.2, 0.2), 'ArrowDown', true)).toEqual(box(0.1, 0.1, 0.2, 0.21));
    expect(byKey(swipe, 'ArrowLeft', true)).toEqual({ ...swipe, direction: 'left' });
  });

  it('removes, and leaves other keys alone', () => {
    expect(byKey(swipe, 'Delete', false)).toBe('remove');
    expect(byKey(swipe, 'Backspace', false)).toBe('remove');
    expect(byKey(swipe, 'Tab', false)).toBeNull();
    expect(byKey(swipe, 'constructor', false)).toBeNull();
  });
});

it.each([
  [tap(0.1, 0.1), 'top-left'],
  [tap(0.5, 0.5), 'middle-center'],
  [tap(0.9, 0.95), 'bottom-right'],
  [box(0.6, 0, 0.4, 0.2), 'top-right'],
] as const)('names the place of %o: %s', (mark, place) => {
  expect(placeOf(mark)).toBe(place);
});

describe('cropping', () => {
  const crop = { x: 0.25, y: 0.5, w: 0.5, h: 0.5 };

  it('finds the same place on the part that is kept', () => {
    expect(inside([tap(0.5, 0.75)], crop)).toEqual([tap(0.5, 0.5)]);
    expect(inside([box(0.25, 0.5, 0.25, 0.25)], crop)).toEqual([box(0, 0, 0.5, 0.5)]);
  });

  it('loses what is outside, and cuts what reaches over the edge', () => {
    expect(inside([tap(0.1, 0.75), box(0, 0, 0.2, 0.2)], crop)).toEqual([]);
    expect(inside([box(0, 0.5, 0.5, 0.25)], crop)).toEqual([box(0, 0, 0.5, 0.5)]);
  });

  it('is no mark itself', () => {
    const frame: Mark = { id: 9, kind: 'crop', ...crop };
    expect(inside([frame, tap(0.5, 0.5)], null)).toEqual([tap(0.5, 0.5)]);
  });
});
