import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError, type Api } from '../api';
import { EVERY_MS, Evidence, MOST_KEPT, newEventId } from './evidence';

interface Sent {
  at: number;
  logs: { event_id: string; event_type: string; subtask_id: number; timestamp: number; event_data: unknown }[];
}

const FACTS = { visible: true, floating: false };
let sent: Sent[];
let answer: () => Promise<unknown>;
let scope = 0;
const api = {
  post: (path: string, body: { logs: Sent['logs'] }) => {
    expect(path).toBe('/api/logs/batch');
    sent.push({ at: Date.now(), logs: structuredClone(body.logs) });
    return answer();
  },
} as unknown as Api;

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(1_000_000);
  sent = [];
  scope += 1;
  answer = () => Promise.resolve({});
});
afterEach(() => vi.useRealTimers());

const open = (): Evidence => new Evidence(api, `T${scope}`);
const kinds = (): string[][] => sent.map(({ logs }) => logs.map((log) => log.event_type));

test('an event id is a UUID of its own', () => {
  const ids = Array.from({ length: 50 }, newEventId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(50);
});

test('events go together, each once, with what the page knows', async () => {
  const evidence = open();
  evidence.note('page.step_shown', 7, FACTS);
  evidence.note('page.clip_heard', 7, { ...FACTS, source: 'clip' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(kinds()).toEqual([['page.step_shown', 'page.clip_heard']]);
  expect(sent[0]?.logs[1]).toMatchObject({ subtask_id: 7, timestamp: 1_000_000, event_data: { ...FACTS, source: 'clip' } });
  evidence.close();
});

test('at most one request in ten seconds, also of a page that is opened anew', async () => {
  let evidence = open();
  for (let second = 0; second < 60; second += 1) {
    evidence.note('page.hidden', 7, FACTS);
    await vi.advanceTimersByTimeAsync(1_000);
    if (second % 7 === 6) {
      evidence.close();
      evidence = open();
    }
  }
  await vi.advanceTimersByTimeAsync(30_000);
  evidence.close();
  expect(sent.length).toBeGreaterThan(2);
  sent.slice(1).forEach(({ at }, index) => expect(at - (sent[index]?.at ?? 0)).toBeGreaterThanOrEqual(EVERY_MS));
  expect(new Set(sent.flatMap(({ logs }) => logs.map((log) => log.event_id))).size).toBe(60);
  expect(sent.flatMap(({ logs }) => logs)).toHaveLength(60);
});

test('what was not sent is sent after a reload, under the same id', async () => {
  answer = () => Promise.reject(new ApiError('NETWORK', 'no'));
  const before = open();
  before.note('page.hidden', 7, FACTS);
  await vi.advanceTimersByTimeAsync(9_000);
  before.close();
  expect(sent).toHaveLength(1);
  answer = () => Promise.resolve({});
  const after = open();
  await vi.advanceTimersByTimeAsync(30_000);
  after.close();
  expect(sent).toHaveLength(2);
  expect(sent[1]?.logs).toEqual(sent[0]?.logs);
});

test('a server that asks for time gets it', async () => {
  answer = () => Promise.reject(new ApiError('RATE_LIMITED', 'later', 429, {}, 40));
  const evidence = open();
  evidence.note('page.hidden', 7, FACTS);
  await vi.advanceTimersByTimeAsync(9_000);
  answer = () => Promise.resolve({});
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(sent).toHaveLength(2);
  evidence.close();
});

test('what is refused for good is not sent again', async () => {
  answer = () => Promise.reject(new ApiError('INVALID_REQUEST', 'no', 400));
  const evidence = open();
  evidence.note('page.hidden', 7, FACTS);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(sent).toHaveLength(1);
  evidence.close();
});

test('without a connection the newest are kept', async () => {
  answer = () => Promise.reject(new ApiError('NETWORK', 'no'));
  const evidence = open();
  for (let number = 0; number < MOST_KEPT + 20; number += 1) evidence.note('page.hidden', number, FACTS);
  answer = () => Promise.resolve({});
  await vi.advanceTimersByTimeAsync(120_000);
  evidence.close();
  const steps = sent.flatMap(({ logs }) => logs.map((log) => log.subtask_id));
  expect(steps).toHaveLength(MOST_KEPT);
  expect(steps[0]).toBe(20);
});
