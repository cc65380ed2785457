import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { finder } from './search';
import { isBlank, tidy } from './text';

const cases = JSON.parse(readFileSync('../tests/core/texts.json', 'utf8')) as {
  nothing: string[];
  something: string[];
  found: [string, string][];
  not_found: [string, string][];
};
const named = (text: string): string => escape(text);

describe('what has nothing to see is empty', () => {
  test.each(cases.nothing.map((text) => [named(text), text]))('%s', (_, text) => {
    expect(isBlank(text)).toBe(true);
    expect(tidy(text)).toBe('');
  });
});

describe('what can be seen stays unharmed', () => {
  test.each(cases.something.map((text) => [named(text), text]))('%s', (_, text) => {
    expect(tidy(`\u200b ${text}\ufeff `)).toBe(text.normalize('NFC'));
  });
});

test('the one form is sent', () => {
  expect(tidy(' 각'.normalize('NFD'))).toBe('각');
});

test.each(cases.found)('%j finds %j', (wanted, text) => {
  expect(finder(wanted)(text)).toBe(true);
});

test.each(cases.not_found)('%j does not find %j', (wanted, text) => {
  expect(finder(wanted)(text)).toBe(false);
});
