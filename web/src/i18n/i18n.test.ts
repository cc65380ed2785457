import { get } from 'svelte/store';
import { afterEach, expect, test } from 'vitest';
import { catalogue, lang, setLang, t, textsReady } from '.';
import type { Texts } from './texts';

afterEach(() => setLang('ko'));

const names = (text: string): string[] => [...text.matchAll(/\{(\w+)(?::[^}]+)?\}/g)].map((found) => String(found[1])).sort();

const koreanOf = import.meta.glob<Texts>('./*ko.ts', { eager: true, import: 'ko' });
const englishOf = import.meta.glob<Texts>('./*en.ts', { eager: true, import: 'en' });
const catalogues = Object.entries(koreanOf).map(
  ([file, korean]) => [file, korean, englishOf[file.replace('ko.ts', 'en.ts')] ?? {}] as const,
);

test('every catalogue is there in both languages', () => {
  expect(Object.keys(koreanOf)).toContain('./ko.ts');
  expect(Object.keys(englishOf)).toHaveLength(catalogues.length);
});

test.each(catalogues)('%s: English has every text, with the same parameters', (_name, korean, english) => {
  expect(Object.keys(english).sort()).toEqual(Object.keys(korean).sort());
  for (const [key, text] of Object.entries(korean)) {
    expect(names(english[key] ?? ''), key).toEqual(names(text));
  }
});

test('Korean speaks politely and without the loanwords we have Korean for', () => {
  for (const text of catalogues.flatMap(([, korean]) => Object.values(korean))) {
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
