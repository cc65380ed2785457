import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeSocket, installFakeSocket, settle } from '../testing/fakeSocket';
import { Api } from '../api';
import type { Step } from '../step';
import { reportPage } from './pageState';
import { Classroom, type News } from './classroom.svelte';
import type { Seat } from './seat';

const STREAM = 'session:5';
const seat: Seat = { code: 'ABC234', kind: 'guest', name: '김영희', userId: 7, sessionId: 5 };
const steps: Step[] = [1, 2, 3].map((id) => ({ id, title: `단계 ${id}`, guide_text: `안내 ${id}`, position: id }));
const [one, two, three] = steps as [Step, Step, Step];

let news: News[] = [];
let notSent = 0;
let room: Classroom;
let current: Record<string, unknown> | null = null;
let taught: Step[] = steps;
let doneHere: number[] = [];
let breakEnds: string | null = null;

function reply(path: string): unknown {
  if (path.endsWith('/current')) return current;
  if (path.endsWith('/lesson')) return { lecture: { id: 1, title: '유튜브' }, tasks: [{ id: 1, subtasks: taught }] };
  if (path.endsWith('/my-steps')) return { session_id: 5, done: doneHere };
  if (path.endsWith('/break')) return { session_id: 5, status: 'PAUSED', break_ends_at: breakEnds, server_time: breakEnds };
  if (path.startsWith('/api/sessions/')) {
    return { session_id: 5, lecture: { id: 1, title: '유튜브' }, instructor: { id: 2, name: '박강사' } };
  }
  return null;
}

function serve(): void {
  vi.stubGlobal('fetch', (path: string) => {
    const body = reply(path);
    return Promise.resolve(new Response(JSON.stringify(body ?? {}), { status: body ? 200 : 404 }));
  });
}

async function enter(joined: Record<string, unknown> | null): Promise<void> {
  const api = new Api({ read: () => ({ access: 'a', refresh: 'r' }), write: () => undefined });
  room = new Classroom({ seat, api, onNews: (item) => news.push(item), onNotSent: () => (notSent += 1) });
  await settle();
  if (!joined) return;
  FakeSocket.last.hello({ [STREAM]: { epoch: 'e', seq: 10 } });
  FakeSocket.last.say({ type: 'join_confirmed', session_id: 5, ...joined });
  await settle();
}

let seq = 10;
const say = (frame: Record<string, unknown>): void =>
  FakeSocket.last.say({ stream: STREAM, epoch: 'e', seq: (seq += 1), event_id: `v${seq}`, ...frame });
const sent = (type: string): Record<string, unknown> => FakeSocket.last.got(type)[0] ?? {};
const ack = (frame: Record<string, unknown>, id: number | null = null): void =>
  FakeSocket.last.say({ type: 'ack', client_msg_id: frame['client_msg_id'], id, seq: null, duplicate: false });

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  vi.stubGlobal('indexedDB', undefined);
  installFakeSocket();
  serve();
  [news, notSent, seq, current, taught, doneHere, breakEnds] = [[], 0, 10, null, steps, [], null];
});

afterEach(() => {
  room.close();
  vi.useRealTimers();
});

