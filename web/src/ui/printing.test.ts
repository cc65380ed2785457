import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import Table from './Table.svelte';

afterEach(cleanup);

test('on paper a table has all of its rows, on the screen as many as before', async () => {
  const rows = [1, 2, 3, 4, 5];
  const columns = [{ key: 'n', label: '차례', text: (row: number) => String(row) }];
  render(Table<number>, { caption: '표', columns, rows, key: (row: number) => row, empty: '', limit: 2, more: (n: number) => `${n}` });
  const shown = (): number => screen.getAllByRole('cell').filter((cell) => !cell.hasAttribute('colspan')).length;
  expect(shown()).toBe(2);
  window.dispatchEvent(new Event('beforeprint'));
  expect(shown()).toBe(5);
  window.dispatchEvent(new Event('afterprint'));
  await Promise.resolve();
  expect(shown()).toBe(2);
});
