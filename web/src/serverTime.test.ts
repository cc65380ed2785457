import { get } from 'svelte/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeSocket, installFakeSocket, settle } from './testing/fakeSocket';
import { Api, secondsLeft } from './api';
import { dayLabel, shortTime } from './chat/times';
import { tokenStore } from './storage';
import { learnFromResponse, learnTime, serverNow, serverNowIso } from './serverTime';
import { RtSocket } from './socket';
import { minutesBetween, now } from './teach/times';

/** What the server's clock shows; the device's is a year or more away from it. */
const SERVER = Date.parse('2026-11-30T10:05:00Z');
const YEAR = 365 * 24 * 3600_000;

function answer(date: number, headers: Record<string, string> = {}): Response {
  return new Response('{}', { headers: { Date: new Date(date).toUTCString(), ...headers } });
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  learnTime(Date.now(), Date.now());
  vi.useRealTimers();
});

describe.each([
  ['a year behind', -YEAR],
  ['a year ahead', YEAR],
  ['in 1970', -SERVER],
])('on a device whose clock is %s', (_, wrong) => {
  beforeEach(() => {
    vi.setSystemTime(SERVER + wrong);
    learnFromResponse(answer(SERVER), Date.now());
  });

  test('the time is the server\'s', () => {
    expect(Math.abs(serverNow() - SERVER)).toBeLessThan(1_000);
    vi.advanceTimersByTime(60_000);
    expect(Math.abs(serverNow() - SERVER - 60_000)).toBeLessThan(1_000);
    expect(serverNowIso().slice(0, 16)).toBe('2026-11-30T10:06');
  });

  test('what happened three minutes ago was three minutes ago', () => {
    const seen: number[] = [];
    const stop = now.subscribe((moment) => seen.push(moment));
    expect(minutesBetween('2026-11-30T10:01:30Z', get(now))).toBe(3);
    vi.advanceTimersByTime(60_000);
    expect(minutesBetween('2026-11-30T10:01:30Z', seen.at(-1) ?? 0)).toBe(4);
    stop();
  });

  test('today is the server\'s day', () => {
    expect(dayLabel('2026-11-30T03:00:00Z', 'ko')).not.toContain('2026');
    expect(dayLabel('2025-11-30T03:00:00Z', 'ko')).toContain('2025');
    expect(shortTime('2026-11-30T10:00:00Z', 'en')).toMatch(/\d:\d\d/);
  });

  test('a token runs out when the server says so', () => {
    const claims = btoa(JSON.stringify({ exp: SERVER / 1000 + 600 }));
    expect(Math.round(secondsLeft(`x.${claims}.x`) / 10)).toBe(60);
  });
});

test('texts that are on the screen move when the clock turns out to be wrong', () => {
  vi.setSystemTime(SERVER - YEAR);
  const seen: number[] = [];
  const stop = now.subscribe((moment) => seen.push(moment));
  learnFromResponse(answer(SERVER), Date.now());
  expect(Math.abs((seen.at(-1) ?? 0) - SERVER)).toBeLessThan(1_000);
  stop();
});

test('a clock that is set while the page is open is noticed by the next answer', () => {
  vi.setSystemTime(SERVER);
  learnFromResponse(answer(SERVER), Date.now());
  vi.setSystemTime(SERVER + 7 * YEAR);
  learnFromResponse(answer(SERVER + 20_000), Date.now());
  expect(Math.abs(serverNow() - SERVER - 20_000)).toBeLessThan(1_000);
});

test('a slow answer, one of a cache and one without a time change nothing', () => {
  vi.setSystemTime(SERVER);
  learnFromResponse(answer(SERVER), Date.now());
  const before = serverNow();
  learnFromResponse(answer(SERVER - 9_000), Date.now() - 20_000);
  learnFromResponse(answer(SERVER - YEAR, { Age: '3600' }), Date.now());
  learnFromResponse(new Response('{}'), Date.now());
  learnTime(Date.parse('x'), Date.now());
  learnTime(SERVER + YEAR, Date.now() + 5_000);
  expect(serverNow()).toBe(before);
});

test('every answer of the API and every heartbeat corrects the clock', async () => {
  vi.setSystemTime(SERVER - YEAR);
  vi.stubGlobal('fetch', () => Promise.resolve(answer(SERVER)));
  await new Api(tokenStore('account')).get('/api/health', { anonymous: true });
  expect(Math.abs(serverNow() - SERVER)).toBeLessThan(1_000);

  vi.stubGlobal('indexedDB', undefined);
  installFakeSocket();
  const socket = new RtSocket({ url: '/ws/dashboard/', token: () => Promise.resolve('tok') });
  await settle();
  FakeSocket.last.hello({}, { heartbeat_interval: 20 });
  await vi.advanceTimersByTimeAsync(20_000);
  FakeSocket.last.say({ type: 'heartbeat_ack', timestamp: null, server_time: '2030-01-01T00:00:00Z' });
  expect(serverNowIso().slice(0, 16)).toBe('2030-01-01T00:00');
  socket.close();
});
