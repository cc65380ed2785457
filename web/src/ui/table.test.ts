import { expect, test } from 'vitest';
import { arrange, type Column } from './table';

interface Row {
  name: string;
  done: number;
}
const rows: Row[] = [
  { name: '이학생', done: 10 },
  { name: '김학생', done: 9 },
  { name: '박학생', done: 9 },
];
const columns: Column<Row>[] = [
  { key: 'name', label: '이름', text: (row) => row.name },
  { key: 'done', label: '마친 단계', text: (row) => `${row.done}개`, sort: (row) => row.done, numeric: true },
];
const names = (list: Row[]): string => list.map((row) => row.name[0]).join('');

test('numbers sort as numbers, words in Korean order, equal rows keep theirs', () => {
  expect(names(arrange(rows, columns, '', { key: 'done', down: false }))).toBe('김박이');
  expect(names(arrange(rows, columns, '', { key: 'done', down: true }))).toBe('이김박');
  expect(names(arrange(rows, columns, '', { key: 'name', down: false }))).toBe('김박이');
  expect(names(arrange(rows, columns, '', null))).toBe('이김박');
});

test.each(['ㄱㅎㅅ', '김 학생', '김학', '김학생'.normalize('NFD'), '김\u200b학생'])('%s finds the row', (search) => {
  expect(names(arrange(rows, columns, search, null))).toBe('김');
});

test('what has nothing to see finds everything', () => {
  expect(names(arrange(rows, columns, ' \u3164', null))).toBe('이김박');
});

test('search looks into every column', () => {
  expect(names(arrange(rows, columns, ' 10개 ', null))).toBe('이');
  expect(names(arrange(rows, columns, '없음', null))).toBe('');
});