describe('where the class is', () => {
  test('joins with the device, and knows lesson, instructor and place', async () => {
    await enter({ session_status: 'WAITING', current_subtask: null });
    expect(FakeSocket.last.sent[0]).toMatchObject({ type: 'join', name: '김영희' });
    expect(String(FakeSocket.last.sent[0]?.['device_id']).length).toBeGreaterThanOrEqual(22);
    expect(room.phase).toBe('waiting');
    expect([room.lesson, room.instructor]).toEqual(['유튜브', '박강사']);
    expect(room.placeOf(two)).toEqual({ n: 2, total: 3 });
  });

  test('the words of the start stay with the first step and are told once with it', async () => {
    await enter({ session_status: 'WAITING', current_subtask: null });
    say({ type: 'session_status_changed', status: 'IN_PROGRESS', message: 'x', instructor_message: '시작해요' });
    say({ type: 'step_changed', subtask: one, instructor_message: null });
    expect(room.phase).toBe('live');
    expect(room.current?.id).toBe(1);
    expect(room.message).toBe('시작해요');
    expect(news.at(-1)).toEqual({ kind: 'step', step: one, message: '시작해요' });
    say({ type: 'step_changed', subtask: two, instructor_message: null });
    expect(room.message).toBeNull();
    expect(room.arrivals).toBe(2);
  });

  test('what the class teaches is read anew when it begins, and when the lesson was changed', async () => {
    await enter({ session_status: 'WAITING', current_subtask: null });
    taught = [...steps, { id: 4, title: '단계 4', guide_text: '' }];
    say({ type: 'session_status_changed', status: 'IN_PROGRESS', message: 'x', instructor_message: null });
    say({ type: 'step_changed', subtask: one, instructor_message: null });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(room.steps).toHaveLength(4);
    taught = [two, one];
    news = [];
    say({ type: 'lesson_refreshed', total_subtasks: 2 });
    say({ type: 'step_changed', subtask: { ...one, guide_text: '고친 안내', position: 2 }, instructor_message: null });
    await vi.advanceTimersByTimeAsync(2_000);
    expect([room.steps.length, room.placeOf(one), room.current?.guide_text]).toEqual([2, { n: 2, total: 2 }, '고친 안내']);
    expect(news, 'nothing slides in and nothing is spoken again').toEqual([]);
  });

  test('a start that overtakes the confirmation of the seat stays', async () => {
    await enter(null);
    FakeSocket.last.hello({ [STREAM]: { epoch: 'e', seq: 10 } });
    say({ type: 'session_status_changed', status: 'IN_PROGRESS', message: 'x', instructor_message: null });
    say({ type: 'step_changed', subtask: one, instructor_message: null });
    FakeSocket.last.say({ type: 'join_confirmed', session_id: 5, session_status: 'WAITING', current_subtask: null });
    await settle();
    expect([room.phase, room.current?.id]).toEqual(['live', 1]);
  });

  test('is told to each connection before the page says what stands on it', async () => {
    await enter({ session_status: 'WAITING', current_subtask: null });
    expect(room.joined).toBe(true);
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.hello({ [STREAM]: { epoch: 'e', seq: 12 } });
    await settle();
    // The class started meanwhile: what stands here now is not what the class shows.
    expect([room.connection.phase, room.joined]).toEqual(['online', false]);
    FakeSocket.last.say({ type: 'join_confirmed', session_id: 5, session_status: 'IN_PROGRESS', current_subtask: one });
    expect(room.joined).toBe(true);
    reportPage(room)();
    expect(FakeSocket.last.got('page_state').at(-1)).toMatchObject({ subtask_id: 1 });
  });

  test('pause, the same words twice, resume, end', async () => {
    await enter({ session_status: 'IN_PROGRESS', current_subtask: one });
    news = [];
    say({ type: 'session_status_changed', status: 'IN_PROGRESS', message: 'x', instructor_message: '천천히' });
    say({ type: 'session_status_changed', status: 'IN_PROGRESS', message: 'x', instructor_message: '천천히' });
    expect(news).toEqual([
      { kind: 'message', message: '천천히' },
      { kind: 'message', message: '천천히' },
    ]);
    say({ type: 'session_status_changed', status: 'PAUSED', message: 'x', instructor_message: null });
    expect([room.phase, room.message]).toEqual(['paused', null]);
    say({ type: 'session_status_changed', status: 'IN_PROGRESS', message: 'x', instructor_message: null });
    expect(news.at(-1)).toMatchObject({ kind: 'step', step: { id: 1 } });
    say({ type: 'session_status_changed', status: 'REVIEW_MODE', message: 'x', instructor_message: '수고' });
    expect([room.phase, room.message]).toEqual(['review', '수고']);
    FakeSocket.last.end(4410);
    expect(room.phase).toBe('over');
  });

  test('what was missed is caught up without telling every step of the way', async () => {
    await enter({ session_status: 'IN_PROGRESS', current_subtask: one });
    say({ type: 'step_changed', subtask: one });
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(2_000);
    FakeSocket.last.hello({ [STREAM]: { epoch: 'e', seq: 13 } });
    news = [];
    say({ type: 'step_changed', subtask: two });
    say({ type: 'step_changed', subtask: three });
    FakeSocket.last.say({ type: 'resumed', stream: STREAM, recovered: true, count: 2 });
    expect(room.current?.id).toBe(3);
    expect(news.map((item) => item.kind === 'step' && item.step.id)).toEqual([3]);
  });
});

