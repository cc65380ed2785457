import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError, type Api } from '../api';
import { Outbox } from '../outbox';
import { HttpFallback, type ClassWrite } from './fallback';

const EVENTS = '/api/sessions/5/events?';
const START = `${EVENTS}after_seq=0&epoch=none`;

type Answer = unknown;

function place(seq: number, events: unknown[] = [], recovered = true): Answer {
  return { epoch: 'e', seq, recovered, events };
}

function setUp(answers: Record<string, () => Promise<Answer> | Answer>): {
  asked: string[];
  reached: boolean[];
  states: unknown[];
  fallback: HttpFallback;
} {
  const asked: string[] = [];
  const reached: boolean[] = [];
  const states: unknown[] = [];
  const api = {
    get: async (path: string) => {
      asked.push(path);
      const answer = answers[path];
      if (!answer) return new Promise(() => undefined);
      return answer();
    },
  } as unknown as Api;
  const fallback = new HttpFallback({
    api,
    sessionId: 5,
    outbox: new Outbox('test'),
    onState: (state) => states.push(state),
    onAck: () => undefined,
    onRefused: () => undefined,
    onReach: (now) => reached.push(now),
  });
  return { asked, reached, states, fallback };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('shows the class, waits for what happens, and shows it again', async () => {
  const { asked, states, fallback } = setUp({
    [START]: () => place(3, [], false),
    '/api/sessions/5/current': () => ({ shown: true }),
    [`${EVENTS}after_seq=3&epoch=e&wait=10`]: () => place(4, [{ type: 'step_changed' }]),
    [`${EVENTS}after_seq=4&epoch=e&wait=10`]: () => place(4),
  });
  fallback.start();
  await vi.advanceTimersByTimeAsync(5_900);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_500);
  expect(states).toHaveLength(2);
  expect(asked.filter((path) => path.endsWith('current'))).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(states).toHaveLength(2); // nothing happened: nothing is fetched
  fallback.stop();
});

test('says when the server is out of reach, and tries again', async () => {
  let fails = true;
  const { reached, fallback } = setUp({
    [START]: () => {
      if (fails) throw new ApiError('NETWORK', 'gone');
      return place(0);
    },
    '/api/sessions/5/current': () => ({}),
  });
  fallback.start();
  await vi.advanceTimersByTimeAsync(6_100);
  expect(reached).toEqual([false]);
  fails = false;
  await vi.advanceTimersByTimeAsync(4_100);
  expect(reached).toEqual([false, true]);
  fallback.stop();
  expect(reached).toEqual([false, true, false]);
});

test('asks nothing more once the socket is back', async () => {
  const { asked, fallback } = setUp({ [START]: () => place(0), '/api/sessions/5/current': () => ({}) });
  fallback.start();
  await vi.advanceTimersByTimeAsync(6_100);
  fallback.stop();
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(before);
});

test('what is written goes to the same operations under the same keys', async () => {
  const posted: unknown[] = [];
  const outbox = new Outbox<ClassWrite>('writes');
  const acked: string[] = [];
  const fallback = new HttpFallback({
    api: {
      get: () => new Promise(() => undefined),
      post: (path: string, body: unknown, { key }: { key: string }) => {
        posted.push([path, body, key]);
        return Promise.resolve({ help_request_id: 50 });
      },
    } as unknown as Api,
    sessionId: 5,
    outbox,
    onState: () => undefined,
    onAck: ({ id }) => acked.push(id),
    onRefused: () => undefined,
    onReach: () => undefined,
  });
  const call = outbox.add({ type: 'help_request', subtask_id: 1, message: '도와주세요' });
  const why = outbox.add({ type: 'help_request', subtask_id: 1, reason: 'CANNOT_FIND' });
  fallback.start();
  await vi.advanceTimersByTimeAsync(7_000);
  fallback.stop();
  expect(posted).toEqual([
    ['/api/help/request', { subtask_id: 1, request_type: 'MANUAL', context_data: { message: '도와주세요' } }, call.id],
    ['/api/help/request', { subtask_id: 1, request_type: 'MANUAL', reason: 'CANNOT_FIND' }, why.id],
  ]);
  expect(acked).toEqual([call.id, why.id]);
});
