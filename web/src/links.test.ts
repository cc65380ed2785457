import { expect, test } from 'vitest';
import { pieces } from './links';

const links = (text: string): string[] => pieces(text).flatMap(({ href }) => (href === null ? [] : [href]));
const JOIN = 'http://192.168.0.5:8000/join/ABC234';

test.each([
  '로 들어오세요', '으로 오세요', '에서 만나요', '입니다', '들어오세요', '에', '를 누르세요', '”', '"', '`', '’', "'", '。', '.',
  '...', '…', '」', '』', '》', '）', ')', ']', '】', '>', '}', '!', '?', '!?', ',', ';', ':', ' 로', '\n로', '·', '~', '~~', '*',
  '**', '\u200b로', '\u3000로', '👍', '👉', '—', '、', '，', '！', '？', '．', '」로', '”로', ')로', ']로 오세요', "'로", '.로', ',들어오세요',
  '!들어오세요', '~들어오세요', 'に来て', '点击', '|', '\\', '^', '로.', '로)', '(', '(으로', '(수업 시작)', '(10시)', '(열 시)로', '[1반]',
])('the address ends before %j', (after) => {
  expect(links(`오늘은 ${JOIN}${after}`)).toEqual([JOIN]);
  expect(pieces(`가 ${JOIN}${after}`).map(({ text }) => text).join('')).toBe(`가 ${JOIN}${after}`);
});

test.each([
  'https://ko.wikipedia.org/wiki/서울', 'https://ko.wikipedia.org/wiki/서울특별시_강남구', 'https://ko.wikipedia.org/wiki/서울#역사',
  'https://ko.wikipedia.org/wiki/방탄소년단_(음악_그룹)', 'https://en.wikipedia.org/wiki/Seoul_(city)',
  'https://example.com/wiki/BTS_(방탄소년단)', 'https://search.naver.com/search.naver?query=복지관&where=nexearch', 'https://한글.한국/안녕',
  'https://fr.wikipedia.org/wiki/Café', 'https://example.com/%EC%84%9C%EC%9A%B8', 'https://example.com/a,b;c:d@e!f*g~h',
  "https://example.com/Rock_'n'_Roll", 'http://[::1]:8000/a', 'http://localhost:8000', 'HTTPS://EXAMPLE.COM/A', 'https://example.com/',
  'https://example.com/a_(b)_(c)', 'https://example.com/a?x=[1]', 'https://example.com/2026-서울-여행', 'https://ja.wikipedia.org/wiki/東京',
])('%s is whole', (address) => {
  expect(links(address)).toEqual([address]);
  expect(links(`(${address})`)).toEqual([address]);
  expect(links(`“${address}” 보세요.`)).toEqual([address]);
});

test.each([
  ['https://example.com/로 오세요', 'https://example.com/'],
  ['https://example.com/에서', 'https://example.com/'],
  ['https://example.com로 오세요', 'https://example.com'],
  ['http://localhost:8000에서', 'http://localhost:8000'],
  ['https://example.com/%EC%84%9C로', 'https://example.com/%EC%84%9C'],
  ['(https://en.wikipedia.org/wiki/Seoul_(city))', 'https://en.wikipedia.org/wiki/Seoul_(city)'],
  ['https://en.wikipedia.org/wiki/Seoul_(city)에서', 'https://en.wikipedia.org/wiki/Seoul_(city)'],
  ['[여기](https://example.com/a)', 'https://example.com/a'],
  ['<https://example.com/a>', 'https://example.com/a'],
])('%j holds %j', (text, address) => {
  expect(links(text)).toEqual([address]);
});

test('several addresses, and what is none', () => {
  expect(links('https://a.example/x로, https://b.example/y.')).toEqual(['https://a.example/x', 'https://b.example/y']);
  expect(links('http:// https://, http://) ftp://example.com javascript:alert(1) http://?')).toEqual([]);
  expect(pieces('')).toEqual([]);
  expect(pieces('그냥 글')).toEqual([{ text: '그냥 글', href: null }]);
});

test('the time grows with the text and not with its square', () => {
  const seconds = (text: string): number => {
    let best = Infinity;
    for (let run = 0; run < 3; run += 1) {
      const began = performance.now();
      pieces(text);
      best = Math.min(best, performance.now() - began);
    }
    return best;
  };
  for (const piece of ['http://', 'http://a.b/(', 'http://a.b/..', 'https://a.b/로 ', '가', 'http://:', 'http://a.b/x_로']) {
    // Sixteen times the text: its square would be 256 times the time.
    expect(seconds(piece.repeat(32_000))).toBeLessThan(120 * seconds(piece.repeat(2_000)) + 2);
  }
}, 30_000);
