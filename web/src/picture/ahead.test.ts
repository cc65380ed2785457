import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ImageBody } from '../api.gen';

const address = (n: number, width: number): string => `/media/lessons/${n}-${width}.webp`;
const image = (n: number): ImageBody => ({
  url: address(n, 1080), width: 1080, height: 2340, alt: '', marks: [],
  variants: [1080, 720, 360].map((width) => ({ url: address(n, width), width })),
});
const steps = [1, 2, 3, 4, 5, 6].map((id) => ({ id, title: `${id}`, image: id === 3 ? null : image(id) }));

let asked: { src: string; srcset: string; at: number }[] = [];
let fails = false;

class FakeImage {
  sizes = '';
  srcset = '';
  currentSrc = '';
  set src(value: string) {
    this.currentSrc = new URL(value, location.href).href;
    asked.push({ src: value, srcset: this.srcset, at: performance.now() });
  }
  decode(): Promise<void> {
    return fails ? Promise.reject(new Error('EncodingError')) : Promise.resolve();
  }
}

async function load(connection?: object): Promise<typeof import('./ahead')> {
  vi.resetModules();
  vi.stubGlobal('Image', FakeImage);
  Object.defineProperty(navigator, 'connection', { value: connection, configurable: true });
  return import('./ahead');
}

beforeEach(() => {
  asked = [];
  fails = false;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

const at = (phase: string, id: number | null): Parameters<typeof import('./ahead').fetchAhead>[0] => ({ phase, steps, current: steps.find((step) => step.id === id) ?? null });

test('in the waiting room the beginning of the lesson comes, during a step what follows it', async () => {
  const { picturesAhead } = await load();
  const urls = (phase: string, id: number | null): string[] => picturesAhead(at(phase, id)).map(({ url }) => url);
  expect(urls('waiting', null)).toEqual([address(1, 1080), address(2, 1080)]); // the third has none
  expect(urls('live', 1)).toEqual([address(2, 1080), address(4, 1080)]);
  expect(urls('paused', 4)).toEqual([address(5, 1080), address(6, 1080)]);
  expect(urls('live', 6)).toEqual([]);
  expect(urls('live', 99)).toEqual([]);
  expect(urls('over', 1)).toEqual([]);
});

test('each file is asked for once, however often the class is looked at', async () => {
  const { fetchAhead } = await load();
  const stop = fetchAhead(at('waiting', null));
  await vi.advanceTimersByTimeAsync(30_000);
  stop();
  for (const id of [1, 1, 2]) {
    const end = fetchAhead(at('live', id));
    await vi.advanceTimersByTimeAsync(30_000);
    end();
  }
  expect(asked.map(({ src }) => src)).toEqual([1, 2, 4, 5].map((n) => address(n, 1080)));
  expect(asked[0]!.srcset).toBe(`${address(1, 1080)} 1080w, ${address(1, 720)} 720w, ${address(1, 360)} 360w`);
});

test('phones ask at times of their own', async () => {
  const times: number[] = [];
  for (let phone = 0; phone < 200; phone += 1) {
    const { fetchAhead } = await load();
    asked = [];
    const start = performance.now();
    const stop = fetchAhead(at('live', 4));
    await vi.advanceTimersByTimeAsync(20_000);
    stop();
    times.push(asked[0]!.at - start);
  }
  const most = Math.max(...Array.from({ length: 20 }, (_, part) => times.filter((time) => Math.floor(time / 250) === part).length));
  // 200 within five seconds: ten in a quarter of a second, give or take.
  expect(most).toBeLessThan(30);
  expect(Math.max(...times)).toBeLessThanOrEqual(5_000);
});

test('what has not come yet is not asked for when the class has gone on', async () => {
  const { fetchAhead } = await load();
  fetchAhead(at('live', 1))();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toEqual([]);
});

test('what could not be had is asked for again when it is its turn', async () => {
  const { fetchAhead } = await load();
  fails = true;
  const stop = fetchAhead(at('live', 5));
  await vi.advanceTimersByTimeAsync(30_000);
  stop();
  fails = false;
  fetchAhead(at('live', 5));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked.map(({ src }) => src)).toEqual([address(6, 1080), address(6, 1080)]);
});

test('on a slow line the small one comes; where every byte is paid for, only of the next step', async () => {
  const slow = await load({ effectiveType: '3g' });
  slow.fetchAhead(at('live', 1));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked.map(({ src, srcset }) => [src, srcset])).toEqual([[address(2, 360), ''], [address(4, 360), '']]);
  asked = [];
  const sparing = await load({ effectiveType: '4g', saveData: true });
  sparing.fetchAhead(at('live', 1));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked.map(({ src }) => src)).toEqual([address(2, 360)]);
});

test('a line of which the browser says nothing is measured by what came', async () => {
  const { fetchAhead } = await load();
  const came = { transferSize: 80_000, duration: 8_000 };
  Object.defineProperty(performance, 'getEntriesByName', { value: () => [came], configurable: true });
  fetchAhead(at('live', 4));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked.map(({ src }) => src)).toEqual([address(5, 1080), address(6, 360)]);
});
