import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { get } from 'svelte/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forget, remember } from '../account';
import type { LoginBody } from '../api.gen';
import { path } from '../router';
import { toasts } from '../ui/toast';
import { FakeSocket, installFakeSocket } from '../testing/fakeSocket';
import { FakeServer, Refusal } from '../testing/fakeServer';
import { helpOf, lecture, runningClass } from '../testing/lessons';
import EditorView from './EditorView.svelte';
import LecturesView from './LecturesView.svelte';
import LiveView from './LiveView.svelte';
import ProjectorView from './ProjectorView.svelte';
import { shortcutsOn } from './shortcuts';
import SummaryView from './SummaryView.svelte';

let server: FakeServer;

/** jsdom has no modal dialogs. */
function installDialogs(): void {
  HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
    this.open = false;
    this.dispatchEvent(new Event('close'));
  };
}

async function findings(): Promise<string[]> {
  // Colours need a real browser; the page's language is set by its shell.
  const rules = { 'color-contrast': { enabled: false }, 'html-has-lang': { enabled: false } };
  const { violations } = await axe.run(document, { rules });
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

function signIn(id: number): void {
  const user = { id, email: null, name: '강사', nickname: '', role: 'INSTRUCTOR', digital_level: '', is_guest: false };
  remember({ access_token: 'a', refresh_token: 'r', user } as LoginBody);
}

const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });
const press = (key: string): Promise<boolean> => fireEvent.keyDown(document.body, { key });

function row(more: object = {}): object {
  return { ...lecture(), total_subtasks: 3, created_at: '2026-11-21T00:00:00Z', ...more };
}

const listOf = (rows: object[]): object => ({
  lectures: rows,
  pagination: { page: 1, page_size: 20, total_count: rows.length, total_pages: 1 },
});

beforeEach(() => {
  installDialogs();
  installFakeSocket();
  server = new FakeServer();
});

afterEach(() => {
  cleanup();
  shortcutsOn.set(true);
  toasts.set([]);
});

describe('the list of lectures', () => {
  it('teaches what a lecture is when there is none, and makes one', async () => {
    server.on('GET', '/api/lectures', listOf([])).on('POST', '/api/lectures', row({ id: 9 }));
    render(LecturesView);
    await screen.findByText('아직 강의가 없어요');
    expect(await findings()).toEqual([]);
    await fireEvent.click(button('강의 만들기'));
    const dialog = within(await screen.findByRole('dialog'));
    await fireEvent.input(dialog.getByLabelText('강의 이름'), { target: { value: ' 지하철 앱 ' } });
    await fireEvent.click(dialog.getByRole('button', { name: '강의 만들기' }));
    await waitFor(() => expect(get(path)).toBe('/teach/lectures/9'));
    expect(server.got('POST', '/api/lectures')[0]?.body).toEqual({ title: '지하철 앱', description: '' });
  });

  it('brings back to a class that is open', async () => {
    const session = { session_id: 5, session_code: 'ABC234', title: '오전반', status: 'PAUSED', created_at: '2026-11-21T00:00:00Z' };
    server.on('GET', '/api/lectures', listOf([row()])).on('GET', '/api/lectures/7/sessions', { sessions: [session] });
    render(LecturesView);
    const link = await screen.findByRole('link', { name: '수업으로 가기' });
    expect(link.getAttribute('href')).toBe('/teach/sessions/5');
    expect(await findings()).toEqual([]);
  });

  it('asks before deleting, and says why it cannot be done', async () => {
    server
      .on('GET', '/api/lectures', listOf([row()]))
      .on('GET', '/api/lectures/7/sessions', { sessions: [] })
      .on('DELETE', '/api/lectures/7', new Refusal(409, 'IN_USE'));
    render(LecturesView);
    await fireEvent.click(await screen.findByRole('button', { name: /지우기/ }));
    expect(server.got('DELETE', '/api/lectures/7')).toEqual([]);
    const dialog = within(await screen.findByRole('dialog'));
    await fireEvent.click(dialog.getByRole('button', { name: '지우기' }));
    expect((await dialog.findByRole('alert')).textContent).toContain('지금 수업에서 쓰고 있어요');
    expect(screen.getByRole('heading', { name: '카카오톡 기초' })).toBeTruthy();
  });

  it('does not open a class without steps', async () => {
    server.on('GET', '/api/lectures', listOf([row({ total_subtasks: 0 })])).on('GET', '/api/lectures/7/sessions', { sessions: [] });
    render(LecturesView);
    expect((await screen.findByRole<HTMLButtonElement>('button', { name: '수업 열기' })).disabled).toBe(true);
  });

  it('offers to try again when it cannot be read', async () => {
    server.on('GET', '/api/lectures', new Refusal(503, 'UNAVAILABLE'));
    render(LecturesView);
    await screen.findByRole('alert');
    server.on('GET', '/api/lectures', listOf([]));
    await fireEvent.click(button('다시 불러오기'));
    expect(await screen.findByText('아직 강의가 없어요')).toBeTruthy();
  });
});

