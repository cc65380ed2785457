import { describe, expect, it } from 'vitest';
import { person, rosterOf, whereaboutsOf } from '../testing/lessons';
import { countOf, doneCount, inOrder, sentOn, shownName, STATES } from './roster';

describe('a name', () => {
  it('stands alone, and with a number where several have it', () => {
    expect(shownName(person(1, '이순자'))).toBe('이순자');
    expect(shownName(person(2, '이순자', { same_name_number: 2 }))).toBe('이순자 · 2');
  });
});

describe('the list', () => {
  const people = [
    person(6, '라', { state: 'HELP' }),
    person(5, '마', { state: 'HELP' }),
    person(7, '바', { state: 'NOT_RECEIVED' }),
    person(4, '다', { state: 'OFFLINE' }),
    person(2, '나'),
    person(3, '가'),
    person(1, '하', { state: 'DONE' }),
    person(8, '자', { state: 'LEFT' }),
  ];

  it('is worst first, hands as long as they wait, names in order', () => {
    const shown = inOrder([...people.slice(2), ...people.slice(0, 2)]).map(({ name }) => name);
    expect(shown).toEqual(['라', '마', '바', '다', '가', '나', '하', '자']);
  });

  it('adds up to everybody, each in one state', () => {
    const { counts } = rosterOf(people);
    const sum = STATES.reduce((total, state) => total + countOf(counts, state), 0);
    expect(sum).toBe(people.length);
  });
});

describe('a step that was just sent', () => {
  const roster = rosterOf([
    person(1, '가', { state: 'DONE', done_at: 'x', whereabouts: whereaboutsOf({ verdict: 'done', suggested: true }) }),
    person(2, '나', { state: 'HELP', help_request_id: 9 }),
    person(3, '다', { state: 'NOT_RECEIVED' }),
    person(4, '라', { state: 'OFFLINE', is_present: false }),
    person(5, '마', { state: 'LEFT', is_present: false }),
  ]);
  const sent = sentOn({ ...roster, gate: { percent: 70, reached: true } }, 2, 'now');

  it('is on its way to who is there, and nothing else is claimed', () => {
    expect(sent.people.map(({ state }) => state)).toEqual(['SENT', 'SENT', 'SENT', 'OFFLINE', 'LEFT']);
    expect(sent.people.every(({ done_at: done, help_request_id: hand }) => done === null && hand === null)).toBe(true);
  });

  it('leaves nobody where they were on the step before', () => {
    expect(sent.people.map(({ whereabouts }) => whereabouts)).toEqual([null, null, null, null, null]);
  });

  it('is counted so', () => {
    const { sent: on, offline, left, done, help, done_in_all: all, working, expected, total } = sent.counts;
    expect([on, offline, left, done, help, all, working, expected, total]).toEqual([3, 1, 1, 0, 0, 0, 3, 3, 5]);
  });

  it('keeps what was done on the steps before, and closes the gate', () => {
    const before = { ...roster, done_by_step: [{ subtask_id: 1, people: 4 }] };
    expect(doneCount(sentOn(before, 2, 'now'), 1)).toBe(4);
    expect(doneCount(sentOn(before, 2, 'now'), 2)).toBe(0);
    expect(sent.gate.reached).toBe(false);
  });
});
