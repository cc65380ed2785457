import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Step } from '../step';

const address = (id: number): string => `/media/lessons/${id}.m4a`;
const steps: Step[] = [1, 2, 3, 4].map((id) => ({
  id, title: `${id}`, audio: id === 3 ? null : { url: address(id), duration_seconds: 3, source: 'clip' },
}));
const at = (phase: string, id: number | null) => ({ phase, steps, current: steps.find((step) => step.id === id) ?? null });

let asked: string[] = [];
let answers = true;

async function load(connection?: object): Promise<typeof import('./soundsAhead')> {
  vi.resetModules();
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    return answers ? Promise.resolve(new Response('sound')) : Promise.reject(new TypeError('offline'));
  });
  Object.defineProperty(navigator, 'connection', { value: connection, configurable: true });
  return import('./soundsAhead');
}

beforeEach(() => {
  asked = [];
  answers = true;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test('sounds of the next two steps come once, one after another', async () => {
  const { fetchSoundsAhead } = await load();
  fetchSoundsAhead(at('waiting', null));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([address(1)]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([address(1), address(2)]);
  fetchSoundsAhead(at('live', 2)); // the third has none
  fetchSoundsAhead(at('live', 2));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([address(1), address(2), address(4)]);
});

test('one that did not come is asked for again, and none where every byte is paid for', async () => {
  answers = false;
  const { fetchSoundsAhead } = await load();
  fetchSoundsAhead(at('live', 1));
  await vi.advanceTimersByTimeAsync(10_000);
  answers = true;
  fetchSoundsAhead(at('live', 1));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([address(2), address(2)]);

  asked = [];
  const sparing = await load({ saveData: true });
  sparing.fetchSoundsAhead(at('live', 1));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([]);
});

test('what is no longer wanted is not asked for', async () => {
  const { fetchSoundsAhead } = await load();
  fetchSoundsAhead(at('waiting', null))();
  fetchSoundsAhead(at('over', 1));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([]);
});