describe('the editor', () => {
  beforeEach(() => {
    server.on('GET', '/api/lectures/7', lecture()).on('PUT', '/api/lectures/7/order', {});
    signIn(1);
  });
  afterEach(forget);

  it('shows the chosen step as the phone does while it is typed', async () => {
    server.on('PATCH', '/api/subtasks/2', {});
    render(EditorView, { id: '7' });
    await fireEvent.click(await screen.findByRole('button', { name: /친구 고르기/, pressed: false }));
    await fireEvent.input(screen.getByLabelText('단계 이름'), { target: { value: '친구 찾기' } });
    await fireEvent.click(screen.getByRole('tab', { name: '미리 보기' }));
    expect(screen.getByRole('heading', { name: '친구 찾기', level: 3 })).toBeTruthy();
    expect(screen.getByText('2 / 3')).toBeTruthy();
    expect(await findings()).toEqual([]);
  });

  it('moves a step with Alt and an arrow, keeps the focus on it and tells where it is', async () => {
    Element.prototype.scrollIntoView = vi.fn();
    render(EditorView, { id: '7' });
    const step = await screen.findByRole('button', { name: /친구 고르기/, pressed: false });
    await fireEvent.keyDown(step, { key: 'ArrowDown', altKey: true });
    await waitFor(() => expect(document.activeElement?.textContent).toContain('친구 고르기'));
    expect(await screen.findByText('‘친구 고르기’ 단계를 보내기의 1번째로 옮겼어요.')).toBeTruthy();
    await waitFor(() => expect(server.got('PUT', '/api/lectures/7/order')).toHaveLength(1), { timeout: 3000 });
    expect(await findings()).toEqual([]);
  });

  it('says why no class can be opened of a lecture without steps', async () => {
    server.on('GET', '/api/lectures/7', { ...lecture(), tasks: [] });
    render(EditorView, { id: '7' });
    const open = (await screen.findByRole('button', { name: '수업 열기' })) as HTMLButtonElement;
    expect(open.disabled).toBe(true);
    expect(document.getElementById(open.getAttribute('aria-describedby') ?? '')?.textContent).toContain('단계가 없어서');
  });

  it('lets who teaches it beside its owner change it', async () => {
    signIn(2);
    server.on('GET', '/api/lectures/7/sessions', { sessions: [] });
    render(EditorView, { id: '7' });
    expect(await screen.findByRole('button', { name: '과제 더하기' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: '내 강의로 복사하기' })).toBeNull();
  });

  it('shows the lecture of another teacher to look at only, and copies it', async () => {
    signIn(2);
    server.on('GET', '/api/lectures/7/sessions', new Refusal(403, 'FORBIDDEN'));
    server.on('POST', '/api/lectures/7/duplicate', { ...lecture(), id: 9, title: '카카오톡 기초 (사본)' });
    render(EditorView, { id: '7' });
    await screen.findByText(/박강사 선생님의 강의예요/);
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.queryByRole('button', { name: /더하기|지우기|위로|아래로|수업 열기/ })).toBeNull();
    expect(await findings()).toEqual([]);
    await fireEvent.click(button('내 강의로 복사하기'));
    await waitFor(() => expect(get(path)).toBe('/teach/lectures/9'));
  });
});

