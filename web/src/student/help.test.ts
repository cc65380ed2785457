import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeSocket, installFakeSocket, settle } from '../testing/fakeSocket';
import { Api } from '../api';
import type { Step } from '../step';
import { Classroom, type News } from './classroom.svelte';
import type { Seat } from './seat';

const seat: Seat = { code: 'ABC234', kind: 'guest', name: '김영희', userId: 7, sessionId: 5 };
const one: Step = { id: 1, title: '단계 1', guide_text: '안내 1' };
const two: Step = { ...one, id: 2, title: '단계 2' };

interface Asked {
  method: string;
  path: string;
  body: Record<string, unknown> | undefined;
  key: string | undefined;
}

let asked: Asked[] = [];
let down = false;
let requests: Record<number, Record<string, unknown>> = {};
let news: News[] = [];
let notSent = 0;
let room: Classroom;
let main: FakeSocket;

function answerOf({ path, method }: Asked): [number, unknown] {
  const shown = /^\/api\/help\/request\/(\d+)$/.exec(path);
  if (shown) return requests[Number(shown[1])] ? [200, requests[Number(shown[1])]] : [404, {}];
  if (method === 'POST') return [201, path === '/api/help/request' ? { help_request_id: 51 } : {}];
  return [404, {}];
}

function serve(path: string, init: RequestInit): Promise<Response> {
  if (down) return Promise.reject(new TypeError('Failed to fetch'));
  const item = {
    method: init.method ?? 'GET',
    path,
    body: init.body ? JSON.parse(String(init.body)) : undefined,
    key: (init.headers as Record<string, string> | undefined)?.['Idempotency-Key'],
  };
  asked.push(item);
  const [status, body] = answerOf(item);
  return Promise.resolve(Response.json(body, { status }));
}

const request = (id: number, more: Record<string, unknown> = {}): void => {
  requests[id] = { help_request_id: id, status: 'ANALYZING', subtask: { id: 1 }, closed_at: null, help_response: null, ...more };
};
const answered = (id: number, words: string, responseId = 1): void =>
  request(id, { status: 'RESOLVED', help_response: { id: responseId, help_content: words, voice_guide_text: `${words}!` } });
const posts = (): string[] => asked.filter(({ method }) => method === 'POST').map(({ path }) => path);
const phase = (): string => room.help.now.phase;

async function later(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await vi.dynamicImportSettled();
  await settle();
}

async function enter(): Promise<void> {
  const api = new Api({ read: () => ({ access: 'a', refresh: 'r' }), write: () => undefined });
  room = new Classroom({ seat, api, onNews: (item) => news.push(item), onNotSent: () => (notSent += 1) });
  await settle();
  main = FakeSocket.last;
  main.hello({});
  main.say({ type: 'join_confirmed', session_id: 5, session_status: 'IN_PROGRESS', current_subtask: one });
  await later(400);
}

/** Called, and the server has it as number 50. */
async function ask(): Promise<void> {
  await enter();
  request(50);
  room.help.call(1, '도와주세요');
  const sent = main.got('help_request')[0] ?? {};
  main.say({ type: 'ack', client_msg_id: sent['client_msg_id'], id: 50, seq: null, duplicate: false });
  await later();
}

/** The newest one of the help desk; the class's own may have come back later. */
function helpSocket(): FakeSocket {
  const socket = FakeSocket.all.filter(({ url }) => url.includes('/ws/help/7')).at(-1);
  if (!socket) throw new Error('nobody listens for answers');
  return socket;
}

const tell = (id: number, words: string): void =>
  helpSocket().say({
    type: 'HELP_AVAILABLE',
    help_response: { help_content: words, voice_guide_text: words, help_request_id: id },
  });

async function answer(words = '여기를 누르세요'): Promise<void> {
  helpSocket().hello();
  answered(50, words);
  tell(50, words);
  await later();
}

async function reload(): Promise<void> {
  room.close();
  await enter();
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  vi.stubGlobal('indexedDB', undefined);
  vi.stubGlobal('fetch', serve);
  installFakeSocket();
  [asked, down, requests, news, notSent] = [[], false, {}, [], 0];
});

afterEach(() => {
  room.close();
  vi.useRealTimers();
});

