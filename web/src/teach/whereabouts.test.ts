import { get } from 'svelte/store';
import { describe, expect, it } from 'vitest';
import type { RosterBody, WhereaboutsBody } from '../api.gen';
import { person, rosterOf, whereaboutsOf } from '../testing/lessons';
import { completionDecided, suggestedDone, wayBackText, whereaboutsChanged, whereText } from './whereabouts';
import { t } from './whereWords';

const say = get(t);
const words = (more: Partial<WhereaboutsBody>): string => whereText(whereaboutsOf(more), 'suggested', say);

describe('where somebody is, in words', () => {
  it.each<[Partial<WhereaboutsBody>, string]>([
    [{ verdict: 'on_the_way', title: '친구', place: '카카오톡' }, '하는 중'],
    [{ verdict: 'wrong_screen', title: '설정', place: '카카오톡' }, '다른 화면 (설정)'],
    [{ verdict: 'wrong_screen', place: '카카오톡' }, '다른 화면 (카카오톡)'],
    [{ verdict: 'wrong_screen' }, '다른 화면'],
    [{ verdict: 'wrong_app', place: '카카오톡', title: '친구' }, '다른 앱 (카카오톡)'],
    [{ verdict: 'wrong_app', app: 'kr.unknown', title: '친구' }, '다른 앱'],
    [{ verdict: 'interrupted', interruption: 'call', place: '전화' }, '전화가 왔어요'],
    [{ verdict: 'interrupted', interruption: 'permission' }, '권한을 묻는 창'],
    [{ verdict: 'interrupted', interruption: 'update' }, '업데이트를 묻는 창'],
    [{ verdict: 'interrupted', interruption: 'error' }, '앱이 멈췄다는 창'],
    [{ verdict: 'interrupted' }, '다른 창이 떠 있어요'],
    [{ verdict: 'done', suggested: true }, '다 한 것 같아요'],
    [{ verdict: 'done', suggested: false }, '아직이라고 했어요'],
  ])('%o', (more, text) => expect(words(more)).toBe(text));

  it('is a guess where nobody is asked', () => {
    expect(whereText(whereaboutsOf({ verdict: 'done' }), 'by_hand', say)).toBe('다 한 것 같아요');
    expect(whereText(whereaboutsOf({ verdict: 'done' }), 'by_itself', say)).toBe('다 한 것 같아요');
  });

  it('says a way back only where there is one', () => {
    expect(wayBackText('', say)).toBeNull();
    expect(new Set((['open', 'back', 'close', 'finish'] as const).map((way) => wayBackText(way, say))).size).toBe(4);
  });
});

const done = (since: string): WhereaboutsBody => whereaboutsOf({ verdict: 'done', suggested: true, since });
const ids = (roster: RosterBody | null): number[] => suggestedDone(roster).map(({ participant_id: id }) => id);

describe('news of where people are', () => {
  const roster = rosterOf([person(1, '김', { whereabouts: done('2026-11-21T01:02:00Z') }), person(2, '이'), person(3, '박')], 1);

  it('change those whom they name, also to nothing known', () => {
    const next = whereaboutsChanged(roster, 1, [
      { participant_id: 1, user_id: 1, whereabouts: null },
      { participant_id: 2, user_id: 2, whereabouts: done('x') },
    ]);
    expect(next.people.map(({ whereabouts }) => whereabouts?.verdict ?? null)).toEqual([null, 'done', null]);
    expect([next.counts, next.people.map(({ state }) => state)]).toEqual([roster.counts, roster.people.map(({ state }) => state)]);
  });

  it('of another step are nobody’s', () => {
    expect(whereaboutsChanged(roster, 2, [{ participant_id: 1, user_id: 1, whereabouts: null }])).toBe(roster);
  });
});

describe('whom the instructor is asked about', () => {
  const people = [
    person(1, '김', { whereabouts: done('2026-11-21T01:02:00Z') }),
    person(2, '이', { whereabouts: whereaboutsOf({ verdict: 'done' }) }),
    person(3, '박'),
    person(4, '최', { whereabouts: done('2026-11-21T01:01:00Z') }),
  ];
  const roster = rosterOf(people);

  it('is who seems to have done it, the first of them first', () => {
    expect(ids(roster)).toEqual([4, 1]);
    expect(ids(null)).toEqual([]);
  });

  it('is nobody where the class is set otherwise', () => {
    for (const completion of ['by_hand', 'by_itself'] as const) {
      expect(ids({ ...roster, settings: { ...roster.settings, completion } })).toEqual([]);
    }
  });

  it('is not who was decided on', () => {
    const accepted = completionDecided(roster, [4, 3], 'ACCEPTED');
    expect(ids(accepted)).toEqual([1]);
    expect(accepted.people[3]?.whereabouts).toBeNull();
    const declined = completionDecided(roster, [4], 'DECLINED');
    expect(ids(declined)).toEqual([1]);
    expect(declined.people[3]?.whereabouts).toMatchObject({ verdict: 'done', suggested: false });
  });
});
