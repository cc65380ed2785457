import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountApi } from '../api';
import { ChatRoom } from './room.svelte';
import { FakeSocket, installFakeSocket, settle } from '../testing/fakeSocket';
import { FakeServer, Refusal } from '../testing/fakeServer';

const ME = 1;
const KIM = 2;
const ROOM = '/api/v1/chat/rooms/7';
const PLACE = { stream: 'room:7', epoch: 'e' };

let server: FakeServer;
let room: ChatRoom;
let stored: object[];

function message(id: number, by: number, text: string): object {
  const at = `2026-11-21T01:00:${String(id).padStart(2, '0')}Z`;
  const user = { id: by, email: null, name: by === ME ? '나' : '김' };
  return {
    id,
    chat_room_id: 7,
    user_id: by,
    message: text,
    message_type: 'text',
    file_url: null,
    is_read: false,
    created_at: at,
    updated_at: at,
    user,
  };
}

function member(user_id: number, unread_count = 0): object {
  return {
    id: user_id,
    chat_room_id: 7,
    user_id,
    role: 'member',
    joined_at: '2026-11-21T00:00:00Z',
    last_read_at: null,
    unread_count,
    created_at: '2026-11-21T00:00:00Z',
    user: { id: user_id, email: null, name: user_id === ME ? '나' : '김' },
    status: 'online',
  };
}

const info = { id: 7, name: '방', role: 'member', session_id: 5, teacher_only: false, read_only: false, unread_count: 0 };
const frame = (seq: number, type: string, user_id: number, data: object): object => ({
  ...{ type, room_id: 7, user_id, data, ...PLACE, seq, event_id: `${seq}` },
});
const said = (seq: number, id: number, by: number, text: string): Record<string, unknown> =>
  frame(seq, 'message', by, message(id, by, text)) as Record<string, unknown>;
const read = (seq: number, by: number): Record<string, unknown> =>
  frame(seq, 'read', by, { user_id: by, last_read_at: '2026-11-21T01:00:00Z' }) as Record<string, unknown>;

const texts = (): string[] => room.messages.map((one) => one.message);
const unreadBy = (index: number): number[] => {
  const one = room.messages.at(index);
  return one ? room.unreadBy(one) : [];
};
const soon = (ms = 30): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function open(seq = 0): Promise<void> {
  room = new ChatRoom({ api: accountApi, roomId: 7, userId: ME });
  await settle();
  FakeSocket.last.hello({ 'room:7': { epoch: 'e', seq } });
  await soon();
}

beforeEach(() => {
  installFakeSocket();
  localStorage.clear();
  stored = [];
  server = new FakeServer();
  server
    .on('GET', ROOM, { data: info })
    .on('GET', `${ROOM}/messages`, () => ({
      data: { messages: [...stored].reverse(), total: stored.length, limit: 50, offset: 0 },
    }))
    .on('GET', `${ROOM}/members`, { data: { members: [member(ME), member(KIM)], total: 2 } })
    .on('POST', `${ROOM}/read`, { success: true });
});

afterEach(() => room.close());

