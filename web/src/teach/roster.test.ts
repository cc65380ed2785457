import { describe, expect, it } from 'vitest';
import { seat } from '../testing/lessons';
import { countStates, doneNow, stateOf, worstFirst } from './roster';

const nobody: ReadonlySet<number> = new Set();

describe('the state of a seat', () => {
  it.each([
    ['an open request', { open_help_request_id: 9 }, 'help'],
    ['a request that is not numbered yet', { current_step_status: 'HELP_NEEDED' }, 'help'],
    ['a request of someone who is gone', { open_help_request_id: 9, is_present: false }, 'help'],
    ['nobody there', { is_present: false, current_step_status: 'COMPLETED' }, 'offline'],
    ['the step done', { current_step_status: 'COMPLETED' }, 'done'],
    ['the step not done', {}, 'working'],
  ] as const)('with %s', (_, more, expected) => {
    expect(stateOf(seat(1, '김', more), 'IN_PROGRESS')).toBe(expected);
  });

  it('is waiting before the class has started', () => {
    expect(stateOf(seat(1, '김', { current_step_status: 'NOT_STARTED' }), 'WAITING')).toBe('waiting');
  });
});

describe('the list', () => {
  const seats = [
    seat(1, '하', { current_step_status: 'COMPLETED' }),
    seat(2, '나'),
    seat(3, '가'),
    seat(4, '다', { is_present: false }),
    seat(5, '마', { open_help_request_id: 12 }),
    seat(6, '라', { open_help_request_id: 11 }),
  ];

  it('is worst first, the longest waiting request before all, names in order', () => {
    const names = worstFirst(seats, 'IN_PROGRESS', nobody).map(({ seat: { name } }) => name);
    expect(names).toEqual(['라', '마', '다', '가', '나', '하']);
  });

  it('has those with an answer after those without one', () => {
    const names = worstFirst(seats, 'IN_PROGRESS', new Set([6])).map(({ seat: { name } }) => name);
    expect(names.slice(0, 3)).toEqual(['마', '라', '다']);
  });

  it('is counted by state', () => {
    const counts = countStates(worstFirst(seats, 'IN_PROGRESS', nobody));
    expect(counts).toEqual({ help: 2, offline: 1, working: 2, waiting: 0, done: 1 });
  });

  it('counts a step as done by those who are gone, too', () => {
    expect(doneNow([seat(1, '가', { is_present: false, current_step_status: 'COMPLETED' }), seat(2, '나')])).toBe(1);
  });
});
