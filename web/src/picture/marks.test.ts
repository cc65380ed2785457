import { expect, test } from 'vitest';
import { BRIGHT, DARK, drawMarks } from './marks';

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const contrast = (one: number, other: number): number => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);

/** All numbers of a path, as its absolute and relative commands have them. */
const numbers = (path: string): number[] => [...path.matchAll(/-?\d+(\.\d+)?/g)].map(([text]) => Number(text));

test('one of the two colours of a mark stands out from whatever is under it', () => {
  for (let under = 0; under <= 1; under += 0.001) {
    const best = Math.max(contrast(luminance(DARK), under), contrast(luminance(BRIGHT), under));
    expect(best).toBeGreaterThanOrEqual(3);
  }
});

test.each(['tap', 'long_tap', 'swipe', 'box'] as const)('a mark of the kind %s has both colours, the dark one around the bright one', (kind) => {
  const [mark] = drawMarks([{ kind, x: 0.5, y: 0.5, w: 0.2, h: 0.1, direction: 'left' }], 300, 600);
  for (let at = 0; at < mark!.lines.length; at += 2) {
    const [below, above] = mark!.lines.slice(at, at + 2);
    expect([below!.colour, above!.colour]).toEqual([DARK, BRIGHT]);
    expect(below!.path).toBe(above!.path);
    expect(below!.width - above!.width).toBeGreaterThan(2);
  }
});

test('a ring is around its place, and is seen however small the picture is', () => {
  const [tap] = drawMarks([{ kind: 'tap', x: 0.25, y: 0.75 }], 100, 200);
  const [x, y, radius] = numbers(tap!.lines[0]!.path) as [number, number, number];
  expect([x, y + radius]).toEqual([25, 150]);
  expect(radius).toBeGreaterThanOrEqual(13);
  const [large] = drawMarks([{ kind: 'tap', x: 0.25, y: 0.75 }], 1000, 2000);
  expect(numbers(large!.lines[0]!.path)[2]).toBeGreaterThan(40);
});

test('a tap that lasts has a second ring, of dashes', () => {
  const [tap, long] = drawMarks([{ kind: 'tap', x: 0.5, y: 0.5 }, { kind: 'long_tap', x: 0.5, y: 0.5 }], 300, 600);
  expect(tap!.lines.some(({ dash }) => dash)).toBe(false);
  expect(long!.lines.filter(({ dash }) => dash)).toHaveLength(2);
});

test('a box is drawn outside of what it marks', () => {
  const [mark] = drawMarks([{ kind: 'box', x: 0.1, y: 0.2, w: 0.5, h: 0.1 }], 300, 600);
  const top = numbers(mark!.lines[0]!.path)[1]!;
  expect(top).toBeLessThan(0.2 * 600);
  expect(top).toBeGreaterThan(0.2 * 600 - 10);
});

test.each([
  ['right', 0.9, 0.5],
  ['left', 0.1, 0.5],
  ['up', 0.5, 0.05],
  ['down', 0.5, 0.95],
] as const)('an arrow to the %s ends within the picture and points there', (direction, x, y) => {
  const [mark] = drawMarks([{ kind: 'swipe', x, y, direction }], 300, 600);
  const [fromX, fromY, toX, toY] = numbers(mark!.lines[0]!.path) as [number, number, number, number];
  expect(toX).toBeGreaterThanOrEqual(0);
  expect(toX).toBeLessThanOrEqual(300);
  expect(toY).toBeGreaterThanOrEqual(0);
  expect(toY).toBeLessThanOrEqual(600);
  const [dx, dy] = mark!.towards;
  expect(Math.sign(toX - fromX)).toBe(dx);
  expect(Math.sign(toY - fromY)).toBe(dy);
  expect(Math.hypot(toX - fromX, toY - fromY)).toBeCloseTo(0.3 * (dx ? 300 : 600), 0);
});
