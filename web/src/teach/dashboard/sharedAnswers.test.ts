import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { get } from 'svelte/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SharedAnswer } from '../../api.gen';
import { FakeServer, Refusal } from '../../testing/fakeServer';
import { toasts } from '../../ui/toast';
import { changeOf, complaintOf, isHeldBack } from './sharedAnswer';
import SharedAnswers from './SharedAnswers.svelte';

const ANSWER = '/api/help/answers/3';
let server: FakeServer;
let rows: SharedAnswer[];

const shared = (more: Partial<SharedAnswer> = {}): SharedAnswer => ({
  id: 3,
  help_response_id: 30,
  subtask: { id: 1, title: '앱 열기' } as SharedAnswer['subtask'],
  help_content: '노란 그림을 누르세요.',
  voice_guide_text: '노란 말풍선 그림을 누르세요.',
  problem: '앱이 안 보여요',
  app: 'com.kakao.talk',
  screen: '친구 목록',
  complaint: 'said_cannot_find',
  pinned: false,
  outdated: false,
  given: 4,
  not_helped: 0,
  withdrawn_at: null,
  approved_at: '2026-11-21T01:00:00Z',
  ...more,
});

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
    this.open = false;
  };
  server = new FakeServer();
  server.on('GET', '/api/lectures/7/answers', () => ({ shared: rows, suggested: [] }));
  server.on('PATCH', ANSWER, ({ body }: { body: unknown }) => {
    const { confirmed, ...fields } = body as Partial<SharedAnswer> & { confirmed?: boolean };
    return { ...rows[0], ...fields, ...(confirmed ? { outdated: false, withdrawn_at: null } : {}) };
  });
});

afterEach(() => {
  cleanup();
  toasts.set([]);
});

async function card(row: SharedAnswer): Promise<HTMLElement> {
  rows = [row];
  render(SharedAnswers, { lectureId: 7 });
  return screen.findByRole('article', { name: '앱 열기' });
}

const press = (within_: HTMLElement, name: string): Promise<boolean> => fireEvent.click(within(within_).getByRole('button', { name }));
const patched = (): unknown[] => server.got('PATCH', ANSWER).map(({ body }) => body);

describe('what was changed', () => {
  it('is sent, and nothing else', () => {
    const same = { content: '노란 그림을 누르세요.', voice: null, problem: '앱이 안 보여요' };
    expect(changeOf(shared(), same)).toEqual({});
    expect(changeOf(shared(), { ...same, problem: ' 어디예요 ' })).toEqual({ problem: '어디예요' });
    expect(changeOf(shared(), { ...same, voice: '소리' })).toEqual({ voice_guide_text: '소리' });
    expect(changeOf(shared(), { ...same, content: '집' })).toEqual({ help_content: '집', voice_guide_text: '집' });
  });

  it('has words for what the server calls a complaint', () => {
    expect(complaintOf(shared())).toBe('cannot_find');
    expect(complaintOf({ complaint: 'said_something_new' })).toBeNull();
    expect(complaintOf({ complaint: '' })).toBeNull();
  });

  it('is held back when its step has changed, or it did not help', () => {
    expect([shared(), shared({ outdated: true }), shared({ withdrawn_at: 'x' })].map(isHeldBack)).toEqual([false, true, true]);
  });
});

describe('a shared answer', () => {
  it('says for what it counts', async () => {
    const one = await card(shared());
    for (const text of ['앱: 카카오톡', '화면: 친구 목록', '이럴 때: 찾지 못할 때', '이렇게 물을 때: 앱이 안 보여요']) {
      expect(within(one).getByText(text)).toBeTruthy();
    }
    expect(within(one).queryByRole('button', { name: '지금도 맞아요' })).toBeNull();
  });

  it('is pinned and let go', async () => {
    const one = await card(shared());
    await press(one, '먼저 드리기');
    await within(one).findByText('가장 먼저 드려요');
    await press(one, '먼저 드리지 않기');
    await waitFor(() => expect(within(one).queryByText('가장 먼저 드려요')).toBeNull());
    expect(patched()).toEqual([{ pinned: true }, { pinned: false }]);
  });

  it.each([shared({ outdated: true }), shared({ withdrawn_at: '2026-11-22T01:00:00Z', help_response_id: null })])(
    'that is held back is confirmed',
    async (row) => {
      const one = await card(row);
      await press(one, '지금도 맞아요');
      await waitFor(() => expect(within(one).queryByRole('button', { name: '지금도 맞아요' })).toBeNull());
      expect(patched()).toEqual([{ confirmed: true }]);
      expect(document.activeElement?.textContent).toBe('앱 열기');
    },
  );

  it('is edited where it stands', async () => {
    const one = await card(shared());
    await press(one, '고치기');
    await fireEvent.input(within(one).getByLabelText('답'), { target: { value: '집 그림을 누르세요.' } });
    expect(within(one).getByLabelText<HTMLTextAreaElement>('소리로 읽어 줄 말').value).toBe('집 그림을 누르세요.');
    await press(one, '고친 대로 쓰기');
    await within(one).findByText('집 그림을 누르세요.');
    expect(patched()).toEqual([{ help_content: '집 그림을 누르세요.', voice_guide_text: '집 그림을 누르세요.' }]);
  });

  it('keeps what was written when the server does not take it', async () => {
    server.on('PATCH', ANSWER, new Refusal(400, 'ANSWER_NOT_SHAREABLE'));
    const one = await card(shared());
    await press(one, '고치기');
    await fireEvent.input(within(one).getByLabelText('답'), { target: { value: '업데이트를 누르세요.' } });
    await press(one, '고친 대로 쓰기');
    expect((await within(one).findByRole('alert')).textContent).not.toBe('');
    expect(within(one).getByLabelText<HTMLTextAreaElement>('답').value).toBe('업데이트를 누르세요.');
  });

  it('is deleted once that was asked', async () => {
    server.on('DELETE', ANSWER, null);
    const one = await card(shared());
    await press(one, '지우기');
    const dialog = await screen.findByRole('dialog', { name: '이 답을 지울까요?' });
    expect(server.got('DELETE', ANSWER)).toEqual([]);
    rows = [];
    await press(dialog, '지우기');
    await screen.findByText('아직 함께 쓰는 답이 없어요.');
    expect(server.got('DELETE', ANSWER)).toHaveLength(1);
    expect(get(toasts).map(({ text }) => text)).toEqual(['답을 지웠어요. 더 드리지 않아요.']);
  });
});
