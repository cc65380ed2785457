import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { get } from 'svelte/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DashboardStudentRow, LectureStatistics, PendingRequest, ProgressTrend } from '../../api.gen';
import { FakeSocket, installFakeSocket } from '../../testing/fakeSocket';
import { FakeServer, Refusal } from '../../testing/fakeServer';
import { lecture } from '../../testing/lessons';
import { LectureBoard } from './board.svelte';
import BoardView from './BoardView.svelte';
import { wrap } from './chart';
import { dailyFinding, hardFinding, helpFinding, spreadFinding, trendFinding } from './findings';
import { Overview } from './overview.svelte';
import { keepSame, wholePercent } from './rows';
import { td } from './words';

const AT = '2026-11-21T01:00:00Z';
const say = get(td);

function student(id: number, name: string, done: number, more: Partial<DashboardStudentRow> = {}): DashboardStudentRow {
  return {
    user_id: id,
    name,
    email: `${name}@example.com`,
    progress_rate: done / 4,
    completed_subtasks: done,
    total_subtasks: 4,
    current_subtask: { id: done + 1, title: `단계 ${done + 1}`, status: 'IN_PROGRESS' },
    help_count: 0,
    auto_help_count: 0,
    pending_help: 0,
    last_activity: AT,
    enrolled_at: AT,
    ...more,
  };
}

function request(id: number, name: string, more: Partial<PendingRequest> = {}): PendingRequest {
  return {
    help_request_id: id,
    id,
    user: { id: 1, name },
    same_name_number: null,
    subtask: { id: 1, title: '앱 열기' },
    lecture: { id: 7, title: '카카오톡 기초' },
    session_id: 5,
    request_type: 'MANUAL',
    priority: 'HIGH',
    message: '',
    stuck_duration_seconds: null,
    analysis: null,
    answer_source: null,
    reason: null,
    answer_rating: null,
    asked_again: false,
    claimed_by: null,
    helps_so_far: 0,
    past_step: false,
    created_at: AT,
    status: 'ANALYZING',
    ...more,
  };
}

const statistics = (more: Partial<LectureStatistics> = {}): LectureStatistics => ({
  lecture_id: 7,
  lecture_name: '유튜브',
  active_students: 2,
  average_progress: 0.425,
  completion_rate: 0,
  session_count: 1,
  last_updated: AT,
  difficult_steps: [],
  total_students: 2,
  average_progress_rate: 0.425,
  total_help_requests: 3,
  total_auto_help_requests: 0,
  average_completion_time_minutes: 0,
  common_difficulties: [{ subtask_id: 1, subtask_title: '앱 열기', help_count: 3, auto_help_count: 0, average_stuck_time_seconds: 62 }],
  daily_activity: [
    { date: '2026-11-20', active_students: 1, help_requests: 0, auto_help_requests: 0 },
    { date: '2026-11-21', active_students: 2, help_requests: 3, auto_help_requests: 0 },
  ],
  progress_distribution: { '0-25%': 0, '26-50%': 2, '51-75%': 0, '76-100%': 0 },
  ...more,
});

const trend = (rates: number[], helps: number[]): ProgressTrend => ({
  labels: rates.map((_, index) => `11/${20 + index}`),
  datasets: [
    { label: '평균 진행률', data: rates },
    { label: '도움 요청 수', data: helps },
  ],
});

let server: FakeServer;
let students: DashboardStudentRow[];
let open: PendingRequest[];
let numbers: LectureStatistics;

