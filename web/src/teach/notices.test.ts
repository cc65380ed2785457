/** The instructor's notifications: one list and one number, from an answer and from a socket that overtake each other. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NotificationList, NotificationRow } from '../api.gen';
import { FakeSocket, installFakeSocket, settle } from '../testing/fakeSocket';
import { FakeServer } from '../testing/fakeServer';
import { Notices } from './notices.svelte';

const AT = '2026-11-21T01:00:00Z';

const row = (id: number, more: Partial<NotificationRow> = {}): NotificationRow => ({
  id,
  type: 'HELP_REQUEST',
  title: '도움 요청',
  message: '김영희님이 도움을 요청했습니다',
  related_user: { id: 1, name: '김영희' },
  data: { session_id: 5 },
  is_read: false,
  read_at: null,
  created_at: AT,
  ...more,
});

let server: FakeServer;
/** What the server has, newest first. */
let stored: NotificationRow[];
let notices: Notices;
let hide: () => void;

const list = (): NotificationList => ({
  notifications: stored,
  results: stored,
  count: stored.length,
  pagination: { page: 1, page_size: 20, total_count: stored.length, total_pages: 1 },
  unread_count: stored.filter((one) => !one.is_read).length,
});
const reads = (): number => server.got('GET', '/api/notifications').length;
const tell = (made: NotificationRow): void => FakeSocket.last.say({ type: 'notification', notification: made });
const ids = (): number[] | undefined => notices.rows?.map(({ id }) => id);

beforeEach(async () => {
  vi.useFakeTimers();
  installFakeSocket();
  stored = [row(1, { is_read: true, read_at: AT })];
  server = new FakeServer().on('GET', '/api/notifications', list);
  notices = new Notices();
  hide = notices.show();
  await settle();
});

afterEach(async () => {
  hide();
  await vi.advanceTimersByTimeAsync(3_000);
  vi.useRealTimers();
});

describe('what came before the socket was up', () => {
  it('is shown once the socket is', async () => {
    expect(notices.unread).toBe(0);
    stored = [row(2), ...stored];
    FakeSocket.last.hello({});
    await settle();
    expect(ids()).toEqual([2, 1]);
    expect(notices.unread).toBe(1);
  });

  it('is asked for after each time without a connection', async () => {
    FakeSocket.last.hello({});
    await settle();
    const before = reads();
    FakeSocket.last.end(1006);
    stored = [row(2), ...stored];
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.hello({});
    await settle();
    expect(reads()).toBe(before + 1);
    expect(notices.unread).toBe(1);
  });
});

describe('an answer that was on its way when a notification came', () => {
  let answer: (body: NotificationList) => void;

  beforeEach(() => {
    server.on('GET', '/api/notifications', () => new Promise((resolve) => (answer = resolve)));
    FakeSocket.last.hello({});
  });

  it('does not hide it', async () => {
    await settle();
    tell(row(2));
    answer(list());
    await settle();
    expect(ids()).toEqual([2, 1]);
    expect(notices.unread).toBe(1);
  });

  it('does not count it twice', async () => {
    await settle();
    tell(row(2));
    stored = [row(2), ...stored];
    answer(list());
    await settle();
    expect(ids()).toEqual([2, 1]);
    expect(notices.unread).toBe(1);
  });

  it('leaves the count alone when it brings older ones', async () => {
    answer(list());
    await settle();
    void notices.loadMore();
    await settle();
    const older = list();
    tell(row(2));
    answer(older);
    await settle();
    expect(notices.unread).toBe(1);
  });

  it('is thrown away when its reader has gone', async () => {
    await settle();
    hide();
    await vi.advanceTimersByTimeAsync(3_000);
    answer(list());
    await settle();
    expect(notices.rows).toBeNull();
  });
});