describe('the live page', () => {
  beforeEach(() => {
    Element.prototype.scrollIntoView = vi.fn();
    runningClass(server);
    server.on('GET', '/api/progress/users/1/lectures/7', { progress: [] });
  });

  async function open(): Promise<void> {
    render(LiveView, { id: '5' });
    await screen.findByRole('button', { name: '다음 단계' });
    await waitFor(() => expect(FakeSocket.all).toHaveLength(1));
    FakeSocket.last.hello();
  }

  it('goes on with the arrow and pauses with the space bar', async () => {
    await open();
    await press('ArrowRight');
    await screen.findByRole('heading', { name: '친구 고르기' });
    await waitFor(() => expect(button('다음 단계').getAttribute('aria-busy')).toBeNull());
    await press(' ');
    expect(await screen.findByRole('button', { name: '다시 시작' })).toBeTruthy();
    expect(await findings()).toEqual([]);
  });

  it('leaves the keys alone when they are switched off', async () => {
    await open();
    shortcutsOn.set(false);
    await press('ArrowRight');
    expect(server.got('POST', '/api/sessions/5/next-step')).toEqual([]);
  });

  it('sends what was typed with the next step, and keeps it when that fails', async () => {
    server.on('POST', '/api/sessions/5/next-step', new Refusal(503, 'UNAVAILABLE'));
    await open();
    const field = screen.getByLabelText<HTMLInputElement>('모두에게 한마디');
    await fireEvent.input(field, { target: { value: '잘하셨어요' } });
    await fireEvent.click(button('다음 단계'));
    await waitFor(() => expect(server.got('POST', '/api/sessions/5/next-step')).toHaveLength(1));
    expect(field.value).toBe('잘하셨어요');
    await waitFor(() => expect(button('다음 단계').getAttribute('aria-busy')).toBeNull());
    server.on('POST', '/api/sessions/5/next-step', {});
    await fireEvent.click(button('다음 단계'));
    await waitFor(() => expect(field.value).toBe(''));
  });

  it('opens the first request with H and answers it', async () => {
    server
      .on('GET', '/api/dashboard/help-requests/pending', { pending_requests: [helpOf(11, 1, '김')], groups: [] })
      .on('POST', '/api/help/request/11/answer', {});
    await open();
    await press('h');
    const dialog = within(await screen.findByRole('dialog', { name: '김 님의 도움 요청' }));
    expect(document.activeElement).toBe(dialog.getByLabelText('답'));
    await fireEvent.click(dialog.getByRole('button', { name: '답 보내기' }));
    expect(dialog.getByRole('alert').textContent).toBe('답을 쓰세요.');
    await fireEvent.click(dialog.getByRole('button', { name: '안내 글 넣기' }));
    await fireEvent.click(dialog.getByRole('button', { name: '답 보내기' }));
    await waitFor(() => expect(server.got('POST', '/api/help/request/11/answer')).toHaveLength(1));
    expect(server.got('POST', '/api/help/request/11/answer')[0]?.body).toMatchObject({ help_content: '앱 열기 안내' });
  });

  it('ends only after one question, and goes to the results', async () => {
    server.on('POST', '/api/sessions/5/end', {});
    await open();
    await fireEvent.click(button('수업 끝내기'));
    expect(server.got('POST', '/api/sessions/5/end')).toEqual([]);
    const dialog = within(await screen.findByRole('dialog', { name: '수업을 끝낼까요?' }));
    await fireEvent.click(dialog.getByRole('button', { name: '끝내기' }));
    await waitFor(() => expect(get(path)).toBe('/teach/sessions/5/summary'));
  });

  it('undoes a jump', async () => {
    await open();
    await fireEvent.click(screen.getByRole('tab', { name: '단계' }));
    await fireEvent.click(button(/여기로: 글 쓰기/));
    await waitFor(() => expect(server.got('POST', '/api/sessions/5/next-step')).toHaveLength(1));
    expect(await findings()).toEqual([]);
    await waitFor(() => expect(get(toasts)).toHaveLength(1));
    get(toasts)[0]?.action?.run();
    await waitFor(() => expect(server.got('POST', '/api/sessions/5/next-step')).toHaveLength(2));
    const steps = server.got('POST', '/api/sessions/5/next-step').map(({ body }) => body);
    expect(steps).toEqual([{ next_subtask_id: 3 }, { next_subtask_id: 1 }]);
  });

  it('says so while the connection is lost', async () => {
    await open();
    FakeSocket.last.end(1006);
    expect(await screen.findByText(/서버와 연결이 끊겼어요/)).toBeTruthy();
  });

  it('says what is wrong for a class that is not there', async () => {
    render(LiveView, { id: '6' });
    expect((await screen.findByRole('alert')).textContent).toContain('찾을 수 없어요');
  });
});

describe('the projector', () => {
  it('shows names only when asked, in an order that tells nobody who is slow', async () => {
    runningClass(server);
    server.on('GET', '/api/lectures/7/sessions', { sessions: [{ session_id: 5, join_url: 'http://192.0.2.7:8000/join/ABC234' }] });
    render(ProjectorView, { id: '5' });
    await screen.findByRole('heading', { name: '앱 열기' });
    expect(screen.queryByText('김')).toBeNull();
    await fireEvent.click(screen.getByLabelText('이름 보이기'));
    expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual(['김', '이']);
    expect(await findings()).toEqual([]);
  });
});

describe('the summary', () => {
  const step = (position: number, done: number, helps: number): object => ({
    subtask_id: position,
    title: `단계${position}`,
    position,
    completed_participants: done,
    help_requests: helps,
  });
  const summary = (steps: object[]): object => ({
    session_id: 5,
    title: '오전반',
    status: 'REVIEW_MODE',
    lecture: { id: 7, title: '카카오톡 기초' },
    started_at: '2026-11-21T01:00:00Z',
    ended_at: '2026-11-21T02:00:00Z',
    duration_minutes: 60,
    total_participants: 10,
    completed_participants: 3,
    total_help_requests: 2,
    steps,
  });

  it('says which step was hardest among those that were reached', async () => {
    server.on('GET', '/api/sessions/5/summary', summary([step(1, 9, 0), step(2, 4, 2), step(3, 0, 0)]));
    render(SummaryView, { id: '5' });
    expect(await screen.findByRole('heading', { name: '‘단계2’ 단계를 다 한 사람이 가장 적어요 (4 / 10명).' })).toBeTruthy();
    expect(screen.getByText(/3단계 가운데 2단계까지 했어요/)).toBeTruthy();
    expect(await findings()).toEqual([]);
    await fireEvent.click(button('표로 보기'));
    expect(screen.getAllByRole('row')).toHaveLength(4);
    expect(await findings()).toEqual([]);
  });

  it('praises a class that did everything', async () => {
    server.on('GET', '/api/sessions/5/summary', summary([step(1, 10, 0), step(2, 10, 0)]));
    render(SummaryView, { id: '5' });
    expect(await screen.findByText('모두가 모든 단계를 다 했어요.')).toBeTruthy();
  });
});