beforeEach(() => {
  installFakeSocket();
  students = [student(1, '김영희', 1), student(2, '이철수', 2)];
  open = [];
  numbers = statistics();
  server = new FakeServer()
    .on('GET', '/api/lectures/7', lecture())
    .on('GET', '/api/lectures/7/answers', { shared: [], suggested: [] })
    .on('GET', '/api/dashboard/lectures/7/students', () => ({ students }))
    .on('GET', '/api/dashboard/help-requests/pending', () => ({
      pending_requests: open,
      groups: [],
      count: open.filter(({ request_type: type }) => type === 'MANUAL').length,
    }))
    .on('GET', '/api/dashboard/statistics/lecture/7', () => numbers)
    .on('GET', '/api/dashboard/chart-data/progress-trend', trend([30, 43], [0, 3]));
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const pass = (ms = 150): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('one lecture', () => {
  let board: LectureBoard;
  let seq = 0;
  const rowOf = (id: number): DashboardStudentRow | undefined => board.students.find((row) => row.user_id === id);

  async function news(type: string, more: Record<string, unknown>): Promise<void> {
    seq += 1;
    FakeSocket.last.say({ type, stream: 'lecture:7', epoch: 'e', seq, ...more });
    await pass();
  }

  beforeEach(async () => {
    vi.useFakeTimers();
    board = new LectureBoard(7);
    await pass();
    seq = 0;
    FakeSocket.last.hello({ 'lecture:7': { epoch: 'e', seq: 0 } });
    await pass();
  });
  afterEach(() => board.close());

  it('follows the lecture by its socket', () => {
    expect(FakeSocket.last.url).toContain('/ws/dashboard/lectures/7/');
    expect(board.students.map((row) => row.name)).toEqual(['김영희', '이철수']);
  });

  it('changes a row at once and asks for what the news do not tell', async () => {
    const other = rowOf(2);
    await news('progress_update', { user_id: 1, subtask_id: 2, status: 'COMPLETED', progress_rate: 50 });
    expect(rowOf(1)).toMatchObject({ progress_rate: 0.5, completed_subtasks: 2, current_subtask: { status: 'COMPLETED' } });
    students = [student(1, '김영희', 2), student(2, '이철수', 2)];
    await pass(2_000);
    expect(rowOf(1)?.current_subtask?.title).toBe('단계 3');
    // What has not changed is not drawn anew.
    expect(rowOf(2)).toBe(other);
  });

  it('does not take an answer for newer than the news', async () => {
    let release: (value: unknown) => void = () => undefined;
    const old = students;
    server.on('GET', '/api/dashboard/lectures/7/students', () => ({ students: old }));
    const slow = new Promise((resolve) => (release = resolve));
    const fetch = globalThis.fetch;
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
      if (path.endsWith('/students')) await slow;
      return fetch(path, init);
    });
    await news('progress_update', { user_id: 2, subtask_id: 3, status: 'IN_PROGRESS', progress_rate: 50 });
    await pass(1_600);
    await news('progress_update', { user_id: 1, subtask_id: 2, status: 'COMPLETED', progress_rate: 75 });
    release(undefined);
    await pass(10);
    expect(rowOf(1)?.completed_subtasks).toBe(3);
  });

  it('counts who waits', async () => {
    open = [request(9, '김영희')];
    await news('help_request', { user_id: 1, user_name: '김영희', request_id: 9, subtask_id: 1, request_type: 'MANUAL' });
    expect(rowOf(1)).toMatchObject({ pending_help: 1, help_count: 1 });
    expect(board.waiting).toBe(1);
    open = [request(9, '김영희'), request(10, '김영희', { request_type: 'AUTO' })];
    await news('help_request', { user_id: 1, user_name: '김영희', request_id: 10, subtask_id: 1, request_type: 'AUTO' });
    expect(rowOf(1)).toMatchObject({ pending_help: 1, help_count: 1, auto_help_count: 1 });
    expect(board.waiting).toBe(1);
    await news('help_closed', { user_id: 1, request_id: 10, subtask_id: 1, request_type: 'AUTO' });
    expect(rowOf(1)?.pending_help).toBe(1);
    open = [];
    await news('help_closed', { user_id: 1, request_id: 9, subtask_id: 1, request_type: 'MANUAL' });
    expect(rowOf(1)?.pending_help).toBe(0);
    expect(board.waiting).toBe(0);
  });

  it('reads a student whom it does not know', async () => {
    students = [...students, student(3, '박순자', 0)];
    await news('participant_status', { user_id: 3, user_name: '박순자', status: 'joined', session_code: 'ABC234' });
    await pass(300);
    expect(rowOf(3)?.name).toBe('박순자');
  });

  it('reads everything again when the connection is back', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    FakeSocket.last.end(1006);
    await pass();
    students = [student(1, '김영희', 4, { current_subtask: null }), student(2, '이철수', 2)];
    FakeSocket.last.hello({ 'lecture:7': { epoch: 'e', seq: 0 } });
    await pass();
    expect(rowOf(1)?.completed_subtasks).toBe(4);
  });

  it('says that its numbers are old when they cannot be read', async () => {
    server.down = true;
    await news('participant_status', { user_id: 1, user_name: '김영희', status: 'joined', session_code: 'ABC234' });
    await pass(2_000);
    expect(board.stale).toBe(true);
    server.down = false;
    await pass(21_000);
    expect(board.stale).toBe(false);
  });

  it('keeps the days that it shows when others cannot be read', async () => {
    server.down = true;
    await expect(board.show(30)).rejects.toThrow();
    expect(board.days).toBe(7);
    server.down = false;
    await board.show(14);
    expect([board.days, board.shownDays]).toEqual([14, 14]);
  });
});

