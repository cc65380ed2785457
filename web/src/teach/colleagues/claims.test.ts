import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { get } from 'svelte/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forget, remember } from '../../account';
import type { Helped, LoginBody, PendingRequest } from '../../api.gen';
import { FakeSocket, installFakeSocket, settle } from '../../testing/fakeSocket';
import { FakeServer, Refusal } from '../../testing/fakeServer';
import { helpOf, lecture, runningClass } from '../../testing/lessons';
import { toasts } from '../../ui/toast';
import { LectureBoard } from '../dashboard/board.svelte';
import HelpQueue from '../dashboard/HelpQueue.svelte';
import { LiveClass } from '../live.svelte';
import LiveQueue from '../LiveQueue.svelte';
import { Notices, notices } from '../notices.svelte';
import ClaimButton from './ClaimButton.svelte';
import ClaimedBy from './ClaimedBy.svelte';
import ColleaguesDialog from './ColleaguesDialog.svelte';
import LeaveRole from './LeaveRole.svelte';

const CLAIM = '/api/help/request/9/claim';
let server: FakeServer;
const changed = vi.fn();

const claimedBy = (id: number | null, name = '이강사'): PendingRequest => ({
  ...helpOf(9, 2, '김영희'),
  claimed_by: id === null ? null : { id, name },
});
const button = (name: RegExp): HTMLElement => screen.getByRole('button', { name });

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
    this.open = false;
  };
  installFakeSocket();
  server = new FakeServer();
  const user = { id: 1, email: null, name: '박강사', nickname: '', role: 'INSTRUCTOR', digital_level: '', is_guest: false };
  remember({ access_token: 'a', refresh_token: 'r', user } as LoginBody);
  changed.mockReset();
});

afterEach(() => {
  cleanup();
  forget();
  toasts.set([]);
});

describe('who goes to help', () => {
  it('takes a request, and the queue is read again', async () => {
    server.on('POST', CLAIM, { help_request_id: 9, claimed_by: { id: 1, name: '박강사' }, claimed_at: 'x' });
    render(ClaimButton, { request: claimedBy(null), changed });
    await fireEvent.click(button(/^내가 갈게요/));
    await waitFor(() => expect(changed).toHaveBeenCalledOnce());
    expect(server.got('POST', CLAIM)).toHaveLength(1);
  });

  it('says who was faster, and shows the queue as it is', async () => {
    server.on('POST', CLAIM, new Refusal(409, 'ALREADY_CLAIMED', { user_id: 3, name: '이강사' }));
    render(ClaimButton, { request: claimedBy(null), changed });
    await fireEvent.click(button(/^내가 갈게요/));
    await waitFor(() => expect(get(toasts).map(({ text }) => text)).toEqual(['이강사 님이 먼저 맡았어요.']));
    expect(changed).toHaveBeenCalledOnce();
  });

  it('gives back what is the caller’s own, and who leads what is another’s', async () => {
    server.on('DELETE', CLAIM, { help_request_id: 9, claimed_by: null, claimed_at: null });
    render(ClaimButton, { request: claimedBy(1), changed });
    await fireEvent.click(button(/^다른 분께 맡기기/));
    await waitFor(() => expect(server.got('DELETE', CLAIM)).toHaveLength(1));
    cleanup();
    const { rerender } = render(ClaimButton, { request: claimedBy(3), changed });
    expect(screen.queryByRole('button')).toBeNull();
    await rerender({ request: claimedBy(3), leads: true, changed });
    await fireEvent.click(button(/^다른 분이 가게 하기/));
    await waitFor(() => expect(server.got('DELETE', CLAIM)).toHaveLength(2));
  });

  it('is said by name, and nothing while nobody goes', async () => {
    const { container, rerender } = render(ClaimedBy, { request: claimedBy(null) });
    expect(container.textContent?.trim()).toBe('');
    await rerender({ request: claimedBy(3) });
    expect(container.textContent).toContain('이강사 님이 가고 있어요');
    await rerender({ request: claimedBy(1) });
    expect(container.textContent).toContain('내가 가고 있어요');
  });
});

