import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { get } from 'svelte/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forget, remember } from '../../account';
import { ApiError } from '../../api';
import type { HelpAnalysisBody, HelpGroup, LoginBody, PendingRequest } from '../../api.gen';
import { FakeServer, Refusal } from '../../testing/fakeServer';
import { FakeSocket, installFakeSocket, settle } from '../../testing/fakeSocket';
import { helpOf, runningClass } from '../../testing/lessons';
import { toasts } from '../../ui/toast';
import { LiveClass } from '../live.svelte';
import LiveQueue from '../LiveQueue.svelte';
import { notices } from '../notices.svelte';
import PersonDialog from '../PersonDialog.svelte';
import GroupCard from './GroupCard.svelte';
import { gather, startOf } from './groups';
import Reason from './Reason.svelte';
import { basesOf, edited, shownSuggestion, spokenFor, suggestionOf, sureness, toDecide, whoWasFaster } from './suggestion';
import SuggestionCard from './SuggestionCard.svelte';

const SEND = '/api/help/request/9/suggestion/send';
const DECLINE = '/api/help/request/9/suggestion/decline';
const GROUP = '/api/help/groups/answer';

const analysis = (more: Partial<HelpAnalysisBody> = {}): HelpAnalysisBody => ({
  problem_diagnosis: '다른 앱을 열었어요',
  confidence_score: 0.42,
  suggestion: '뒤로 가기를 누르세요.',
  suggestion_voice: '아래의 뒤로 가기를 누르세요.',
  evidence: ['카메라가 열려 있어요'],
  rests_on: ['SCREEN', 'REASON', 'SOMETHING_NEW'],
  withheld: 'NOT_SURE',
  decision: null,
  decided_by: null,
  ...more,
});

const request = (more: Partial<HelpAnalysisBody> = {}, row: Partial<PendingRequest> = {}): PendingRequest => ({
  ...helpOf(9, 2, '김영희'),
  status: 'RESOLVED',
  answer_source: 'DEFERRED',
  analysis: analysis(more),
  ...row,
});

const groupOf = (ids: number[], stepId = 1): HelpGroup => ({
  session_id: 5,
  subtask: { id: stepId, title: '앱 열기' },
  position: 3,
  count: ids.length,
  help_request_ids: ids,
  since: '2026-11-21T01:00:00Z',
});

const said = (): string[] => get(toasts).map(({ text }) => text);
const button = (name: RegExp | string): HTMLElement => screen.getByRole('button', { name });
let server: FakeServer;
const changed = vi.fn();