describe('all lectures', () => {
  const row = { id: 7, title: '카카오톡 기초', enrolled_count: 2, total_subtasks: 4 };
  let all: Overview;

  beforeEach(async () => {
    vi.useFakeTimers();
    server
      .on('GET', '/api/lectures', { lectures: [row], pagination: { page: 1, total_pages: 1 } })
      .on('GET', '/api/lectures/7/sessions', { sessions: [{ session_id: 5, status: 'IN_PROGRESS' }, { session_id: 4, status: 'ENDED' }] });
    all = new Overview(1);
    await pass();
    FakeSocket.last.hello({});
    await pass();
  });
  afterEach(() => all.close());

  it('reads the numbers and the open classes of each', () => {
    expect(FakeSocket.last.url).toContain('/ws/dashboard/');
    expect(all.figures.get(7)).toEqual({ students: 2, rate: 0.425 });
    expect(all.classes.get(7)?.map((one) => one.session_id)).toEqual([5]);
  });

  it('tells the newest first and reads the lecture again', async () => {
    numbers = statistics({ average_progress_rate: 0.5 });
    const where = { lecture_id: 7, session_id: 5, session_code: 'ABC234', user_id: 1, user_name: '김영희', subtask_id: 1 };
    FakeSocket.last.say({ type: 'progress_update', status: 'COMPLETED', progress_rate: 50, ...where });
    open = [request(9, '김영희')];
    FakeSocket.last.say({ type: 'help_request', request_id: 9, message: null, request_type: 'MANUAL', ...where });
    await pass(2_500);
    expect(all.feed.map((item) => item.kind)).toEqual(['help', 'progress']);
    expect(all.figures.get(7)?.rate).toBe(0.5);
    expect(all.waitingIn.get(7)).toBe(1);
  });

  it('reads without a socket as well', async () => {
    all.close();
    FakeSocket.all.length = 0;
    all = new Overview(1);
    await pass(2_000);
    expect(all.figures.has(7)).toBe(true);
  });
});

describe('the page', () => {
  async function findings(): Promise<string[]> {
    const rules = { 'color-contrast': { enabled: false }, 'html-has-lang': { enabled: false } };
    const { violations } = await axe.run(document, { rules });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  }

  it('shows the numbers, and tables where nothing can be drawn, as in jsdom', async () => {
    render(BoardView, { id: '7' });
    // The chart's own code comes late on a busy machine.
    await waitFor(() => expect(screen.getAllByText('그림을 그리지 못해서 표로 보여 드려요.')).toHaveLength(4), { timeout: 15_000 });
    expect(screen.getByText('43%', { selector: 'dd' })).toBeTruthy();
    expect(screen.getByRole('heading', { name: '2명 모두 26-50%에 있어요.' })).toBeTruthy();
    const card = screen.getByRole('region', { name: '‘앱 열기’ 단계에서 도움을 가장 많이, 3번 불렀어요.' });
    expect(within(card).getByText('1분 2초')).toBeTruthy();
    expect(await findings()).toEqual([]);
  }, 20_000);

  it('teaches when nobody has come', async () => {
    students = [];
    numbers = statistics({ total_students: 0 });
    render(BoardView, { id: '7' });
    await screen.findByRole('heading', { name: '아직 수강생이 없어요' });
    expect(screen.getByRole('button', { name: '수업 열기' })).toBeTruthy();
    expect(await findings()).toEqual([]);
  });

  it('says why there is nothing, and tries again', async () => {
    server.on('GET', '/api/lectures/7', new Refusal(503, 'UNAVAILABLE'));
    render(BoardView, { id: '7' });
    await screen.findByRole('alert');
    server.on('GET', '/api/lectures/7', lecture());
    await fireEvent.click(screen.getByRole('button', { name: '다시 불러오기' }));
    await screen.findByRole('heading', { name: /수강생 2/ });
  });

  it('keeps what is written when an answer does not arrive', async () => {
    open = [request(9, '김영희', { analysis: { problem_diagnosis: '다른 화면', confidence_score: 1, suggestion: '뒤로 가세요.', evidence: [] } })];
    server.on('POST', '/api/help/request/9/answer', new Refusal(409, 'REQUEST_CLOSED'));
    render(BoardView, { id: '7' });
    await fireEvent.click(await screen.findByRole('button', { name: '답하기' }));
    const field = screen.getByLabelText<HTMLTextAreaElement>('답');
    expect(field.value).toBe('뒤로 가세요.');
    await fireEvent.click(screen.getByRole('button', { name: '답 보내기' }));
    expect((await screen.findByRole('alert')).textContent).toBe('이미 끝난 도움 요청이에요.');
    expect(field.value).toBe('뒤로 가세요.');
  });
});

