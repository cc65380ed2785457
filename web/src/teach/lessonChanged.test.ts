import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeServer, Refusal } from '../testing/fakeServer';
import { installFakeSocket } from '../testing/fakeSocket';
import { lesson, runningClass } from '../testing/lessons';
import { toasts } from '../ui/toast';
import LessonChanged from './LessonChanged.svelte';
import { LiveClass } from './live.svelte';
import RunningClasses from './RunningClasses.svelte';

const REFRESH = '/api/sessions/5/refresh-lesson';
const PATIENCE = { timeout: 10_000 };
let server: FakeServer;
let live: LiveClass;

beforeEach(() => {
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
    this.open = false;
  };
  installFakeSocket();
  server = new FakeServer();
  runningClass(server);
});

afterEach(() => {
  live?.close();
  cleanup();
  toasts.set([]);
});

async function follow(): Promise<void> {
  live = new LiveClass('5');
  render(LessonChanged, { live });
  await waitFor(() => expect(live.status).toBe('IN_PROGRESS'), PATIENCE);
}

async function confirm(): Promise<void> {
  await fireEvent.click(await screen.findByRole('button', { name: '수업에 반영하기' }, PATIENCE));
  await fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: '수업에 반영하기' }));
}

it('says nothing while the lecture is what the class teaches', async () => {
  await follow();
  expect(screen.queryByText(/강의가 바뀌었어요/)).toBeNull();
});

it('sees a change when one comes back from the editor, and brings it in when it is confirmed', async () => {
  await follow();
  server.on('GET', '/api/sessions/5/lesson', lesson(true));
  window.dispatchEvent(new Event('focus'));
  await screen.findByText('강의가 바뀌었어요. 이 수업에 반영할까요?', {}, PATIENCE);
  server.on('POST', REFRESH, () => {
    server.on('GET', '/api/sessions/5/lesson', lesson());
    return { changed: true };
  });
  expect(server.got('POST', REFRESH)).toEqual([]);
  await confirm();
  await waitFor(() => expect(screen.queryByText(/강의가 바뀌었어요/)).toBeNull(), PATIENCE);
  expect(server.got('POST', REFRESH)).toHaveLength(1);
});

it('says what to do when the class stands on a step that is gone', async () => {
  server.on('GET', '/api/sessions/5/lesson', lesson(true)).on('POST', REFRESH, new Refusal(409, 'STEP_NOT_IN_LESSON'));
  await follow();
  await confirm();
  await screen.findByText(/다른 단계로 옮긴 다음/, {}, PATIENCE);
  expect(screen.queryByText('강의가 바뀌었어요. 이 수업에 반영할까요?')).not.toBeNull();
});

it('tells in the editor of the classes that run, and of no other', async () => {
  const sessions = ['WAITING', 'IN_PROGRESS', 'REVIEW_MODE'].map((status, at) => ({ session_id: at, title: `${status}반`, status }));
  server.on('GET', '/api/lectures/7/sessions', { sessions });
  render(RunningClasses, { lectureId: 7 });
  await screen.findByText(/지금 ‘IN_PROGRESS반’ 수업을 하고 있어요/, {}, PATIENCE);
  expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual(['/teach/sessions/1']);
});
