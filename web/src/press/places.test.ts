import { beforeEach, describe, expect, it } from 'vitest';
import { Places, SETTLE_MS, type Press, type Thing } from './places';

const box = (key: object, means: string, left = 0, top = 0): Thing => ({ key, means, left, top, right: left + 100, bottom: top + 50 });
const help = {};
const done = {};
const row = {};
let places: Places;

/** A press in the middle of the first place, as far as nothing else is said. */
function press(at: number, thing: Thing | null, more: Partial<Press> = {}): boolean {
  return places.take({ at, by: 'finger', x: 50, y: 25, key: thing?.key ?? null, means: thing?.means ?? '', ...more });
}

beforeEach(() => {
  places = new Places();
  places.open(0);
  places.look(10, null, [box(help, '도와주세요')], null);
});

describe('one press', () => {
  it.each([20, 400, 100_000])('is taken at once when nothing has changed, %i ms after the page opened', (at) => {
    expect(press(at, box(help, '도와주세요'))).toBe(true);
  });

  it('is taken again and again where the thing stays what it is', () => {
    for (let at = 2_000; at < 4_000; at += 120) expect(press(at, box(help, '도와주세요'))).toBe(true);
  });

  it('is taken while the page is still being put together', () => {
    places.look(300, null, [box(done, '다 했어요')], null);
    expect(press(320, box(done, '다 했어요'))).toBe(true);
  });

  it('that hits nothing is nobody’s business', () => {
    expect(press(2_000, null)).toBe(true);
  });
});

describe('a thing that changed', () => {
  it.each([
    [1, false],
    [SETTLE_MS - 1, false],
    [SETTLE_MS, true],
  ])('%i ms ago is pressed: %s', (after, taken) => {
    places.look(5_000, null, [box(done, '다 했어요')], null);
    expect(press(5_000 + after, box(done, '다 했어요'))).toBe(taken);
  });

  it('counts when the same button does another thing under the same words', () => {
    places.look(5_000, null, [box(help, '12')], null);
    places.look(6_000, null, [box(help, '13')], null);
    expect(press(6_300, box(help, '13'))).toBe(false);
    expect(press(6_900, box(help, '13'))).toBe(true);
  });

  it('counts when a row went away and the next moved up', () => {
    places.look(5_000, null, [box(help, 'a'), box(row, 'b', 0, 60)], null);
    places.look(7_000, null, [box(row, 'b')], null);
    expect(press(7_200, box(row, 'b'))).toBe(false);
  });

  it('does not count elsewhere', () => {
    places.look(5_000, null, [box(help, 'a'), box(row, 'b', 0, 60)], null);
    places.look(7_000, null, [box(help, 'a'), box(done, 'c', 0, 60)], null);
    expect(press(7_100, box(help, 'a'))).toBe(true);
  });

  it('is not the one that the person scrolled to', () => {
    places.look(5_000, null, [box(help, 'a'), box(row, 'b', 0, 60)], null);
    places.scrolled([box(row, 'b')]);
    places.look(6_100, null, [box(row, 'b')], null);
    expect(press(6_200, box(row, 'b'))).toBe(true);
  });

  it('stays new when the person scrolls', () => {
    places.look(5_000, null, [box(done, 'c', 0, 60)], null);
    places.scrolled([box(done, 'c')]);
    places.look(5_100, null, [box(done, 'c')], null);
    expect(press(5_200, box(done, 'c'))).toBe(false);
  });
});

describe('two presses of one place', () => {
  it.each([60, 300, 600, 700, 980])('%i ms apart do not press what the first has brought', (gap) => {
    expect(press(2_000, box(help, '도와주세요'))).toBe(true);
    places.look(2_005, null, [box(done, '다 했어요')], null);
    expect(press(2_000 + gap, box(done, '다 했어요'), { x: 80, y: 40 })).toBe(false);
    expect(press(3_500, box(done, '다 했어요'))).toBe(true);
  });

  it('do not press the next page', () => {
    press(2_000, box(help, '들어가기'));
    places.open(2_050);
    places.look(2_060, null, [box(done, '다 했어요')], null);
    expect(press(2_300, box(done, '다 했어요'))).toBe(false);
  });

  it('are all one when there are five of them', () => {
    press(2_000, box(help, '도와주세요'));
    places.look(2_005, null, [box(done, '다 했어요')], null);
    for (let at = 2_200; at < 3_200; at += 200) expect(press(at, box(done, '다 했어요'))).toBe(false);
  });

  it('are two presses when the first one missed', () => {
    press(2_000, null, { x: 110 });
    expect(press(2_300, box(help, '도와주세요'), { x: 90 })).toBe(true);
  });
});

describe('a mouse', () => {
  it('that rested there has not seen what came; one that went there has', () => {
    places.look(5_000, null, [box(help, 'a'), box(done, 'c', 0, 60)], { x: 50, y: 85 });
    expect(press(5_200, box(done, 'c', 0, 60), { by: 'mouse', y: 85 })).toBe(false);
    places.look(8_000, null, [box(help, 'a'), box(row, 'd', 300, 60)], { x: 50, y: 85 });
    expect(press(8_200, box(row, 'd', 300, 60), { by: 'mouse', x: 350, y: 85 })).toBe(true);
  });

  it('does not press what has taken the place of another thing, wherever it came from', () => {
    places.look(5_000, null, [box(done, 'c')], { x: 900, y: 900 });
    expect(press(5_200, box(done, 'c'), { by: 'mouse' })).toBe(false);
  });

  it('may go to the button of a question that was just opened', () => {
    const question = {};
    places.look(5_000, question, [box(done, '끝내기')], { x: 900, y: 900 });
    expect(press(5_200, box(done, '끝내기'), { by: 'mouse' })).toBe(true);
    expect(press(5_210, box(done, '끝내기'), { by: 'mouse', x: 52 })).toBe(false);
  });
});

describe('a key', () => {
  const key = { by: 'keys', x: 0, y: 0 } as const;

  it('does not press what the focus was moved to, nor another meaning', () => {
    expect(press(2_000, box(help, 'a'), key)).toBe(true);
    places.look(2_010, null, [box(done, 'b')], null);
    expect(press(2_300, box(done, 'b'), key)).toBe(false);
    places.look(4_000, null, [box(done, 'c')], null);
    expect(press(4_300, box(done, 'c'), key)).toBe(false);
    expect(press(4_900, box(done, 'c'), key)).toBe(true);
  });

  it('presses what the person went to', () => {
    press(2_000, box(help, 'a'), key);
    places.look(2_010, null, [box(done, 'b')], null);
    places.walk(2_100);
    expect(press(2_200, box(done, 'b'), key)).toBe(true);
  });

  it('presses what moved: it is found by its focus, not by its place', () => {
    places.look(5_000, null, [box(help, '도와주세요', 0, 400)], null);
    expect(press(5_100, box(help, '도와주세요', 0, 400), key)).toBe(true);
  });
});
