import { get } from 'svelte/store';
import { afterEach, expect, test } from 'vitest';
import { catalogue, lang, setLang, t, textsReady } from '.';
import { en as attendanceEn } from './attendance.en';
import { ko as attendanceKo } from './attendance.ko';
import { en as breakEn } from './break.en';
import { ko as breakKo } from './break.ko';
import { en as chatEn } from './chat.en';
import { ko as chatKo } from './chat.ko';
import { en as colleaguesEn } from './colleagues.en';
import { ko as colleaguesKo } from './colleagues.ko';
import { en as dashboardEn } from './dashboard.en';
import { ko as dashboardKo } from './dashboard.ko';
import { en } from './en';
import { en as deskEn } from './desk.en';
import { ko as deskKo } from './desk.ko';
import { en as lessonEn } from './lesson.en';
import { ko as lessonKo } from './lesson.ko';
import { en as helpEn } from './help.en';
import { ko as helpKo } from './help.ko';
import { en as joinEn } from './join.en';
import { ko as joinKo } from './join.ko';
import { ko } from './ko';
import { en as laterEn } from './later.en';
import { ko as laterKo } from './later.ko';
import { en as recordingsEn } from './recordings.en';
import { ko as recordingsKo } from './recordings.ko';
import { en as projectorEn } from './projector.en';
import { ko as projectorKo } from './projector.ko';
import { en as learningEn } from './learning.en';
import { ko as learningKo } from './learning.ko';
import { en as seatsEn } from './seats.en';
import { ko as seatsKo } from './seats.ko';
import { en as publicEn } from './public.en';
import { ko as publicKo } from './public.ko';
import { en as teachEn } from './teach.en';
import { ko as teachKo } from './teach.ko';

afterEach(() => setLang('ko'));

const names = (text: string): string[] => [...text.matchAll(/\{(\w+)(?::[^}]+)?\}/g)].map((found) => String(found[1])).sort();

const catalogues = [
  ['student', ko, en],
  ['public', publicKo, publicEn],
  ['attendance', attendanceKo, attendanceEn],
  ['break', breakKo, breakEn],
  ['chat', chatKo, chatEn],
  ['colleagues', colleaguesKo, colleaguesEn],
  ['help', helpKo, helpEn],
  ['join', joinKo, joinEn],
  ['later', laterKo, laterEn],
  ['seats', seatsKo, seatsEn],
  ['desk', deskKo, deskEn],
  ['lesson', lessonKo, lessonEn],
  ['dashboard', dashboardKo, dashboardEn],
  ['recordings', recordingsKo, recordingsEn],
  ['teach', teachKo, teachEn],
  ['projector', projectorKo, projectorEn],
  ['learning', learningKo, learningEn],
] as const;

test.each(catalogues)('%s: English has every text, with the same parameters', (_name, korean, english) => {
  expect(Object.keys(english).sort()).toEqual(Object.keys(korean).sort());
  for (const [key, text] of Object.entries(korean)) {
    expect(names((english as Record<string, string>)[key] ?? ''), key).toEqual(names(text));
  }
});

test('Korean speaks politely and without the loanwords we have Korean for', () => {
  for (const text of catalogues.flatMap(([, korean]) => Object.values(korean) as string[])) {
    expect(text).not.toMatch(/니다|십시오/);
    expect(text).not.toMatch(/클릭|스텝|네트워크|버튼|에러|터치/);
    if (text.endsWith('.')) expect(text).toMatch(/(요|\{\w+:이에요\}|\{n\}번\)|명\))\.$/);
  }
});

test('the language changes texts and document, and is remembered', async () => {
  expect(get(t)('class.place', { n: 3, total: 12 })).toBe('3 / 12');
  await setLang('en');
  expect(get(t)('class.done')).toBe('I did it');
  expect(document.documentElement.lang).toBe('en');
  expect(get(lang)).toBe('en');
  expect(localStorage.getItem('mgpt.lang')).toBe('"en"');
});

test('a catalogue made while English is in use is ready when it says so', async () => {
  await setLang('en');
  const own = catalogue({ hello: '{name} 님' }, () => Promise.resolve({ en: { hello: 'Dear {name}' } }));
  await textsReady();
  expect(get(own)('hello', { name: 'Kim' })).toBe('Dear Kim');
});
