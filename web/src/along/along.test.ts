import { get } from 'svelte/store';
import { expect, test } from 'vitest';
import type { ImageBody } from '../api.gen';
import { t as tClass } from '../i18n';
import type { Phase } from '../student/shown';
import type { Step } from '../step';
import { fileOf, partOf } from './around';
import { cardOf, headline, type ShownClass } from './card';
import { lines, shortened } from './drawCard';
import { missedOf, type Stood } from './missed';
import { toneFile } from './tone';
import { t } from './words';

const image = (marks: ImageBody['marks'] = []): ImageBody => ({
  url: '/l.webp',
  width: 1000,
  height: 2000,
  alt: '화면',
  marks,
  variants: [{ url: '/l.webp', width: 1000 }, { url: '/m.webp', width: 720 }, { url: '/s.webp', width: 360 }],
});
const step: Step = { id: 3, title: '보내기', guide_text: '눌러요', voice_guide_text: '', image: image(), audio: null };
const room = (phase: Phase, current: Step | null = step, message: string | null = null): ShownClass => ({
  phase,
  current,
  message,
  placeOf: () => ({ n: 3, total: 12 }),
  whole: (one) => one,
});

test('the card of a step has its place, words and picture', () => {
  const card = cardOf(room('live', step, '천천히'), get(tClass));
  expect(card).toEqual({ place: '3 / 12', title: '보내기', guide: '눌러요', message: '천천히', image: image() });
  expect(headline(card)).toBe('3 / 12 · 보내기');
});

test.each<[Phase, Step | null, string]>([
  ['paused', step, '잠시 쉬어요'],
  ['review', step, '수업이 끝났어요'],
  ['over', step, '수업이 끝났어요'],
  ['waiting', null, '곧 시작해요'],
  ['live', null, '곧 시작해요'],
])('a class that is %s shows no step', (phase, current, title) => {
  const card = cardOf(room(phase, current), get(tClass));
  expect([headline(card), card.image]).toEqual([title, null]);
});

const at = (index: number, phase: Phase = 'live', message: string | null = null): Stood => ({ index, phase, message });

test.each<[Stood, Stood, string]>([
  [at(2), at(2), ''],
  [at(2), at(4), '그동안 수업이 2단계 나아갔어요.'],
  [at(4), at(1), '그동안 수업이 앞 단계로 돌아갔어요.'],
  [at(-1, 'waiting'), at(0), '그동안 수업이 시작됐어요.'],
  [at(2), at(2, 'paused'), '그동안 수업이 잠시 멈췄어요.'],
  [at(2, 'paused'), at(2), ''],
  [at(2), at(2, 'review'), '그동안 수업이 끝났어요.'],
  [at(2, 'review'), at(2, 'over'), ''],
  [at(2, 'live', '가'), at(2, 'live', '가'), ''],
  [at(2, 'live', '가'), at(3, 'live', '나'), '그동안 수업이 1단계 나아갔어요.'],
  [at(2, 'live', '가'), at(2, 'live', '나'), '선생님 말씀이 있었어요.'],
  [at(-1), at(3), ''],
])('from %o to %o: %s', (before, now, line) => {
  expect(missedOf(before, now, get(t))).toBe(line);
});

test.each<[ImageBody['marks'][number], string]>([
  [{ kind: 'tap', x: 0.9, y: 0.95 }, 'a corner'],
  [{ kind: 'tap', x: 0, y: 0 }, 'the other corner'],
  [{ kind: 'box', x: 0.1, y: 0.4, w: 0.85, h: 0.1 }, 'a wide box'],
  [{ kind: 'swipe', x: 0.5, y: 0.8, direction: 'up' }, 'a swipe'],
])('the part around %o (%s) lies within the picture and holds the mark', (mark) => {
  const part = partOf(image([mark]), 1.4);
  expect(part.x).toBeGreaterThanOrEqual(0);
  expect(part.y).toBeGreaterThanOrEqual(0);
  expect(part.x + part.width).toBeLessThanOrEqual(1000);
  expect(part.y + part.height).toBeLessThanOrEqual(2000);
  expect(part.height).toBeLessThan(1500);
  const [right, bottom] = [mark.x + (mark.w ?? 0), mark.y + (mark.h ?? 0)];
  expect(part.x).toBeLessThanOrEqual(mark.x * 1000);
  expect(part.y).toBeLessThanOrEqual(mark.y * 2000);
  expect(part.x + part.width).toBeGreaterThanOrEqual(right * 1000);
  expect(part.y + part.height).toBeGreaterThanOrEqual(bottom * 2000);
});

test('without a mark the whole picture is shown, from a file that is sharp enough', () => {
  expect(partOf(image(), 1.4)).toEqual({ x: 0, y: 0, width: 1000, height: 2000 });
  expect(fileOf(image())).toBe('/m.webp');
  expect(fileOf({ ...image(), variants: [] })).toBe('/l.webp');
});

const letters = (text: string): number => text.length;

test('lines break at spaces, and within a word that is too long', () => {
  expect(lines('아래 오른쪽 전송을 눌러요', 7, letters)).toEqual(['아래 오른쪽', '전송을 눌러요']);
  expect(lines('가나다라마바사아자차', 4, letters)).toEqual(['가나다라', '마바사아', '자차']);
  expect(lines('하나\n둘', 9, letters)).toEqual(['하나', '둘']);
  expect(lines('', 9, letters)).toEqual([]);
  expect(shortened(['하나', '둘이', '셋'], 2)).toEqual(['하나', '둘…']);
  expect(shortened(['하나'], 2)).toEqual(['하나']);
});

test('the tone is a sound that is no silence, and that nobody hears', () => {
  const view = new DataView(toneFile());
  const heads = [0, 8, 36].map((place) => String.fromCharCode(...new Uint8Array(view.buffer, place, 4)));
  expect(heads).toEqual(['RIFF', 'WAVE', 'data']);
  expect(view.getUint32(40, true)).toBe(view.byteLength - 44);
  const samples = new Int16Array(view.buffer, 44);
  const loudest = Math.max(...samples.map(Math.abs));
  expect(loudest).toBeGreaterThan(15);
  expect(loudest / 32768).toBeLessThan(0.001);
  // As it begins, so it ends: repeated, it has no click.
  expect(Math.abs((samples.at(-1) ?? 99) - (samples[0] ?? 0))).toBeLessThan(3);
});