beforeEach(() => {
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

describe('what was withheld', () => {
  it('waits for somebody, until a person has decided or answered', () => {
    expect(suggestionOf(request())).toMatchObject({ withheld: 'NOT_SURE', decided: null });
    expect(toDecide(request())).toBe(true);
    expect(suggestionOf(request({ withheld: null }))).toBeNull();
    expect(suggestionOf({ analysis: null })).toBeNull();
    expect(toDecide(request({ decision: 'DECLINED', decided_by: { id: 3, name: '이강사' } }))).toBe(false);
    expect(toDecide(request({}, { answer_source: 'TEACHER' }))).toBe(false);
    expect(shownSuggestion(request({}, { answer_source: 'TEACHER' }))).toBeNull();
    expect(shownSuggestion(request({ decision: 'SENT' }, { answer_source: 'TEACHER' }))).not.toBeNull();
  });

  it('is as sure as words are', () => {
    expect([0.9, 0.85, 0.84, 0.7, 0.69, 0.35, 0.34, 0].map(sureness)).toEqual([
      'high', 'high', 'middle', 'middle', 'low', 'low', 'guess', 'guess',
    ]);
  });

  it('says what it rests on, and passes over what it has no words for', () => {
    expect(basesOf(analysis())).toEqual(['REASON', 'SCREEN']);
    expect(basesOf({ rests_on: null })).toEqual([]);
  });

  it('is never spoken in other words than the changed ones', () => {
    const words = { content: '가', voice: '나' };
    expect(spokenFor(words, ' 가 ', null)).toBe('나');
    expect(spokenFor(words, '다', null)).toBe('다');
    expect(spokenFor(words, '다', '라')).toBe('라');
    expect(edited(words, '가', null)).toEqual({});
    expect(edited(words, '다', null)).toEqual({ help_content: '다', voice_guide_text: '다' });
    expect(edited(words, '가', '라')).toEqual({ help_content: '가', voice_guide_text: '라' });
    expect(edited(words, '다', ' ')).toEqual({ help_content: '다', voice_guide_text: '다' });
  });

  it('knows who was faster', () => {
    const refusal = (code: string, details: Record<string, unknown>): ApiError => new ApiError(code, '', 409, details);
    expect(whoWasFaster(refusal('NO_SUGGESTION', { decision: 'EDITED', by: '이강사' }))).toEqual({
      kind: 'decided', decision: 'EDITED', name: '이강사',
    });
    expect(whoWasFaster(refusal('NO_SUGGESTION', { decision: 'SENT', by: null }))).toMatchObject({ name: null });
    expect(whoWasFaster(refusal('NO_SUGGESTION', {}))).toBeNull();
    expect(whoWasFaster(refusal('ALREADY_CLAIMED', { name: '최도움' }))).toEqual({ kind: 'claimed', name: '최도움' });
    expect(whoWasFaster(refusal('REQUEST_CLOSED', {}))).toBeNull();
    expect(whoWasFaster(new Error('no'))).toBeNull();
  });
});

describe('its card', () => {
  it('says what, why not, on what and how sure', () => {
    render(SuggestionCard, { request: request(), changed });
    const card = screen.getByRole('article', { name: '보내 볼 수 있는 답' });
    for (const text of ['뒤로 가기를 누르세요.', '소리로는: 아래의 뒤로 가기를 누르세요.', '확실하지 않아요', '카메라가 열려 있어요',
      '무엇을 보고: 고른 그림, 휴대폰에 나온 화면', '(틀릴 수도 있어요)']) {
      expect(within(card).getByText(text)).toBeTruthy();
    }
    expect(card.textContent).not.toMatch(/42|%/);
  });

  it('leaves to a person what only a person may decide', () => {
    render(SuggestionCard, { request: request({ withheld: 'RISK' }), changed });
    expect(screen.getByText('사람이 정해야 해요')).toBeTruthy();
  });

  it('sends it as it is', async () => {
    const sent = vi.fn();
    server.on('POST', SEND, {});
    render(SuggestionCard, { request: request(), changed, sent });
    await fireEvent.click(button('보내기'));
    await waitFor(() => expect(sent).toHaveBeenCalledOnce());
    expect(server.got('POST', SEND).map(({ body }) => body)).toEqual([{}]);
    expect(changed).toHaveBeenCalledOnce();
    expect(said()).toEqual(['김영희 님에게 답을 보냈어요.']);
  });

  it('sends other words, which are spoken too', async () => {
    server.on('POST', SEND, {});
    render(SuggestionCard, { request: request(), changed });
    await fireEvent.click(button('고쳐서 보내기'));
    const words = screen.getByLabelText<HTMLTextAreaElement>('화면에 나올 말');
    const voice = screen.getByLabelText<HTMLTextAreaElement>('소리로 읽어 줄 말');
    expect([words.value, voice.value]).toEqual(['뒤로 가기를 누르세요.', '아래의 뒤로 가기를 누르세요.']);
    await fireEvent.input(words, { target: { value: '집 그림을 누르세요.' } });
    expect(voice.value).toBe('집 그림을 누르세요.');
    await fireEvent.click(button('고친 답 보내기'));
    await waitFor(() => expect(changed).toHaveBeenCalledOnce());
    expect(server.got('POST', SEND)[0]?.body).toEqual({ help_content: '집 그림을 누르세요.', voice_guide_text: '집 그림을 누르세요.' });
  });

  it('sends nothing blank', async () => {
    render(SuggestionCard, { request: request(), changed });
    await fireEvent.click(button('고쳐서 보내기'));
    await fireEvent.input(screen.getByLabelText('화면에 나올 말'), { target: { value: ' ' } });
    await fireEvent.click(button('고친 답 보내기'));
    expect(await screen.findByRole('alert')).toHaveProperty('textContent', '답을 쓰세요.');
    expect(server.asked).toEqual([]);
  });

  it('declines, and the request stays', async () => {
    const sent = vi.fn();
    server.on('POST', DECLINE, {});
    render(SuggestionCard, { request: request(), changed, sent });
    await fireEvent.click(button('보내지 않기'));
    await waitFor(() => expect(changed).toHaveBeenCalledOnce());
    expect(sent).not.toHaveBeenCalled();
    expect(said()).toEqual(['김영희 님에게 이 답을 보내지 않아요. 요청은 그대로 있어요.']);
  });

  it('says who has decided and what, and asks for no decision any more', () => {
    render(SuggestionCard, { request: request({ decision: 'EDITED', decided_by: { id: 3, name: '이강사' } }), changed });
    expect(screen.getByText('이강사 님이 이 답을 고쳐서 보냈어요.')).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
  });

  it.each([
    [new Refusal(409, 'NO_SUGGESTION', { decision: 'DECLINED', by: '이강사' }), '이강사 님이 이 답을 보내지 않기로 했어요.'],
    [new Refusal(409, 'ALREADY_CLAIMED', { user_id: 3, name: '최도움' }), /최도움/],
    [new Refusal(409, 'REQUEST_CLOSED'), /./],
  ])('tells of who was faster', async (refusal, text) => {
    server.on('POST', SEND, refusal);
    render(SuggestionCard, { request: request(), changed });
    await fireEvent.click(button('보내기'));
    await waitFor(() => expect(changed).toHaveBeenCalledOnce());
    expect(said()).toEqual([expect.stringMatching(text)]);
  });

  it('keeps what is being written when another decides, and sends it as an answer of one’s own', async () => {
    server.on('POST', '/api/help/request/9/answer', {});
    const page = render(SuggestionCard, { request: request(), changed });
    await fireEvent.click(button('고쳐서 보내기'));
    await fireEvent.input(screen.getByLabelText('화면에 나올 말'), { target: { value: '집 그림을 누르세요.' } });
    await page.rerender({ request: request({ decision: 'DECLINED', decided_by: { id: 3, name: '이강사' } }), changed });
    expect(screen.getByText('이강사 님이 이 답을 보내지 않기로 했어요.')).toBeTruthy();
    await fireEvent.click(button('내 답으로 보내기'));
    await waitFor(() => expect(server.got('POST', '/api/help/request/9/answer')).toHaveLength(1));
    expect(server.got('POST', '/api/help/request/9/answer')[0]?.body).toMatchObject({ help_content: '집 그림을 누르세요.' });
    expect(server.got('POST', SEND)).toEqual([]);
  });
});

describe('why somebody asks', () => {
  it('is said in the words of their picture', () => {
    render(Reason, { reason: 'CANNOT_FIND' });
    expect(screen.getByText('못 찾겠어요')).toBeTruthy();
  });
});

describe('many on one step', () => {
  const rows = [1, 2, 3, 4, 5, 6].map((id) => ({ ...helpOf(id, id, `학생${id}`), analysis: analysis({ suggestion: id < 3 ? '가' : '나' }) }));

  it('are one card, and nowhere else', () => {
    const { groups, single } = gather(rows, [groupOf([5, 4, 3, 2, 1]), groupOf([70, 71, 72, 73, 74], 2)]);
    expect(groups.map(({ members }) => members.map((row) => row.help_request_id))).toEqual([[1, 2, 3, 4, 5]]);
    expect(single.map((row) => row.help_request_id)).toEqual([6]);
  });

  it('start from what most of them would be told', () => {
    expect(startOf(rows)).toBe('나');
    expect(startOf(rows.slice(0, 3))).toBe('가');
    expect(startOf([{ ...helpOf(1, 1, '김'), analysis: null }])).toBe('');
  });

  const member = createRawSnippet<[PendingRequest]>((one) => ({ render: () => `<p>${one().user.name} 카드</p>` }));

  it('get one answer; who was left out is said', async () => {
    const of = gather(rows, [groupOf([1, 2, 3, 4, 5])]).groups[0];
    if (!of) throw new Error('no group');
    server.on('POST', GROUP, {
      session_id: 5, subtask_id: 1, answered: [1, 2, 3, 4], left: [{ help_request_id: 5, claimed_by: { id: 3, name: '최도움' } }],
    });
    render(GroupCard, { of, member, changed });
    expect(screen.getByRole('article', { name: '5명이 3단계에서 막혔어요' }).textContent).toContain('학생1, 학생2');
    await fireEvent.click(button('모두에게 안내하기'));
    expect(screen.getByLabelText<HTMLTextAreaElement>('모두에게 보낼 말').value).toBe('나');
    await fireEvent.click(button('5명에게 보내기'));
    await waitFor(() => expect(changed).toHaveBeenCalledOnce());
    expect(server.got('POST', GROUP)[0]?.body).toEqual({ session_id: 5, subtask_id: 1, help_content: '나' });
    expect(said()).toEqual(['4명에게 보냈어요.', '1명에게는 보내지 않았어요. 다른 분이 가고 있어요: 최도움']);
  });

  it('may have been helped meanwhile', async () => {
    const of = gather(rows, [groupOf([1, 2, 3, 4, 5])]).groups[0];
    if (!of) throw new Error('no group');
    server.on('POST', GROUP, new Refusal(404, 'NOT_FOUND'));
    render(GroupCard, { of, member, changed });
    await fireEvent.click(button('모두에게 안내하기'));
    await fireEvent.click(button('5명에게 보내기'));
    await waitFor(() => expect(changed).toHaveBeenCalledOnce());
    expect(said()).toEqual(['이제 이 단계에서 기다리는 사람이 없어요.']);
  });
});

describe('the live page', () => {
  async function liveWith(rows: PendingRequest[], groups: HelpGroup[]): Promise<{ live: LiveClass; show(next: PendingRequest[]): void }> {
    runningClass(server);
    let shown = rows;
    server.on('GET', '/api/dashboard/help-requests/pending', () => ({ pending_requests: shown, groups }));
    const live = new LiveClass('5');
    await waitFor(() => expect(live.help).toHaveLength(rows.length));
    return { live, show: (next) => (shown = next) };
  }

  it('counts whom only a word was said to among those who wait', async () => {
    const { live } = await liveWith([request()], []);
    expect(live.unanswered).toHaveLength(1);
    render(LiveQueue, { live, open: vi.fn() });
    expect(screen.getByRole('heading', { name: '도움 요청 1명' })).toBeTruthy();
    expect(screen.getByText('정해 주세요')).toBeTruthy();
    live.close();
  });

  it('counts people of a group once', async () => {
    const rows = [1, 2, 3, 4, 5].map((id) => helpOf(id, id, `학생${id}`));
    const { live } = await liveWith([...rows, helpOf(6, 6, '학생6')], [groupOf([1, 2, 3, 4, 5])]);
    render(LiveQueue, { live, open: vi.fn() });
    expect(screen.getByRole('heading', { name: '도움 요청 6명' })).toBeTruthy();
    expect(screen.getAllByRole('button', { name: /^학생3/ })).toHaveLength(1);
    live.close();
  });

  it.each(['help_suggested', 'help_suggestion_decided', 'help_grouped'])('hears of %s without a reload', async (type) => {
    const { live, show } = await liveWith([request()], []);
    server.on('GET', '/api/notifications', { notifications: [], unread_count: 0, pagination: { total_pages: 1 } });
    const stop = notices.show();
    await settle();
    show([request({ decision: 'DECLINED', decided_by: { id: 3, name: '이강사' } })]);
    FakeSocket.last.hello({ 'user:1': { epoch: 'e', seq: 0 } });
    FakeSocket.last.say({ type, lecture_id: 7, session_id: 5, session_code: 'ABC234', subtask_id: 1, stream: 'user:1', epoch: 'e', seq: 1 });
    await waitFor(() => expect(live.help[0]?.analysis?.decision).toBe('DECLINED'));
    stop();
    live.close();
  });
});

describe('the dialog of a person', () => {
  it('asks to decide first, and takes nothing away that somebody writes', async () => {
    HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
      this.open = true;
    };
    runningClass(server);
    let row = request();
    server.on('GET', '/api/dashboard/help-requests/pending', () => ({ pending_requests: [row], groups: [] }));
    const live = new LiveClass('5');
    await waitFor(() => expect(live.help).toHaveLength(1));
    render(PersonDialog, { live, userId: 2 });
    await screen.findByRole('article', { name: '보내 볼 수 있는 답' });
    expect(screen.queryByLabelText('답')).toBeNull();
    row = request({ decision: 'DECLINED', decided_by: { id: 3, name: '이강사' } });
    await live.readHelp();
    const own = await screen.findByLabelText<HTMLTextAreaElement>('답');
    await fireEvent.input(own, { target: { value: '제가 갈게요.' } });
    row = request();
    await live.readHelp();
    await settle();
    expect(screen.getByLabelText<HTMLTextAreaElement>('답').value).toBe('제가 갈게요.');
    live.close();
  });
});
