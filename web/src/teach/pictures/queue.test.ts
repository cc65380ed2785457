import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '../../api';
import { Queue, type Send } from './queue.svelte';

const picture = (name: string, size = 10, type = 'image/png'): File => new File([new Uint8Array(size)], name, { type });
const as = (file: File): Promise<Blob> => Promise.resolve(file);
const offline = (): ApiError => new ApiError('NETWORK', '');
const states = (queue: Queue): string[] => queue.items.map(({ name, state }) => `${name} ${state}`);
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

let sent: string[];
let keys: string[];
let answers: Record<string, unknown[]>;
const send: Send = (_, { name, key, onProgress }) => {
  sent.push(name);
  keys.push(key);
  onProgress(0.5);
  const error = answers[name]?.shift();
  return error ? Promise.reject(error) : Promise.resolve();
};

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  keys = [];
  answers = {};
});

afterEach(() => vi.useRealTimers());

it('sends in the order given, also what is added meanwhile', async () => {
  const queue = new Queue(send, as);
  queue.add([picture('1'), picture('2')]);
  queue.add([picture('3')]);
  await settle();
  expect(sent).toEqual(['1', '2', '3']);
  expect(queue.done).toBe(3);
  expect(queue.unsafe).toBe(false);
});

it('leaves out what is no picture, with the reason, and sends the rest', async () => {
  const queue = new Queue(send, as);
  queue.add([picture('a.pdf', 10, 'application/pdf'), picture('empty', 0), picture('IMG_1.HEIC', 10, ''), picture('notes.txt', 10, '')]);
  await settle();
  expect(sent).toEqual(['IMG_1.HEIC']);
  expect(queue.items.map(({ problem }) => problem)).toEqual(['kind', 'empty', null, 'kind']);
  expect(queue.failed).toBe(3);
  expect(queue.unsafe).toBe(true);
});

it('says of a file what the server says of it, and goes on', async () => {
  const strange = new ApiError('NOT_FOUND', '', 404);
  answers = { b: [new ApiError('UNSUPPORTED_FILE', '', 400)], c: [strange], d: [new ApiError('TOO_LARGE', '', 413)] };
  const queue = new Queue(send, as);
  queue.add(['a', 'b', 'c', 'd', 'e'].map((name) => picture(name)));
  await settle();
  expect(states(queue)).toEqual(['a done', 'b failed', 'c failed', 'd failed', 'e done']);
  expect(queue.items.map(({ problem }) => problem)).toEqual([null, 'broken', { error: strange }, 'large', null]);
});

it('does not send what stays too large', async () => {
  const queue = new Queue(send, () => Promise.resolve(new Blob([new Uint8Array(15 * 1024 * 1024 + 1)])));
  queue.add([picture('a')]);
  await settle();
  expect(sent).toEqual([]);
  expect(queue.items[0]?.problem).toBe('large');
});

it('waits without a connection, keeps the order, and sends the same under the same key', async () => {
  answers = { a: [offline(), offline()] };
  const queue = new Queue(send, as);
  queue.add([picture('a'), picture('b')]);
  await settle();
  expect(queue.stalled).toBe('offline');
  expect(states(queue)).toEqual(['a waiting', 'b waiting']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent).toEqual(['a', 'a']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent).toEqual(['a', 'a', 'a', 'b']);
  expect(new Set(keys).size).toBe(2);
  expect(queue.stalled).toBeNull();
  expect(queue.done).toBe(2);
});

it('goes on at once when the connection is back', async () => {
  answers = { a: [offline()] };
  const queue = new Queue(send, as);
  queue.add([picture('a')]);
  await settle();
  queue.resume();
  await settle();
  expect(queue.done).toBe(1);
});

it('waits as long as a busy server asks for', async () => {
  answers = { a: [new ApiError('RATE_LIMITED', '', 429, {}, 10)] };
  const queue = new Queue(send, as);
  queue.add([picture('a')]);
  await settle();
  expect(queue.stalled).toBe('busy');
  await vi.advanceTimersByTimeAsync(9_000);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(queue.done).toBe(1);
});

it('tries a refused one again at the end', async () => {
  answers = { a: [new ApiError('NOT_FOUND', '', 404)] };
  const queue = new Queue(send, as);
  queue.add([picture('a'), picture('b')]);
  await settle();
  queue.again(queue.items[0]!);
  await settle();
  expect(states(queue)).toEqual(['b done', 'a done']);
});

it('stops with the page', async () => {
  answers = { a: [offline()] };
  const queue = new Queue(send, as);
  queue.add([picture('a')]);
  await settle();
  queue.end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
});

it('does not wait for tomorrow', async () => {
  answers = { a: [new ApiError('RATE_LIMITED', '', 429, {}, 40_000)] };
  const queue = new Queue(send, as);
  queue.add([picture('a'), picture('b')]);
  await settle();
  expect(queue.items.map(({ problem }) => problem)).toEqual(['quota', null]);
});

it('waits for the first try that is at work still', async () => {
  answers = { a: [new ApiError('IDEMPOTENCY_IN_FLIGHT', '', 409)] };
  const queue = new Queue(send, as);
  queue.add([picture('a')]);
  await settle();
  expect(queue.failed).toBe(0);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(queue.done).toBe(1);
});