describe('the answer', () => {
  test('goes from the call to the answer, which is read out once', async () => {
    await ask();
    expect(phase()).toBe('called');
    expect(helpSocket().url).toContain('/ws/help/7');
    helpSocket().hello();
    tell(99, '남의 것');
    await later();
    expect(phase()).toBe('called');
    await answer();
    expect(phase()).toBe('answered');
    await later(30_000);
    const said = news.filter(({ kind }) => kind === 'said');
    expect(said).toEqual([
      { kind: 'said', announced: '이렇게 해 보세요. 여기를 누르세요', aloud: '여기를 누르세요!' },
    ]);
  });

  test('is found by asking where no socket gets through', async () => {
    await ask();
    answered(50, '여기를 누르세요');
    await later(8_000);
    expect(room.help.now.answer?.help_content).toBe('여기를 누르세요');
  });

  test('is shown as the socket told it when the server cannot be asked', async () => {
    await ask();
    helpSocket().hello();
    down = true;
    tell(50, '여기를 누르세요');
    await later();
    expect([phase(), room.help.now.answer?.help_content]).toEqual(['answered', '여기를 누르세요']);
    down = false;
    answered(50, '여기를 누르세요');
    await later(24_000);
    expect(news.filter(({ kind }) => kind === 'said')).toHaveLength(1);
  });

  test('of the teacher follows the one that came by itself', async () => {
    await ask();
    await answer();
    answered(50, '빨간 단추예요', 2);
    tell(50, '빨간 단추예요');
    await later();
    expect(room.help.now.answer?.help_content).toBe('빨간 단추예요');
  });

  test('no answer: the teacher comes, and their words still arrive', async () => {
    await ask();
    helpSocket().hello();
    request(50, { status: 'FAILED', help_response: { id: 1, help_content: '잠시만요', voice_guide_text: '' } });
    tell(50, '잠시만요');
    await later();
    expect(phase()).toBe('coming');
    answered(50, '여기예요', 2);
    tell(50, '여기예요');
    await later();
    expect(phase()).toBe('answered');
  });

  test('is not read out when the class has moved on', async () => {
    await ask();
    main.say({ type: 'step_changed', subtask: two, instructor_message: null });
    await answer();
    expect(news.filter(({ kind }) => kind === 'said')).toEqual([]);
  });

  test('the teacher closes the request without words', async () => {
    await ask();
    request(50, { closed_at: '2026-11-21T01:00:00Z' });
    await later(8_000);
    expect(phase()).toBe('none');
  });
});

describe('what the student says of it', () => {
  test('solved: closed and marked; a rating follows or not', async () => {
    await ask();
    await answer();
    room.help.line?.thanks();
    await later();
    expect(phase()).toBe('solved');
    expect(posts()).toEqual(['/api/help/feedback', '/api/help/request/50/close']);
    room.help.line?.rate(5);
    await later();
    expect(asked.at(-1)?.body).toEqual({ help_request_id: 50, rating: 5 });
    expect(phase()).toBe('none');
  });

  test('“아직이에요” once: this request ends, a new one is made, and the teacher is told', async () => {
    await ask();
    await answer();
    request(51);
    room.help.line?.notYet();
    expect(phase()).toBe('calling');
    await later();
    expect(posts()).toEqual(['/api/help/feedback', '/api/help/request/50/close', '/api/help/request']);
    expect([phase(), room.help.now.requestId, room.help.now.again]).toEqual(['called', 51, true]);
  });

  test('“아직이에요” twice: the teacher comes, and the request stays open', async () => {
    await ask();
    await answer();
    request(51);
    room.help.line?.notYet();
    await later();
    answered(51, '다른 방법', 9);
    await later(8_000);
    expect(phase()).toBe('answered');
    room.help.line?.notYet();
    await later(24_000);
    expect(phase()).toBe('coming');
    expect(posts()).not.toContain('/api/help/request/51/close');
  });

  test('“아직이에요” twice without a connection: nobody was told yet, and the page says so', async () => {
    await ask();
    await answer();
    request(51);
    room.help.line?.notYet();
    await later();
    answered(51, '다른 방법', 9);
    await later(8_000);
    down = true;
    room.help.line?.notYet();
    await later(5_000);
    await reload();
    expect([phase(), room.help.now.requestId]).toEqual(['calling', 51]);
    down = false;
    window.dispatchEvent(new Event('online'));
    await later();
    expect([phase(), posts().at(-1)]).toEqual(['coming', '/api/help/feedback']);
  });

  test('without a connection: kept over a reload, told in order, once', async () => {
    await ask();
    await answer();
    down = true;
    room.help.line?.notYet();
    await later(5_000);
    await reload();
    expect([phase(), posts()]).toEqual(['calling', []]);
    down = false;
    request(51);
    window.dispatchEvent(new Event('online'));
    await later();
    expect(posts()).toEqual(['/api/help/feedback', '/api/help/request/50/close', '/api/help/request']);
    expect(new Set(asked.filter(({ method }) => method === 'POST').map(({ key }) => key)).size).toBe(3);
    expect(phase()).toBe('called');
    await later(60_000);
    expect(posts()).toHaveLength(3);
  });
});