describe('what a chart says', () => {
  it('about the trend', () => {
    expect(trendFinding(trend([30, 43], [0, 3]), say)).toBe('2일 동안 평균 진행률이 30%에서 43%로 올랐어요.');
    expect(trendFinding(trend([43, 30], [0, 0]), say)).toContain('43%에서 30%가 됐어요.');
    expect(trendFinding(trend([5, 5], [0, 0]), say)).toBe('2일 동안 평균 진행률은 5% 그대로예요.');
    const days = ['2026-11-20', '2026-11-21'];
    expect(helpFinding(trend([0, 0], [0, 3]), days, 'ko', say)).toBe('도움 요청은 11월 21일에 3번으로 가장 많았어요.');
    expect(helpFinding(trend([0, 0], [0, 0]), days, 'ko', say)).toBe('이 기간에는 도움 요청이 없었어요.');
  });

  it('about the parts', () => {
    const parts = (...n: [number, number, number, number]): LectureStatistics =>
      statistics({
        total_students: n.reduce((sum, one) => sum + one),
        progress_distribution: { '0-25%': n[0], '26-50%': n[1], '51-75%': n[2], '76-100%': n[3] },
      });
    expect(spreadFinding(parts(3, 0, 0, 0), say)).toBe('3명 모두 0-25%에 있어요.');
    expect(spreadFinding(parts(3, 1, 0, 0), say)).toBe('가장 많은 3명이 0-25%에 있어요.');
    expect(spreadFinding(parts(2, 0, 0, 2), say)).toBe('0-25%, 76-100%에 2명씩으로 가장 많아요.');
    expect(spreadFinding(parts(0, 0, 0, 0), say)).toBe('아직 보여 줄 것이 없어요.');
  });

  it('about steps and days', () => {
    expect(hardFinding(statistics({ common_difficulties: [] }), say)).toBe('아직 도움을 부른 단계가 없어요.');
    expect(dailyFinding(statistics(), 'ko', say)).toBe('11월 21일에 가장 많은 2명이 배웠어요.');
    expect(dailyFinding(statistics({ daily_activity: [] }), 'ko', say)).toBe('이 기간에는 배운 사람이 없어요.');
  });

  it('breaks names where a word ends', () => {
    expect(wrap('첫 화면 둘러보기', 7)).toEqual(['첫 화면', '둘러보기']);
    expect(wrap('아주아주아주긴한낱말', 5)).toEqual(['아주아주아…']);
    expect(wrap('하나 둘 셋 넷', 2, 2)).toEqual(['하나', '둘…']);
  });
});

it('rounds as the server does, and keeps what is the same', () => {
  expect([0.425, 0.005, 1 / 3, 1].map(wholePercent)).toEqual([43, 1, 33, 100]);
  const known = [{ id: 1, n: 1 }, { id: 2, n: 2 }];
  expect(keepSame(known, [{ id: 1, n: 1 }, { id: 2, n: 2 }], (row) => row.id)).toBe(known);
  const changed = keepSame(known, [{ id: 2, n: 2 }, { id: 1, n: 5 }], (row) => row.id);
  expect(changed[0]).toBe(known[1]);
});

it('draws a long list as far as it is asked for', async () => {
  students = Array.from({ length: 230 }, (_, index) => student(index + 1, `학생${index + 1}`, 0));
  render(BoardView, { id: '7' });
  const table = await screen.findByRole('region', { name: '수강생' });
  const names = (): number => table.querySelectorAll('tbody b').length;
  expect(names()).toBe(100);
  await fireEvent.click(within(table).getByRole('button', { name: '더 보기 (130명 더 있어요)' }));
  expect(names()).toBe(200);
  await fireEvent.input(screen.getByLabelText('수강생 찾기'), { target: { value: '학생229' } });
  expect(names()).toBe(1);
}, 20_000);
