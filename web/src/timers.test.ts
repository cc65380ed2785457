import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Timers } from './timers';

let timers: Timers;
let ran: string[];
const note = (word: string) => (): void => void ran.push(word);

beforeEach(() => {
  vi.useFakeTimers();
  timers = new Timers();
  ran = [];
});
afterEach(() => void vi.useRealTimers());

it('has one timer of each name: `after` starts anew, `once` keeps the first', () => {
  timers.after('a', 100, note('first'));
  timers.once('b', 100, note('first b'));
  vi.advanceTimersByTime(60);
  timers.after('a', 100, note('second'));
  timers.once('b', 100, note('second b'));
  vi.advanceTimersByTime(60);
  expect(ran).toEqual(['first b']);
  expect([timers.has('a'), timers.has('b')]).toEqual([true, false]);
  vi.advanceTimersByTime(60);
  expect(ran).toEqual(['first b', 'second']);
});

it('may plan the same again while it runs', () => {
  const again = (): void => timers.once('poll', 100, () => {
    again();
    ran.push('poll');
  });
  again();
  vi.advanceTimersByTime(350);
  expect(ran).toEqual(['poll', 'poll', 'poll']);
});

it('stops one, or all, and goes on afterwards', () => {
  for (const name of ['a', 'b', 'c']) timers.after(name, 100, note(name));
  timers.stop('a');
  vi.advanceTimersByTime(100);
  expect(ran).toEqual(['b', 'c']);
  for (const name of ['a', 'b']) timers.after(name, 100, note(name));
  timers.clear();
  timers.after('d', 100, note('d'));
  vi.advanceTimersByTime(100);
  expect(ran).toEqual(['b', 'c', 'd']);
});

it('plans nothing any more once its owner is gone', () => {
  timers.after('a', 100, note('a'));
  timers.end();
  timers.after('b', 100, note('b'));
  timers.once('c', 100, note('c'));
  vi.advanceTimersByTime(1_000);
  expect(ran).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
