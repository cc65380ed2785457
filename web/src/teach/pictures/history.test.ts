import { expect, it } from 'vitest';
import { begin, changed, redone, sealed, undone } from './history';

it('goes back and forth, step by step', () => {
  const all = changed(changed(begin('a'), 'b'), 'c');
  expect(undone(all).now).toBe('b');
  expect(undone(undone(all)).now).toBe('a');
  expect(undone(undone(undone(all))).now).toBe('a');
  expect(redone(undone(all)).now).toBe('c');
  expect(redone(all)).toBe(all);
});

it('takes a drag for one step', () => {
  let history = changed(begin(0), 1, 'new');
  for (const at of [2, 3, 4]) history = changed(history, at, 'mark 1');
  expect(undone(history).now).toBe(1);
  expect(redone(undone(history)).now).toBe(4);
});

it('tells two drags of the same mark apart', () => {
  const first = sealed(changed(begin(0), 1, 'mark 1'));
  const second = changed(changed(first, 2, 'mark 1'), 3, 'mark 1');
  expect(undone(second).now).toBe(1);
});

it('forgets what was undone when something else is done', () => {
  const history = changed(undone(changed(begin('a'), 'b')), 'c');
  expect(history.future).toEqual([]);
  expect(undone(history).now).toBe('a');
});

it('takes no change for no step', () => {
  const history = begin('a');
  expect(changed(history, 'a')).toBe(history);
});

it('does not grow without end', () => {
  let history = begin(0);
  for (let n = 1; n <= 1000; n += 1) history = changed(history, n);
  expect(history.past).toHaveLength(200);
});