describe('every state comes back after a reload', () => {
  test('called', async () => {
    await ask();
    await reload();
    expect([phase(), room.help.now.stepId]).toEqual(['called', 1]);
  });

  test('answered, without reading it out again', async () => {
    await ask();
    await answer();
    news = [];
    await reload();
    expect([phase(), room.help.now.answer?.help_content]).toEqual(['answered', '여기를 누르세요']);
    expect(news.filter(({ kind }) => kind === 'said')).toEqual([]);
  });

  test('solved', async () => {
    await ask();
    await answer();
    room.help.line?.thanks();
    await reload();
    expect(phase()).toBe('solved');
  });
});

describe('what is wrong', () => {
  const said = (): Record<string, unknown>[] => main.got('help_request');
  const confirm = (place: number, id: number): void =>
    main.say({ type: 'ack', client_msg_id: said()[place]?.['client_msg_id'], id, seq: null, duplicate: place > 0 });
  const deferred = (id: number, responseId = 1): void =>
    request(id, {
      status: 'RESOLVED',
      help_response: { id: responseId, help_content: '선생님이 보고 계세요.', voice_guide_text: '', source: 'DEFERRED' },
    });

  test('is said after the call, which does not wait for it', async () => {
    await ask();
    expect(said()).toHaveLength(1);
    expect(said()[0]).not.toHaveProperty('reason');
    room.help.line?.say({ reason: 'CANNOT_FIND' });
    expect(said()[1]).toMatchObject({ subtask_id: 1, reason: 'CANNOT_FIND' });
    expect(room.help.now).toMatchObject({ phase: 'called', told: true });
    room.help.line?.say({ reason: 'CANNOT_TYPE' });
    expect(said()).toHaveLength(2);
  });

  test('goes out after the call when there is no connection, over a reload, in the order of the taps', async () => {
    await enter();
    main.end(1006);
    room.help.call(1, '도와주세요');
    room.help.line?.say({ message: '소리가 안 들려요' });
    await settle();
    await reload();
    expect(room.help.now).toMatchObject({ phase: 'calling', told: true });
    confirm(0, 50);
    await settle();
    expect(said().map((frame) => frame['message'])).toEqual(['도와주세요', '소리가 안 들려요']);
    expect(new Set(said().map((frame) => frame['client_msg_id'])).size).toBe(2);
  });

  test('does not take away an answer that came before it was heard', async () => {
    await ask();
    room.help.line?.say({ reason: 'NO_REACTION' });
    await answer();
    confirm(1, 50);
    expect([phase(), room.help.now.answer?.help_content]).toEqual(['answered', '여기를 누르세요']);
  });

  test('that is refused leaves the call as it is', async () => {
    await ask();
    room.help.line?.say({ reason: 'NO_REACTION' });
    main.say({ type: 'error', client_msg_id: said()[1]?.['client_msg_id'], code: 'FORBIDDEN', message: '' });
    await settle();
    expect([phase(), notSent]).toEqual(['called', 1]);
  });

  test('word that the teacher looks is no answer: it is said once, and the answer follows', async () => {
    await ask();
    helpSocket().hello();
    deferred(50);
    helpSocket().say({
      type: 'HELP_AVAILABLE',
      help_response: { help_content: '선생님이 보고 계세요.', voice_guide_text: '', help_request_id: 50, source: 'DEFERRED' },
    });
    await later(30_000);
    expect(phase()).toBe('looking');
    expect(news.filter(({ kind }) => kind === 'said')).toEqual([
      { kind: 'said', announced: '선생님이 보고 계세요.', aloud: '선생님이 보고 계세요.' },
    ]);
    await reload();
    expect([phase(), helpSocket().url.includes('/ws/help/7')]).toEqual(['looking', true]);
    room.help.line?.say({ reason: 'CANNOT_FIND' });
    request(50);
    confirm(0, 50);
    await later(24_000);
    expect(phase()).toBe('looking');
    answered(50, '위로 밀어 보세요', 2);
    await later(24_000);
    expect([phase(), room.help.now.answer?.help_content]).toEqual(['answered', '위로 밀어 보세요']);
  });

  test('word that the teacher looks is shown as the socket told it when the server cannot be asked', async () => {
    await ask();
    helpSocket().hello();
    down = true;
    helpSocket().say({
      type: 'HELP_AVAILABLE',
      help_response: { help_content: '선생님이 보고 계세요.', voice_guide_text: '', help_request_id: 50, source: 'DEFERRED' },
    });
    await later();
    expect(phase()).toBe('looking');
  });

  test('may be said again of another call', async () => {
    await ask();
    room.help.line?.say({ reason: 'CANNOT_FIND' });
    await answer();
    request(51);
    room.help.line?.notYet();
    await later();
    expect(room.help.now).toMatchObject({ phase: 'called', requestId: 51, told: false });
  });

  test('is asked anew of who calls on another step', async () => {
    await ask();
    room.help.line?.say({ reason: 'CANNOT_FIND' });
    main.say({ type: 'step_changed', subtask: two, instructor_message: null });
    room.help.call(2, '도와주세요');
    expect(room.help.now).toMatchObject({ stepId: 2, told: false });
  });
});

