import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { get } from 'svelte/store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { path } from '../router';
import { storage } from '../storage';
import JoinPage from './JoinPage.svelte';

interface Posted {
  path: string;
  body: Record<string, unknown>;
}

let posted: Posted[] = [];

function serve(status: number, body: unknown): void {
  vi.stubGlobal('fetch', (to: string, init: RequestInit) => {
    posted.push({ path: to, body: JSON.parse(String(init.body ?? '{}')) as Record<string, unknown> });
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
}

const seat = {
  access_token: 'a', refresh_token: 'r', user_id: 7, session_id: 5, participant_id: 3,
  user: { id: 7, name: '김영희', role: 'STUDENT' },
};
const refusal = (code: string): unknown => ({ error: { code, message: '', details: {} } });

async function enter(name: string, code = 'abc234'): Promise<void> {
  render(JoinPage, { params: { code } });
  await fireEvent.input(screen.getByLabelText('이름'), { target: { value: name } });
  await fireEvent.submit(screen.getByLabelText('이름').closest('form') as HTMLFormElement);
}

beforeEach(() => {
  posted = [];
  localStorage.clear();
  history.replaceState(null, '', '/join/abc234');
});
afterEach(cleanup);

test('one field, one button, seated', async () => {
  serve(201, seat);
  await enter('  김영희 ');
  await vi.waitFor(() => expect(get(path)).toBe('/class/ABC234'));
  expect(posted[0]?.path).toBe('/api/sessions/ABC234/guest');
  expect(posted[0]?.body['name']).toBe('김영희');
  expect(String(posted[0]?.body['device_id']).length).toBeGreaterThanOrEqual(22);
  expect(storage.get('seat.ABC234')).toMatchObject({ kind: 'guest', sessionId: 5, userId: 7 });
  expect(storage.get('tokens.seat.ABC234')).toEqual({ access: 'a', refresh: 'r' });
});

test.each(['ABC234.', 'ABC234 ', 'ABC234로', 'ABC234%20', 'ＡＢＣ２３４', 'ㅁㅠㅊ234'])('%s in the address is the class', async (code) => {
  serve(201, seat);
  await enter('김영희', code);
  await vi.waitFor(() => expect(get(path)).toBe('/class/ABC234'));
  expect(posted[0]?.path).toBe('/api/sessions/ABC234/guest');
});

test.each(['  ', '\u3164', '\u200b\u2800', '\u0301'])('without a name nothing is sent and the field says so: %j', async (name) => {
  serve(201, seat);
  await enter(name);
  expect(screen.getByLabelText('이름').getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText('이름을 쓰세요.')).toBeTruthy();
  expect(posted).toEqual([]);
});

test.each([
  [404, 'NOT_FOUND', '이 번호의 수업이 없어요'],
  [409, 'SESSION_FULL', '자리가 모두 찼어요'],
  [409, 'SESSION_OVER', '이 수업은 끝났어요'],
  [403, 'GUEST_JOIN_DISABLED', '회원만 들어올 수 있어요'],
  [429, 'RATE_LIMITED', '30초 뒤에'],
  [503, 'UNAVAILABLE', '지금은 할 수 없어요'],
])('%i %s says what to do', async (status, code, sentence) => {
  serve(status, refusal(code));
  await enter('김영희');
  expect(await screen.findByText(new RegExp(sentence))).toBeTruthy();
  expect(storage.get('seat.ABC234')).toBeNull();
});

test('a browser that has a seat goes straight in', async () => {
  serve(201, seat);
  storage.set('seat.ABC234', { code: 'ABC234', kind: 'guest', name: '김영희', userId: 7, sessionId: 5 });
  render(JoinPage, { params: { code: 'ABC234' } });
  await vi.waitFor(() => expect(get(path)).toBe('/class/ABC234'));
  expect(posted).toEqual([]);
});
