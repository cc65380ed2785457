import 'fake-indexeddb/auto';
import { get } from 'svelte/store';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Outbox } from './outbox';

const body = (id: number) => ({ type: 'progress_update', subtask_id: id });
const ids = (box: Outbox): unknown[] => get(box.items).map((item) => (item.body as ReturnType<typeof body>).subtask_id);

/** Long enough for IndexedDB's own tasks. */
const written = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

let scope = '';
beforeEach(() => {
  localStorage.clear();
  scope = `s${Math.random()}`;
});

describe.each([
  ['IndexedDB', false],
  ['the storage, where IndexedDB is blocked', true],
])('kept in %s', (_name, blocked) => {
  beforeEach(() => {
    if (blocked) vi.stubGlobal('indexedDB', { open: () => { throw new Error('blocked'); } });
  });

  test('survives a reload in the order of the taps', async () => {
    const box = new Outbox(scope);
    box.add(body(1));
    box.add(body(2));
    box.add(body(3));
    await written();
    const after = new Outbox(scope);
    await after.loaded;
    expect(ids(after)).toEqual([1, 2, 3]);
    expect(get(after.items)).toEqual(get(box.items));
  });

  test('a confirmed write does not come back', async () => {
    const box = new Outbox(scope);
    const first = box.add(body(1));
    box.add(body(2));
    await written();
    box.remove(first.id);
    await written();
    const after = new Outbox(scope);
    await after.loaded;
    expect(ids(after)).toEqual([2]);
  });

  test('seats do not see each other’s writes', async () => {
    new Outbox(scope).add(body(1));
    await written();
    const other = new Outbox(`${scope}.other`);
    await other.loaded;
    expect(ids(other)).toEqual([]);
  });

  test('a tap while loading comes after what was left', async () => {
    new Outbox(scope).add(body(1));
    await written();
    const box = new Outbox(scope);
    box.add(body(2));
    await box.loaded;
    expect(ids(box)).toEqual([1, 2]);
  });
});