describe('the queues', () => {
  const frame = { type: 'help_claimed', lecture_id: 7, session_id: 5, request_id: 9, user_id: 2, subtask_id: 1 };

  /** As the instructor's own socket (W9) tells it. */
  const hear = (more: object = {}): void =>
    (notices as unknown as { hear: (frame: object) => void }).hear({ ...frame, claimed_by: { id: 3, name: '이강사' }, ...more });

  it('of a class show it as soon as it is told, and let the instructor take it', async () => {
    runningClass(server);
    let open = [claimedBy(null)];
    server.on('GET', '/api/dashboard/help-requests/pending', () => ({ pending_requests: open, groups: [], count: open.length }));
    const live = new LiveClass('5');
    render(LiveQueue, { live, open: () => undefined });
    await screen.findByRole('button', { name: /^내가 갈게요/ });
    open = [claimedBy(3)];
    hear();
    await screen.findByText('이강사 님이 가고 있어요');
    expect(screen.queryByRole('button', { name: /^내가 갈게요/ })).toBeNull();
    open = [claimedBy(null)];
    hear({ session_id: 6 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(screen.getByText('이강사 님이 가고 있어요'), 'another class').toBeTruthy();
    live.close();
  });

  it('of a lecture show it, too', async () => {
    let open = [claimedBy(null)];
    server.on('GET', '/api/dashboard/help-requests/pending', () => ({ pending_requests: open, groups: [], count: open.length }));
    server.on('GET', '/api/lectures/7', lecture());
    const board = new LectureBoard(7);
    await waitFor(() => expect(server.got('GET', '/api/dashboard/help-requests/pending')).toHaveLength(1));
    open = [claimedBy(3)];
    hear({ lecture_id: 8 });
    hear();
    await waitFor(() => expect(board.queue[0]?.claimed_by?.name).toBe('이강사'));
    expect(server.got('GET', '/api/dashboard/help-requests/pending')).toHaveLength(2);
    board.close();

    const none = async (): Promise<void> => undefined;
    render(HelpQueue, { rows: board.queue, groups: [], total: 1, answer: none, finish: none, changed });
    expect(screen.getByText('이강사 님이 가고 있어요')).toBeTruthy();
    expect(button(/^다른 분이 가게 하기/)).toBeTruthy();
  });

  it('hear of it over the instructor’s own socket', async () => {
    server.on('GET', '/api/notifications', { notifications: [], unread_count: 0, pagination: { total_pages: 1 } });
    const own = new Notices();
    const heard = vi.fn();
    own.onHelp(heard);
    const hide = own.show();
    await settle();
    FakeSocket.last.hello({ 'user:1': { epoch: 'e', seq: 0 } });
    FakeSocket.last.say({ ...frame, claimed_by: null, stream: 'user:1', epoch: 'e', seq: 1 });
    await waitFor(() => expect(heard).toHaveBeenCalledOnce());
    hide();
  });
});

describe('leaving by oneself', () => {
  const mine = (id: number, sessionId: number | null, lectureId = 7): Helped['roles'][number] => ({
    id,
    role: 'co_instructor',
    lecture: { id: lectureId, title: '카카오톡 기초' },
    session_id: sessionId,
    owner: { id: 4, name: '최강사' },
  });
  const roles = (...rows: Helped['roles']): FakeServer => server.on('GET', '/api/colleagues/me', { classes: [], roles: rows });

  it('ends the role that opens this class, once it was asked', async () => {
    roles(mine(1, 6), mine(2, 5), mine(3, null, 8)).on('DELETE', '/api/lectures/7/colleagues/2', null);
    render(LeaveRole, { lectureId: 7, sessionId: 5, to: '#left' });
    await fireEvent.click(await screen.findByRole('button', { name: '그만하기' }));
    expect(server.asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
    await fireEvent.click((await screen.findAllByRole('button', { name: '그만하기' })).at(-1) as HTMLElement);
    await waitFor(() => expect(server.got('DELETE', '/api/lectures/7/colleagues/2')).toHaveLength(1));
    await waitFor(() => expect(location.hash).toBe('#left'));
    history.replaceState(null, '', '/');
  });

  it('is nothing for who is no colleague there', async () => {
    roles(mine(1, 6));
    const { container } = render(LeaveRole, { lectureId: 7, sessionId: 5, to: '/teach' });
    await waitFor(() => expect(server.got('GET', '/api/colleagues/me')).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(container.textContent?.trim()).toBe('');
  });

  it('is in the dialog also for who may not see the others', async () => {
    roles(mine(2, 5)).on('GET', '/api/lectures/7/colleagues', new Refusal(403, 'FORBIDDEN'));
    render(ColleaguesDialog, { open: true, lectureId: 7, lectureTitle: '카카오톡 기초', sessionId: 5 });
    await screen.findByRole('button', { name: '그만하기' });
    expect(screen.getByText('이 수업만')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is not in the owner’s dialog', async () => {
    roles().on('GET', '/api/lectures/7/colleagues', { owner: { id: 1, name: '박강사' }, colleagues: [], invitations: [] });
    render(ColleaguesDialog, { open: true, lectureId: 7, lectureTitle: '카카오톡 기초', sessionId: 5 });
    await screen.findByRole('button', { name: '초대 링크 만들기' });
    expect(screen.queryByRole('button', { name: '그만하기' })).toBeNull();
    expect(server.got('GET', '/api/colleagues/me')).toEqual([]);
  });
});