describe('taps', () => {
  test('“다 했어요” is kept through a lost connection and sent once', async () => {
    await enter({ session_status: 'IN_PROGRESS', current_subtask: one });
    FakeSocket.last.end(1006);
    room.complete(one);
    room.complete(one);
    expect(room.completing(1)).toBe(true);
    await vi.advanceTimersByTimeAsync(2_000);
    FakeSocket.last.hello();
    expect(FakeSocket.last.got('progress_update')).toHaveLength(1);
    expect(sent('progress_update')).toMatchObject({ subtask_id: 1, status: 'COMPLETED' });
    ack(sent('progress_update'));
    expect(room.completing(1)).toBe(false);
    expect(room.done).toEqual([1]);
  });

  test('a refused one is taken back and told', async () => {
    await enter({ session_status: 'IN_PROGRESS', current_subtask: one });
    room.complete(one);
    const frame = sent('progress_update');
    FakeSocket.last.say({ type: 'error', code: 'NOT_ENROLLED', message: '', client_msg_id: frame['client_msg_id'] });
    expect(room.done).toEqual([]);
    expect(notSent).toBe(1);
  });

  test('what is done is remembered over a reload', async () => {
    await enter({ session_status: 'IN_PROGRESS', current_subtask: one });
    room.complete(one);
    room.close();
    await enter({ session_status: 'IN_PROGRESS', current_subtask: one });
    expect(room.done).toEqual([1]);
  });
});

/** What is loaded after the page is there, and has been answered. */
async function afterwards(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1_000);
  await vi.dynamicImportSettled();
  await settle();
}

describe('done, and not done after all', () => {
  /** The newest one that the server was sent is confirmed, and the next one leaves. */
  const confirm = async (): Promise<void> => {
    ack(FakeSocket.last.got('progress_update').at(-1) ?? {});
    await settle();
  };

  test('is taken back and sent in order', async () => {
    await enter({ session_status: 'IN_PROGRESS', current_subtask: one });
    room.complete(one);
    room.undo(one);
    expect([room.done, room.completing(1)]).toEqual([[], false]);
    room.complete(one);
    expect([room.done, room.completing(1)]).toEqual([[1], true]);
    doneHere = [1];
    for (let times = 0; times < 3; times += 1) await confirm();
    await afterwards();
    expect(FakeSocket.last.got('progress_update').map((frame) => frame['status'])).toEqual(['COMPLETED', 'IN_PROGRESS', 'COMPLETED']);
    expect([room.done, room.completing(1)]).toEqual([[1], false]);
  });

  test('too late, the server says how it stands', async () => {
    await enter({ session_status: 'IN_PROGRESS', current_subtask: one });
    room.complete(one);
    room.undo(one);
    await confirm();
    say({ type: 'step_changed', subtask: two });
    doneHere = [1];
    await confirm();
    await afterwards();
    expect(room.done).toEqual([1]);
  });

  test('what was done in this class is asked for, and only that', async () => {
    localStorage.setItem('mgpt.done.ABC234', '[1,2]');
    doneHere = [2];
    await enter({ session_status: 'IN_PROGRESS', current_subtask: one });
    await afterwards();
    expect(room.done).toEqual([2]);
  });

  test('what is on its way is newer than the answer', async () => {
    doneHere = [2];
    await enter({ session_status: 'IN_PROGRESS', current_subtask: one });
    room.complete(one);
    await afterwards();
    expect([...room.done].sort()).toEqual([1, 2]);
  });
});