test('a second tap asks nothing again; finishing the step ends the call', async () => {
  await ask();
  room.help.call(1, '도와주세요');
  expect(main.got('help_request')).toHaveLength(1);
  room.complete(one);
  expect(phase()).toBe('none');
});

describe('a nudge', () => {
  const nudge = (stepId = 1): void =>
    main.say({ type: 'nudge', subtask_id: stepId, message: '지금은 단계 1이에요.', voice_guide_text: '지금은' });

  test('is shown and spoken, and goes away with one tap, which is a sign of life', async () => {
    await enter();
    nudge(2);
    expect(phase()).toBe('none');
    nudge();
    expect([phase(), room.help.at(1), room.help.free(1)]).toEqual(['nudged', true, true]);
    expect(news.at(-1)).toEqual({ kind: 'said', announced: '지금은 단계 1이에요.', aloud: '지금은' });
    room.help.line?.fine();
    await later();
    expect(room.help.at(1)).toBe(false);
    expect(asked.at(-1)).toMatchObject({ path: '/api/help/nudge/dismiss', body: { subtask_id: 1 } });
  });

  test('goes away by itself, and listens for no answer that nobody asked for', async () => {
    await enter();
    nudge();
    expect(() => helpSocket()).toThrow();
    await later(60_000);
    expect(room.help.at(1)).toBe(false);
  });

  test('is spoken only to who sees it, and stays until it could be seen', async () => {
    await enter();
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    news = [];
    nudge();
    await later(150_000);
    expect([phase(), news.filter(({ kind }) => kind === 'said')]).toEqual(['nudged', []]);
    hidden.mockReturnValue(false);
    await later(60_000);
    expect(phase()).toBe('none');
    hidden.mockRestore();
  });

  test('goes with the step, and stays away from who has asked or is done', async () => {
    await enter();
    nudge();
    main.say({ type: 'step_changed', subtask: two, instructor_message: null });
    expect(phase()).toBe('none');
    room.complete(two);
    nudge(2);
    expect(phase()).toBe('none');
  });

  test('a call from it asks as usual', async () => {
    await enter();
    nudge();
    room.help.call(1, '도와주세요');
    expect([phase(), main.got('help_request').length]).toEqual(['calling', 1]);
  });
});
