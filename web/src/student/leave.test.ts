import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { get } from 'svelte/store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Api } from '../api';
import LandingPage from '../pages/LandingPage.svelte';
import { path } from '../router';
import { storage } from '../storage';
import { FakeSocket, installFakeSocket, settle } from '../testing/fakeSocket';
import { toasts } from '../ui/toast';
import { Classroom } from './classroom.svelte';
import LeaveClass from './LeaveClass.svelte';
import type { Seat } from './seat';

const seat: Seat = { code: 'ABC234', kind: 'guest', name: '김영희', userId: 7, sessionId: 5 };
const preview = { session_code: 'ABC234', title: '오전반', status: 'IN_PROGRESS', locked: false, lecture_title: '유튜브', instructor_name: '박강사' };
let room: Classroom;

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal('indexedDB', undefined);
  vi.stubGlobal('fetch', (to: string) =>
    Promise.resolve(to.endsWith('/preview') ? Response.json(preview) : Response.json({ error: { code: 'NOT_FOUND', message: '' } }, { status: 404 })),
  );
  installFakeSocket();
  history.replaceState(null, '', '/class/ABC234');
  storage.set('seat.ABC234', seat);
  storage.set('last_code', 'ABC234');
  const api = new Api({ read: () => ({ access: 'a', refresh: 'r' }), write: () => undefined });
  room = new Classroom({ seat, api, onNews: () => undefined, onNotSent: () => undefined });
});
afterEach(() => {
  cleanup();
  room.close();
  toasts.set([]);
});

async function leave(): Promise<void> {
  render(LeaveClass, { room });
  await fireEvent.click(await screen.findByRole('button', { name: '수업에서 나가기' }));
}

test('goodbye is the last word, and the first page leads back in one tap', async () => {
  await settle();
  const socket = FakeSocket.last;
  socket.hello({});
  await leave();
  expect(socket.sent.at(-1)).toEqual({ type: 'leave' });
  expect(socket.closedWith).toBe(1000);
  expect(get(path)).toBe('/');
  expect(get(toasts).map(({ text }) => text)).toEqual(['수업에서 나왔어요.']);
  cleanup();
  render(LandingPage);
  const back = await screen.findByRole('link', { name: '다시 들어가기' });
  expect(back.getAttribute('href')).toBe('/class/ABC234');
});

test('who has no connection leaves all the same, and does not come back by it', async () => {
  await settle();
  const socket = FakeSocket.last;
  socket.end(1006);
  await leave();
  expect(socket.got('leave')).toEqual([]);
  expect(get(path)).toBe('/');
  const opened = FakeSocket.all.length;
  window.dispatchEvent(new Event('online'));
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(FakeSocket.all).toHaveLength(opened);
});
