import { describe, expect, it } from 'vitest';
import { person, rosterOf } from '../testing/lessons';
import type { RosterBody, RosterState } from '../api.gen';
import { adviceFor } from './advice';

const PACE = { median_seconds: 40, p75_seconds: 70, people: 12 };

function class_(states: RosterState[], pace: RosterBody['pace'] = PACE): RosterBody {
  const people = states.map((state, n) => person(n, `${n}`, { state, done_at: state === 'DONE' ? 'x' : null }));
  return { ...rosterOf(people), pace };
}

const half: RosterState[] = ['DONE', 'DONE', 'READING', 'TRYING'];
const most: RosterState[] = ['DONE', 'DONE', 'DONE', 'TRYING'];

describe('the advice', () => {
  it.each([
    ['a raised hand, however many are done', class_([...most, 'HELP']), 90, 'help', 'hands'],
    ['all done', class_(['DONE', 'DONE']), 1, 'go', 'all'],
    ['all done of those whose phones are there', class_(['DONE', 'OFFLINE', 'NOT_RECEIVED']), 1, 'go', 'all'],
    ['the usual time not over', class_(most), 39, 'wait', 'time'],
    ['between a half and three quarters of the times', class_(most), 60, 'wait', 'time'],
    ['most done, and longer than usual', class_(most), 70, 'go', 'most'],
    ['few done, and longer than usual', class_(half), 70, 'help', 'slow'],
    ['most done, the usual time unknown', class_(most, null), 5, 'go', 'most'],
    ['few done, the usual time unknown', class_(half, null), 500, 'wait', 'few'],
  ] as const)('for %s', (_, roster, seconds, advice, reason) => {
    expect(adviceFor(roster, seconds)).toEqual({ advice, reason });
  });

  it('is none where nobody is', () => {
    expect(adviceFor(class_(['OFFLINE', 'LEFT']), 30)).toBeNull();
  });
});
