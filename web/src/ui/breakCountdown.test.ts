import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { learnTime } from '../serverTime';
import BreakCountdown from './BreakCountdown.svelte';

const SERVER = Date.parse('2026-03-02T05:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ now: SERVER });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test('counts down and says at the end that the class goes on soon', async () => {
  render(BreakCountdown, { endsAt: '2026-03-02T05:05:00Z' });
  expect(screen.getByRole('timer').textContent).toBe('5:00');
  await vi.advanceTimersByTimeAsync(61_000);
  expect(screen.getByRole('timer').textContent).toBe('3:59');
  await vi.advanceTimersByTimeAsync(238_000);
  expect(screen.getByRole('timer').textContent).toBe('0:01');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(screen.queryByRole('timer')).toBeNull();
  expect(screen.getByRole('status').textContent).toBe('곧 다시 시작해요');
});

test("goes by the server's clock, not by the phone's", async () => {
  vi.setSystemTime(SERVER - 3_600_000); // this phone is an hour behind
  render(BreakCountdown, { endsAt: '2026-03-02T05:05:00Z' });
  learnTime(SERVER, Date.now());
  await vi.advanceTimersByTimeAsync(500);
  expect(screen.getByRole('timer').textContent).toMatch(/^(5:00|4:59)$/);
});
