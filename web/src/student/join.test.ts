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

const preview = {
  session_code: 'ABC234', title: '오전반', status: 'WAITING', locked: false, lecture_title: '사진 보내기', instructor_name: '박강사',
};

/** What the guest's door answers; the preview is there unless it is told to be refused. */
function serve(status: number, body: unknown, shown: unknown = preview, known: string | null = null): void {
  vi.stubGlobal('fetch', (to: string, init: RequestInit) => {
    if (to.endsWith('/preview')) return answer(shown === null ? 404 : 200, shown ?? refusal('NOT_FOUND'));
    const sent = JSON.parse(String(init.body ?? '{}')) as Record<string, unknown>;
    if (!('name' in sent)) return answer(200, { known: known !== null, name: known });
    posted.push({ path: to, body: sent });
    return answer(status, body);
  });
}

const answer = (status: number, body: unknown): Promise<Response> =>
  Promise.resolve(new Response(JSON.stringify(body), { status }));

const seat = {
  access_token: 'a', refresh_token: 'r', user_id: 7, session_id: 5, participant_id: 3,
  user: { id: 7, name: '김영희', role: 'STUDENT' },
};
const refusal = (code: string): unknown => ({ error: { code, message: '', details: {} } });

async function enter(name: string, code = 'abc234'): Promise<void> {
  render(JoinPage, { params: { code } });
  await screen.findByText(/박강사 선생님/);
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
  [409, 'CLASS_LOCKED', '문을 닫았어요'],
  [409, 'NAME_IN_CLASS', '예: 김영희 봄동'],
  [409, 'DEVICE_SEATS_TAKEN', '이 휴대폰으로는'],
  [403, 'SEAT_REMOVED', '자리를 정리했어요'],
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

// --- what is said before anybody has said who they are

test.each([
  [{ ...preview }, '곧 시작해요'],
  [{ ...preview, status: 'IN_PROGRESS' }, '지금 수업하고 있어요'],
  [{ ...preview, status: 'PAUSED' }, '쉬고 있어요'],
])('the class, its teacher and where it stands are said at once: %#', async (shown, sentence) => {
  serve(201, seat, shown);
  render(JoinPage, { params: { code: 'abc234' } });
  expect((await screen.findByRole('heading', { level: 1 })).textContent).toMatch(/사진 보내기|수업에 들어가기/);
  expect(await screen.findByText(new RegExp(sentence))).toBeTruthy();
  expect(screen.getByText(/박강사 선생님/)).toBeTruthy();
  expect(posted).toEqual([]);
});

test.each([
  [null, '이 번호의 수업이 없어요'],
  [{ ...preview, status: 'REVIEW_MODE' }, '이 수업은 끝났어요'],
  [{ ...preview, locked: true }, '문을 닫았어요'],
])('a code that lets nobody new in is said at once, without a field: %#', async (shown, sentence) => {
  serve(201, seat, shown);
  render(JoinPage, { params: { code: 'abc234' } });
  expect(await screen.findByText(new RegExp(sentence))).toBeTruthy();
  await vi.waitFor(() => expect(screen.queryByLabelText('이름')).toBeNull());
});

// --- a phone that was in another class of the same teacher

async function knownPhone(shown: unknown = preview): Promise<void> {
  storage.set('device_id', 'a-phone-that-was-here-before');
  serve(201, seat, shown, '김영희');
  render(JoinPage, { params: { code: 'abc234' } });
  await screen.findByText('김영희 님, 맞으세요?');
}

test('one tap and the same person is seated', async () => {
  await knownPhone();
  expect(screen.queryByLabelText('이름')).toBeNull();
  await fireEvent.click(screen.getByText('네, 맞아요'));
  await vi.waitFor(() => expect(get(path)).toBe('/class/ABC234'));
  expect(posted[0]?.body).toMatchObject({ name: '김영희', same_person: true });
});

test('somebody else types their own name', async () => {
  await knownPhone();
  await fireEvent.click(screen.getByText('다른 사람이에요'));
  await fireEvent.input(await screen.findByLabelText('이름'), { target: { value: '박철수' } });
  await fireEvent.submit(screen.getByLabelText('이름').closest('form') as HTMLFormElement);
  await vi.waitFor(() => expect(posted[0]?.body).toMatchObject({ name: '박철수', same_person: false }));
});

test('who was there is asked even when the class is over', async () => {
  await knownPhone({ ...preview, status: 'REVIEW_MODE' });
  expect(screen.getByText('네, 맞아요')).toBeTruthy();
  await fireEvent.click(screen.getByText('다른 사람이에요'));
  expect(screen.queryByLabelText('이름')).toBeNull();
  expect(await screen.findByText('다른 번호 쓰기')).toBeTruthy();
});
