import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asCode } from './code';

const cases = JSON.parse(readFileSync('../tests/classroom/codes.json', 'utf8')) as { given: string; code: string | null }[];

test.each(cases.map(({ given, code }) => [given, code]))('%j is the code %j', (given, code) => {
  expect(asCode(given ?? '')).toBe(code);
});
