import { expect, test } from 'vitest';
import { MOST, WHOLE, moved, zoomed } from './zoom';

const picture = { width: 100, height: 200 };
const stage = { width: 300, height: 200 };

test('what is under the fingers stays there', () => {
  const view = zoomed({ scale: 2, x: 0, y: 20 }, 2, { x: 30, y: 10 }, picture, stage);
  // The place of the picture at that point, before and after.
  expect(view.scale).toBe(4);
  expect((10 - view.y) / view.scale).toBeCloseTo((10 - 20) / 2);
  expect((30 - view.x) / view.scale).toBeCloseTo((30 - 0) / 2);
});

test('it is never smaller than whole, nor larger than the most', () => {
  expect(zoomed(WHOLE, 0.1, { x: 0, y: 0 }, picture, stage)).toEqual(WHOLE);
  expect(zoomed(WHOLE, 100, { x: 0, y: 0 }, picture, stage).scale).toBe(MOST);
});

test('it is pushed no farther than there is something to see', () => {
  expect(moved({ scale: 2, x: 0, y: 0 }, 500, 500, picture, stage)).toEqual({ scale: 2, x: 0, y: 100 });
  expect(moved({ scale: 4, x: 0, y: 0 }, -500, 0, picture, stage)).toEqual({ scale: 4, x: -50, y: 0 });
});

test('made small again, it stands in the middle', () => {
  const view = zoomed({ scale: 3, x: 0, y: 190 }, 1 / 3, { x: 0, y: -80 }, picture, stage);
  expect(view).toEqual(WHOLE);
});