describe('what is said', () => {
  it('is shown once, whether the answer or the socket is quicker', async () => {
    await open();
    let answer: (() => void) | undefined;
    server.on('POST', `${ROOM}/messages`, () => ({ data: message(11, ME, '안녕하세요') }));
    const real = globalThis.fetch;
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
      if (init.method === 'POST') await new Promise<void>((resolve) => (answer = resolve));
      return real(path, init);
    });
    room.say('안녕하세요');
    await soon();
    FakeSocket.last.say(said(1, 11, ME, '안녕하세요'));
    expect([texts(), room.pending.length]).toEqual([[], 1]);
    answer?.();
    await soon();
    expect([texts(), room.pending.length]).toEqual([['안녕하세요'], 0]);

    vi.stubGlobal('fetch', real);
    server.on('POST', `${ROOM}/messages`, { data: message(13, ME, '둘') });
    room.say('둘');
    await soon();
    FakeSocket.last.say(said(2, 12, KIM, '하나'));
    FakeSocket.last.say(said(3, 13, ME, '둘'));
    expect(texts()).toEqual(['안녕하세요', '하나', '둘']);
    expect(room.messages.map((one) => one.number)).toEqual([1, 2, 3]);
  });

  it('waits, under the same key, until the server takes it', async () => {
    await open();
    const keys: string[] = [];
    const real = globalThis.fetch;
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
      if (init.method === 'POST') keys.push((init.headers as Record<string, string>)['Idempotency-Key'] ?? '');
      return real(path, init);
    });
    server.on('POST', `${ROOM}/messages`, new Refusal(503, 'UNAVAILABLE'));
    room.say('기다리는 글');
    await soon();
    expect(room.pending.map(({ state }) => state.kind)).toEqual(['waiting']);
    server.on('POST', `${ROOM}/messages`, { data: message(11, ME, '기다리는 글') });
    window.dispatchEvent(new Event('online'));
    await soon();
    expect([texts(), room.pending]).toEqual([['기다리는 글'], []]);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(2);
  });

  it('that the server refuses stays, does not block the next one, and can be put away', async () => {
    await open();
    server.on('POST', `${ROOM}/messages`, ({ body }) =>
      (body as { message: string }).message === '나쁜 글' ? new Refusal(400, 'INVALID_REQUEST') : { data: message(11, ME, '좋은 글') },
    );
    room.say('나쁜 글');
    room.say('좋은 글');
    await soon();
    expect(texts()).toEqual(['좋은 글']);
    expect(room.pending.map(({ state }) => state)).toEqual([{ kind: 'failed', code: 'INVALID_REQUEST', most: null }]);
    room.discard(room.pending[0]?.item.id ?? '');
    expect(room.pending).toEqual([]);
  });
});

describe('who has read', () => {
  it('follows the reads in the order of the stream', async () => {
    stored = [message(1, ME, '하나')];
    server.on('GET', `${ROOM}/members`, { data: { members: [member(ME), member(KIM, 1)], total: 2 } });
    await open(1);
    expect(unreadBy(0)).toEqual([KIM]);
    FakeSocket.last.say(read(2, KIM));
    FakeSocket.last.say(said(3, 2, ME, '둘'));
    expect([unreadBy(0), unreadBy(1)]).toEqual([[], [KIM]]);
  });

  it('does not take a read for one of what came after it, while the state was on its way', async () => {
    room = new ChatRoom({ api: accountApi, roomId: 7, userId: ME });
    await settle();
    stored = [message(1, ME, '하나'), message(2, ME, '둘')];
    server.on('GET', `${ROOM}/members`, { data: { members: [member(ME), member(KIM, 2)], total: 2 } });
    FakeSocket.last.hello({ 'room:7': { epoch: 'e', seq: 1 } });
    // The history has the second message already.
    FakeSocket.last.say(read(2, KIM));
    FakeSocket.last.say(said(3, 2, ME, '둘'));
    await soon();
    expect(texts()).toEqual(['하나', '둘']);
    expect([unreadBy(0), unreadBy(1)]).toEqual([[], [KIM]]);
  });

  it('is told once for what comes together, and only while somebody looks', async () => {
    await open();
    FakeSocket.last.say(said(1, 1, KIM, '하나'));
    await soon(700);
    expect(room.unread).toBe(1);
    expect(server.got('POST', `${ROOM}/read`)).toEqual([]);
    room.look(true);
    FakeSocket.last.say(said(2, 2, KIM, '둘'));
    await soon(700);
    expect(server.got('POST', `${ROOM}/read`)).toHaveLength(1);
    expect(room.unread).toBe(0);
  });
});

