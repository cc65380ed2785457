import { get } from 'svelte/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ClassroomRoomFrame, ClassroomRoomSendProgressUpdate } from './protocol.gen';
import { FakeSocket, installFakeSocket, settle } from './testing/fakeSocket';
import { Outbox } from './outbox';
import { backoff, Refused, RtSocket, type SocketOptions } from './socket';

const STREAM = 'session:5';
const at = (seq: number, epoch = 'e1'): Record<string, unknown> => ({ [STREAM]: { epoch, seq } });
const step = (seq: number, epoch = 'e1'): Record<string, unknown> => ({
  type: 'step_changed',
  stream: STREAM,
  epoch,
  seq,
  event_id: `v${seq}`,
  subtask: { id: seq },
});

type Write = ClassroomRoomSendProgressUpdate;
type Socket = RtSocket<ClassroomRoomFrame, Write>;

let open: Socket[] = [];
let seen: { seq: number | undefined; replayed: boolean }[] = [];

function connect(options: Partial<SocketOptions<ClassroomRoomFrame, Write>> = {}): Socket {
  const socket: Socket = new RtSocket({
    url: '/ws/sessions/ABC123/',
    token: () => Promise.resolve('tok'),
    onEvent: (frame, { replayed }) => seen.push({ seq: frame.seq, replayed }),
    ...options,
  });
  open.push(socket);
  return socket;
}

let boxes = 0;

function outbox(): Outbox<Write> {
  return new Outbox(`test.${++boxes}`);
}

const phase = (socket: Socket): string => get(socket.connection).phase;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('indexedDB', undefined);
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  localStorage.clear();
  installFakeSocket();
  seen = [];
  open = [];
});

afterEach(() => {
  open.forEach((socket) => socket.close());
  vi.useRealTimers();
});

