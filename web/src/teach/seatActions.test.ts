import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SeatRow } from '../api.gen';
import { FakeServer, Refusal } from '../testing/fakeServer';
import { seat } from '../testing/lessons';
import { setLang } from '../i18n';
import type { LiveClass } from './live.svelte';
import SeatActions from './SeatActions.svelte';

const other: SeatRow = {
  participant_id: 2,
  user_id: 12,
  name: '이순자',
  account_name: '이순자',
  is_guest: true,
  status: 'ACTIVE',
  is_present: true,
  removed_at: null,
  may_return: true,
  joined_at: '2026-11-21T01:00:00Z',
};
const live = { id: 5, seatsChanged: vi.fn() } as unknown as LiveClass;
let server: FakeServer;

beforeEach(() => {
  server = new FakeServer().on('GET', '/api/sessions/5/seats', { session_id: 5, seats: [other], results: [other] });
});

afterEach(() => {
  cleanup();
  setLang('ko');
  vi.unstubAllGlobals();
});

it.each([
  ['ko', '다른 자리와 합치기', '한 사람으로 합치기', /15초쯤 기다렸다가/],
  ['en', 'Merge with another seat', 'They are one person', /wait about 15 seconds/],
] as const)('tells who merges that a seat that was just left is taken a few seconds longer (%s)', async (lang, ask, yes, words) => {
  server.on('POST', '/api/sessions/5/seats/1/merge', new Refusal(409, 'MERGE_REFUSED', { reason: 'BOTH_HERE' }));
  setLang(lang);
  render(SeatActions, { live, seat: seat(1, '순자'), done: vi.fn() });
  await fireEvent.click(await screen.findByRole('button', { name: ask }));
  await fireEvent.click(await screen.findByRole('button', { name: yes }));
  expect((await screen.findByRole('alert')).textContent).toMatch(words);
});
