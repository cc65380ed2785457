import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { qrMatrix } from './qrMatrix';

/** Exactly so many bytes, as a Wi-Fi code begins where there is room. */
function text(bytes: number): string {
  const start = 'WIFI:T:WPA;S:복지관\\;2층;P:a1b2';
  const taken = new TextEncoder().encode(start).length;
  const kept = taken <= bytes ? start : '';
  return kept + Array.from({ length: bytes - (kept ? taken : 0) }, (_, at) => String.fromCharCode(97 + ((at * 7) % 26))).join('');
}

// Made by another encoder (segno), which must come to the same modules: as many bytes as each version holds.
test.each([
  [1, 14, 'f732ecbd2bf194e1'],
  [2, 26, '14f2455624ea8912'],
  [3, 42, 'cd2d309d0fd69f40'],
  [4, 62, 'f573e032f440a7b6'],
  [5, 84, '29358f1448f686e5'],
  [6, 106, '40256bee25c365eb'],
  [7, 122, '09cbc149377cb5a3'],
  [8, 152, '66ce27db975badde'],
  [9, 180, 'b56817d49a6b5687'],
  [10, 213, '5ef916bdc437fe6f'],
])('version %i with %i bytes', (version, bytes, digest) => {
  const rows = qrMatrix(text(bytes)).map((row) => row.map(Number).join(''));
  expect(rows).toHaveLength(17 + 4 * version);
  expect(createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 16)).toBe(digest);
});

test('what is shorter is padded, what is too long is refused', () => {
  expect(qrMatrix('a')).toHaveLength(21);
  expect(qrMatrix('x'.repeat(15))).toHaveLength(25);
  expect(() => qrMatrix('x'.repeat(214))).toThrow(RangeError);
});