describe('connecting', () => {
  test('offers rt.v1 and the token, and greets before anything else', async () => {
    document.documentElement.lang = 'en';
    const socket = connect({ greeting: () => ({ type: 'join', device_id: 'd' }) });
    await settle();
    expect(FakeSocket.last.url).toBe('ws://localhost:3000/ws/sessions/ABC123/?lang=en');
    expect(FakeSocket.last.protocols).toEqual(['rt.v1', 'bearer.tok']);
    FakeSocket.last.hello(at(3));
    expect(FakeSocket.last.sent[0]).toEqual({ type: 'join', device_id: 'd' });
    expect(phase(socket)).toBe('online');
  });

  test('a server that never says hello is left and tried again', async () => {
    const socket = connect();
    await settle();
    FakeSocket.last.open();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(phase(socket)).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test('waits with full jitter, doubled up to 30 s', () => {
    expect(backoff(0, () => 1)).toBe(500);
    expect(backoff(3, () => 1)).toBe(4_000);
    expect(backoff(50, () => 1)).toBe(30_000);
    expect(backoff(50, () => 0)).toBe(0);
  });

  test('comes back at once when the phone is online again', async () => {
    connect();
    await settle();
    FakeSocket.last.hello();
    FakeSocket.last.end(1006);
    vi.spyOn(Math, 'random').mockReturnValue(1);
    window.dispatchEvent(new Event('online'));
    await settle();
    expect(FakeSocket.all).toHaveLength(2);
  });

  test('a failing token request is a failed connection, not the end', async () => {
    const token = vi.fn().mockRejectedValueOnce(new Error('offline')).mockResolvedValue('tok');
    const socket = connect({ token });
    await settle();
    expect(phase(socket)).toBe('waiting');
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSocket.all).toHaveLength(1);
  });
});

describe('close codes', () => {
  test.each([4400, 4403, 4404, 4409, 4410])('%i is final', async (code) => {
    const socket = connect();
    await settle();
    FakeSocket.last.hello();
    FakeSocket.last.end(code);
    expect(get(socket.connection)).toMatchObject({ phase: 'final', code });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  test.each([1001, 1006, 1011, 1012, 1013, 4408, 4428, 4429, 4440])('%i asks for another try', async (code) => {
    connect();
    await settle();
    FakeSocket.last.hello();
    FakeSocket.last.end(code);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  test('4401 refreshes the token once, then it is final', async () => {
    const token = vi.fn((fresh: boolean) => Promise.resolve(fresh ? 'new' : 'old'));
    const socket = connect({ token });
    await settle();
    FakeSocket.last.end(4401);
    await settle();
    expect(FakeSocket.last.protocols[1]).toBe('bearer.new');
    FakeSocket.last.end(4401);
    expect(get(socket.connection)).toMatchObject({ phase: 'final', code: 4401 });
  });

  test('4401 with nothing to refresh is final', async () => {
    const token = (fresh: boolean): Promise<string | null> => Promise.resolve(fresh ? null : 'old');
    const socket = connect({ token });
    await settle();
    FakeSocket.last.end(4401);
    await settle();
    expect(phase(socket)).toBe('final');
    expect(FakeSocket.all).toHaveLength(1);
  });

  test('a restart is waited for as long as the server says', async () => {
    connect();
    await settle();
    FakeSocket.last.hello();
    FakeSocket.last.say({ type: 'reconnect', after_ms: 7_000 });
    FakeSocket.last.end(1012);
    await vi.advanceTimersByTimeAsync(6_900);
    expect(FakeSocket.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(FakeSocket.all).toHaveLength(2);
  });
});

describe('heartbeat', () => {
  test('is sent at the interval of hello and answers keep the connection', async () => {
    const socket = connect();
    await settle();
    FakeSocket.last.hello({}, { heartbeat_interval: 20 });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(FakeSocket.last.got('heartbeat')).toHaveLength(1);
    FakeSocket.last.say({ type: 'heartbeat_ack', timestamp: null, server_time: 'x' });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(phase(socket)).toBe('online');
  });

  test('a silent peer is left', async () => {
    const socket = connect();
    await settle();
    FakeSocket.last.hello();
    await vi.advanceTimersByTimeAsync(40_000);
    expect(FakeSocket.all[0]?.closedWith).toBe(4408);
    expect(phase(socket)).not.toBe('online');
  });

  test('looking at the phone again probes the connection at once', async () => {
    connect();
    await settle();
    FakeSocket.last.hello();
    document.dispatchEvent(new Event('visibilitychange'));
    expect(FakeSocket.last.got('heartbeat')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(FakeSocket.all[0]?.closedWith).toBe(4408);
  });
});

describe('streams', () => {
  test('events come once and in order, and steps are answered', async () => {
    connect();
    await settle();
    FakeSocket.last.hello(at(3));
    FakeSocket.last.say(step(4));
    FakeSocket.last.say(step(4));
    FakeSocket.last.say({ type: 'position', stream: STREAM, epoch: 'e1', seq: 5, event_id: 'p' });
    FakeSocket.last.say(step(6));
    await settle();
    expect(seen.map((event) => event.seq)).toEqual([4, 6]);
    expect(FakeSocket.last.got('received').map((frame) => frame['seq'])).toEqual([6]);
    expect(FakeSocket.last.got('resume')).toHaveLength(0);
  });

  test('a later step gets a receipt of its own', async () => {
    connect();
    await settle();
    FakeSocket.last.hello(at(3));
    FakeSocket.last.say(step(4));
    await settle();
    FakeSocket.last.say(step(5));
    await settle();
    expect(FakeSocket.last.got('received')).toEqual([
      { type: 'received', stream: STREAM, seq: 4 },
      { type: 'received', stream: STREAM, seq: 5 },
    ]);
  });

  test('after a reconnect exactly the missed events are asked for and delivered', async () => {
    connect();
    await settle();
    FakeSocket.last.hello(at(3));
    FakeSocket.last.say(step(4));
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.hello(at(7));
    expect(FakeSocket.last.got('resume')).toEqual([{ type: 'resume', streams: at(4) }]);
    FakeSocket.last.say(step(5));
    FakeSocket.last.say(step(6));
    FakeSocket.last.say(step(8));
    FakeSocket.last.say(step(7));
    expect(seen).toHaveLength(1);
    FakeSocket.last.say({ type: 'resumed', stream: STREAM, recovered: true, count: 3 });
    expect(seen.map((event) => event.seq)).toEqual([4, 5, 6, 7, 8]);
    expect(seen.map((event) => event.replayed)).toEqual([false, true, true, true, false]);
    await settle();
    expect(FakeSocket.last.got('received').at(-1)).toEqual({ type: 'received', stream: STREAM, seq: 8 });
  });

  test('nothing missed, nothing asked', async () => {
    connect();
    await settle();
    FakeSocket.last.hello(at(3));
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.hello(at(3));
    expect(FakeSocket.last.got('resume')).toHaveLength(0);
  });

  test('what cannot be replayed comes as a snapshot', async () => {
    const onSnapshot = vi.fn();
    connect({ onSnapshot });
    await settle();
    FakeSocket.last.hello(at(3));
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.hello(at(2, 'e2'));
    expect(FakeSocket.last.got('resume')).toHaveLength(1);
    FakeSocket.last.say({ type: 'resumed', stream: STREAM, recovered: false, reason: 'epoch' });
    FakeSocket.last.say(step(3, 'e2'));
    FakeSocket.last.say({
      type: 'snapshot',
      streams: at(2, 'e2'),
      frames: [{ type: 'step_changed', subtask: { id: 2 } }],
    });
    expect(onSnapshot).toHaveBeenCalledOnce();
    expect(seen.map((event) => event.seq)).toEqual([undefined, 3]);
    FakeSocket.last.say(step(4, 'e2'));
    expect(seen.map((event) => event.seq)).toEqual([undefined, 3, 4]);
  });

  test('a hole in a live stream is filled before what follows it is shown', async () => {
    connect();
    await settle();
    FakeSocket.last.hello(at(3));
    FakeSocket.last.say(step(6));
    expect(seen).toHaveLength(0);
    expect(FakeSocket.last.got('resume')).toEqual([{ type: 'resume', streams: at(3) }]);
    FakeSocket.last.say(step(4));
    FakeSocket.last.say(step(5));
    FakeSocket.last.say({ type: 'resumed', stream: STREAM, recovered: true, count: 2 });
    expect(seen.map((event) => event.seq)).toEqual([4, 5, 6]);
  });

  test('a resume that is never answered ends the connection', async () => {
    connect();
    await settle();
    FakeSocket.last.hello(at(3));
    FakeSocket.last.say(step(6));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(FakeSocket.all[0]?.closedWith).toBe(4440);
  });

  test('a long answer to a resume is an answer, what goes on meanwhile is none', async () => {
    connect();
    await settle();
    FakeSocket.last.hello(at(3));
    FakeSocket.last.say(step(9));
    for (const seq of [4, 5, 6]) {
      await vi.advanceTimersByTimeAsync(9_000);
      FakeSocket.last.say(step(seq));
    }
    expect(FakeSocket.all[0]?.closedWith).toBeFalsy();
    await vi.advanceTimersByTimeAsync(9_000);
    FakeSocket.last.say(step(10));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all[0]?.closedWith).toBe(4440);
  });

  test('a hole that stays ends the connection instead of asking for ever', async () => {
    connect();
    await settle();
    FakeSocket.last.hello(at(3));
    FakeSocket.last.say(step(6));
    for (let i = 0; i < 10 && FakeSocket.all.length === 1 && !FakeSocket.last.closedWith; i += 1) {
      FakeSocket.last.say(step(6));
      FakeSocket.last.say({ type: 'resumed', stream: STREAM, recovered: true, count: 0 });
    }
    expect(FakeSocket.all[0]?.closedWith).toBe(4440);
    expect(FakeSocket.all[0]?.got('resume').length).toBeLessThanOrEqual(4);
  });
});

describe('writes', () => {
  const done = (id: number): Write => ({ type: 'progress_update', subtask_id: id, status: 'COMPLETED' });
  const ackOf = (frame: Record<string, unknown>, more = {}) => ({
    type: 'ack',
    client_msg_id: frame['client_msg_id'],
    id: null,
    seq: 9,
    duplicate: false,
    ...more,
  });

  test('go out one at a time, in order, each with its own key', async () => {
    const socket = connect({ outbox: outbox() });
    const first = socket.send(done(1));
    const second = socket.send(done(2));
    await settle();
    FakeSocket.last.hello();
    await settle();
    const [one] = FakeSocket.last.got('progress_update');
    expect(FakeSocket.last.got('progress_update')).toHaveLength(1);
    FakeSocket.last.say(ackOf(one ?? {}, { id: 77 }));
    await expect(first).resolves.toMatchObject({ id: 77, duplicate: false });
    const two = FakeSocket.last.got('progress_update')[1] ?? {};
    expect(two['subtask_id']).toBe(2);
    expect(two['client_msg_id']).not.toBe(one?.['client_msg_id']);
    FakeSocket.last.say(ackOf(two));
    await second;
  });

  test('a write without an answer is sent again with the same key after the reconnect', async () => {
    const box = outbox();
    const socket = connect({ outbox: box });
    await settle();
    FakeSocket.last.hello();
    const answer = socket.send(done(1));
    const first = FakeSocket.last.got('progress_update')[0] ?? {};
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.hello();
    const again = FakeSocket.last.got('progress_update')[0] ?? {};
    expect(again).toEqual(first);
    FakeSocket.last.say(ackOf(again, { duplicate: true }));
    await expect(answer).resolves.toMatchObject({ duplicate: true });
    expect(get(box.items)).toEqual([]);
  });

  test('a refused write is told and does not block the next', async () => {
    const onRefused = vi.fn();
    const socket = connect({ outbox: outbox(), onRefused });
    await settle();
    FakeSocket.last.hello();
    const bad = socket.send(done(1));
    void socket.send(done(2));
    const frame = FakeSocket.last.got('progress_update')[0] ?? {};
    FakeSocket.last.say({
      type: 'error',
      code: 'NOT_ENROLLED',
      message: 'no',
      client_msg_id: frame['client_msg_id'],
    });
    await expect(bad).rejects.toBeInstanceOf(Refused);
    expect(onRefused).toHaveBeenCalledOnce();
    expect(FakeSocket.last.got('progress_update')[1]?.['subtask_id']).toBe(2);
  });

  test('a passing refusal is tried again later with the same key', async () => {
    const socket = connect({ outbox: outbox() });
    await settle();
    FakeSocket.last.hello();
    const answer = socket.send(done(1));
    const first = FakeSocket.last.got('progress_update')[0] ?? {};
    FakeSocket.last.say({ type: 'error', code: 'UNAVAILABLE', message: '', client_msg_id: first['client_msg_id'] });
    expect(FakeSocket.last.got('progress_update')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(FakeSocket.last.got('progress_update')[1]).toEqual(first);
    FakeSocket.last.say(ackOf(first));
    await answer;
  });

  test('a write that always fails is given up, so that the next one gets through', async () => {
    const onRefused = vi.fn();
    const socket = connect({ outbox: outbox(), onRefused });
    await settle();
    FakeSocket.last.hello();
    void socket.send(done(1)).catch(() => undefined);
    void socket.send(done(2)).catch(() => undefined);
    for (let i = 0; i < 8; i += 1) {
      const frame = FakeSocket.last.got('progress_update').at(-1) ?? {};
      if (frame['subtask_id'] === 2) break;
      FakeSocket.last.say({ type: 'error', code: 'INTERNAL_ERROR', message: '', client_msg_id: frame['client_msg_id'] });
      await vi.advanceTimersByTimeAsync(2_000);
    }
    expect(onRefused).toHaveBeenCalledOnce();
    expect(FakeSocket.last.got('progress_update').at(-1)?.['subtask_id']).toBe(2);
  });

  test('what an earlier page left is sent first', async () => {
    const scope = 'left';
    new Outbox(scope).add(done(1));
    await settle();
    const acked = vi.fn();
    const socket = connect({ outbox: new Outbox(scope), onAck: acked });
    void socket.send(done(2));
    await settle();
    FakeSocket.last.hello();
    await settle();
    const [left] = FakeSocket.last.got('progress_update');
    expect(left?.['subtask_id']).toBe(1);
    FakeSocket.last.say(ackOf(left ?? {}));
    expect(acked.mock.calls[0]?.[0]).toMatchObject({ body: { subtask_id: 1 } });
    expect(FakeSocket.last.got('progress_update')[1]?.['subtask_id']).toBe(2);
  });

  test('closing keeps what is unsent and stops everything', async () => {
    const box = outbox();
    const socket = connect({ outbox: box });
    void socket.send(done(1));
    socket.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all.length).toBeLessThanOrEqual(1);
    expect(get(box.items)).toHaveLength(1);
    expect(phase(socket)).toBe('closed');
  });
});