describe('a break', () => {
  test('has the end that is told, until the class goes on', async () => {
    await enter({ session_status: 'IN_PROGRESS', current_subtask: one });
    say({ type: 'session_status_changed', status: 'PAUSED', instructor_message: '5분 쉬어요' });
    say({ type: 'break_changed', break_ends_at: '2026-03-02T05:05:00Z' });
    expect([room.phase, room.breakEndsAt]).toEqual(['paused', '2026-03-02T05:05:00Z']);
    // Another end, and no words any more.
    say({ type: 'session_status_changed', status: 'PAUSED', instructor_message: '' });
    say({ type: 'break_changed', break_ends_at: null });
    expect([room.message, room.breakEndsAt]).toEqual([null, null]);
    say({ type: 'break_changed', break_ends_at: '2026-03-02T05:05:00Z' });
    say({ type: 'session_status_changed', status: 'IN_PROGRESS', instructor_message: '' });
    expect(room.breakEndsAt).toBeNull();
  });

  test('is asked for by who comes during it', async () => {
    breakEnds = '2026-03-02T05:05:00Z';
    await enter({ session_status: 'PAUSED', current_subtask: one });
    await afterwards();
    expect(room.breakEndsAt).toBe(breakEnds);
  });

  test('that is made longer while the phone is away has its new end', async () => {
    breakEnds = '2026-03-02T05:05:00Z';
    await enter({ session_status: 'PAUSED', current_subtask: one });
    await afterwards();
    breakEnds = '2026-03-02T05:10:00Z';
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.hello({ [STREAM]: { epoch: 'e', seq: 10 } });
    FakeSocket.last.say({ type: 'join_confirmed', session_id: 5, session_status: 'PAUSED', current_subtask: one });
    await afterwards();
    expect(room.breakEndsAt).toBe(breakEnds);
  });

  test('whose end comes as an event is not put back by an older answer', async () => {
    breakEnds = '2026-03-02T05:05:00Z';
    await enter({ session_status: 'PAUSED', current_subtask: one });
    say({ type: 'break_changed', break_ends_at: '2026-03-02T05:10:00Z' });
    await afterwards();
    expect(room.breakEndsAt).toBe('2026-03-02T05:10:00Z');
  });
});

describe('a network that lets no socket through', () => {
  test('the class is followed and taps are sent over HTTP', async () => {
    current = { status: 'IN_PROGRESS', current_subtask: one, instructor_message: '천천히' };
    const posted: unknown[] = [];
    const plain = globalThis.fetch;
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
      if (init.method === 'POST') {
        posted.push([path, JSON.parse(String(init.body)), (init.headers as Record<string, string>)['Idempotency-Key']]);
        return Promise.resolve(new Response('{"help_request_id":50}', { status: 201 }));
      }
      return plain(path, init);
    });
    await enter(null);
    expect([room.phase, room.current?.id, room.message]).toEqual(['live', 1, '천천히']);
    FakeSocket.last.end(1006);
    room.complete(one);
    const key = room.unsent[0]?.id;
    await vi.advanceTimersByTimeAsync(8_000);
    expect(room.overHttp).toBe(true);
    expect(posted).toEqual([['/api/progress/update', { subtask_id: 1, status: 'COMPLETED' }, key]]);
    expect(room.unsent).toEqual([]);
    current = { status: 'IN_PROGRESS', current_subtask: two, instructor_message: null };
    await vi.advanceTimersByTimeAsync(4_000);
    expect(room.current?.id).toBe(2);
  });
});