describe('the room', () => {
  it('is only counted from outside, and read when somebody enters', async () => {
    stored = [message(1, KIM, '하나')];
    server
      .on('GET', ROOM, { data: { ...info, unread_count: 1 } })
      .on('GET', `${ROOM}/members`, { data: { members: [member(ME, 2), member(KIM)], total: 2 } });
    room = new ChatRoom({ api: accountApi, roomId: 7, userId: ME, outside: true });
    await settle();
    FakeSocket.last.hello({ 'room:7': { epoch: 'e', seq: 1 } });
    await soon();
    FakeSocket.last.say(said(2, 2, KIM, '둘'));
    expect(room.unread).toBe(2);
    expect(server.got('GET', `${ROOM}/members`)).toEqual([]);
    stored = [...stored, message(2, KIM, '둘')];
    room.enter();
    FakeSocket.last.say(said(3, 3, KIM, '셋'));
    await soon();
    expect([room.phase, room.unread, texts()]).toEqual(['ready', 3, ['하나', '둘', '셋']]);
  });

  it('closes calmly for who is removed', async () => {
    await open();
    FakeSocket.last.say(frame(1, 'member_leave', ME, { user_id: ME }) as Record<string, unknown>);
    FakeSocket.last.end(4403);
    expect(room.phase).toBe('gone');
  });

  it('says that it is over, and that it does not exist', async () => {
    await open();
    FakeSocket.last.end(4410);
    expect(room.phase).toBe('over');
    room.close();
    server.on('GET', `${ROOM}/messages`, new Refusal(404, 'NOT_FOUND'));
    await open();
    expect(room.phase).toBe('gone');
  });

  it('asks who may write when the server refuses a message', async () => {
    await open();
    server
      .on('POST', `${ROOM}/messages`, new Refusal(403, 'ROOM_READ_ONLY'))
      .on('GET', ROOM, { data: { ...info, teacher_only: true } });
    room.say('제가 쓸게요');
    await soon();
    expect(room.mayWrite).toBe(false);
    expect(room.pending.map(({ state }) => state.kind)).toEqual(['failed']);
  });

  it('puts older messages before the others, with their numbers', async () => {
    stored = [message(3, KIM, '셋')];
    server.on('GET', `${ROOM}/messages`, () => ({ data: { messages: stored, total: 3, limit: 50, offset: 0 } }));
    await open();
    expect(room.older).toBe('more');
    stored = [message(2, KIM, '둘'), message(1, KIM, '하나')];
    await room.loadOlder();
    expect(room.messages.map((one) => [one.number, one.message])).toEqual([
      [1, '하나'],
      [2, '둘'],
      [3, '셋'],
    ]);
    expect(room.older).toBe('none');
  });

  it('shows older messages that came while it was read afresh', async () => {
    stored = [message(3, KIM, '셋')];
    server.on('GET', `${ROOM}/messages`, () => ({ data: { messages: stored, total: 3, limit: 50, offset: 0 } }));
    await open();
    let answer: (() => void) | undefined;
    const real = globalThis.fetch;
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
      if (!path.includes('before=')) return real(path, init);
      await new Promise<void>((resolve) => (answer = resolve));
      stored = [message(2, KIM, '둘'), message(1, KIM, '하나')];
      return real(path, init);
    });
    const loading = room.loadOlder();
    await room.load();
    answer?.();
    await loading;
    expect([texts(), room.older]).toEqual([['하나', '둘', '셋'], 'none']);
  });

  it('is read afresh when what was missed is gone', async () => {
    await open();
    stored = [message(1, KIM, '하나'), message(2, KIM, '둘')];
    FakeSocket.last.say({ type: 'snapshot', streams: { 'room:7': { epoch: 'f', seq: 9 } }, frames: [said(9, 2, KIM, '둘')] });
    await soon();
    expect(texts()).toEqual(['하나', '둘']);
    FakeSocket.last.say({ ...said(10, 3, KIM, '셋'), epoch: 'f' });
    expect(room.messages.map((one) => one.number)).toEqual([1, 2, 3]);
  });
});
