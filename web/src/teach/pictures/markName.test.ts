import { get } from 'svelte/store';
import { describe, expect, it } from 'vitest';
import type { Mark } from './marks';
import { isProposed, markName, proposedAlt } from './markName';
import { t } from './words';

const tap: Mark = { id: 1, kind: 'tap', x: 0.9, y: 0.9 };
const swipe: Mark = { id: 2, kind: 'swipe', direction: 'up', x: 0.5, y: 0.5 };
const titles = { task: '카카오톡', step: '글 보내기', element: '전송' };

describe('the proposed words', () => {
  it.each([
    ['the first mark and what is there', [tap, swipe], titles, "카카오톡 화면, 오른쪽 아래 '전송'"],
    ['the step where nothing more is known', [tap], { ...titles, element: null }, "카카오톡 화면, 오른쪽 아래 '글 보내기'"],
    ['the way of a swipe', [swipe], titles, '카카오톡 화면, 가운데에서 위로 밀기'],
    ['the step without a mark', [], titles, '카카오톡 화면, 글 보내기'],
    ['a title once', [], { ...titles, step: '카카오톡' }, '카카오톡 화면'],
  ])('name %s', (_, marks, names, words) => {
    expect(proposedAlt(get(t), marks, names)).toBe(words);
  });

  it('are known in both languages, and told from those of a person', async () => {
    const marks = [{ kind: 'tap', x: 0.9, y: 0.9 }] as const;
    expect(await isProposed("카카오톡 화면, 오른쪽 아래 '전송'", marks, titles)).toBe(true);
    expect(await isProposed("카카오톡, a screen: '전송' at the bottom right", marks, titles)).toBe(true);
    expect(await isProposed('노란 단추', marks, titles)).toBe(false);
  });
});

it('names marks by their number, kind and place', () => {
  expect(markName(get(t), [tap, swipe], tap)).toBe('1. 누르기, 오른쪽 아래');
  expect(markName(get(t), [tap, swipe], swipe)).toBe('2. 밀기 위로, 가운데');
});
