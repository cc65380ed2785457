import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AttendanceRow, LectureAttendance, SessionAttendance } from '../../api.gen';
import { installFakeSocket } from '../../testing/fakeSocket';
import { FakeServer } from '../../testing/fakeServer';
import LectureSheetView from './LectureSheetView.svelte';
import { dayOf, minutesOf, timeOf } from './moments';
import { paper } from './paper.svelte';
import SheetView from './SheetView.svelte';

const row = (id: number, name: string, more: Partial<AttendanceRow> = {}): AttendanceRow => ({
  user_id: id,
  name,
  same_name_number: null,
  first_in: '2026-11-30T01:00:00Z',
  last_out: '2026-11-30T02:05:00Z',
  present_seconds: 3_871,
  steps_done: 7,
  hands_raised: 1,
  answers: 2,
  is_present: false,
  ...more,
});

const sheet = (more: Partial<SessionAttendance> = {}): SessionAttendance => ({
  session_id: 5,
  title: '오전반',
  status: 'REVIEW_MODE',
  lecture: { id: 7, title: '카카오톡 기초' },
  instructor: { id: 1, name: '박강사' },
  started_at: '2026-11-30T01:00:00Z',
  ended_at: '2026-11-30T02:05:00Z',
  taken_at: '2026-11-30T02:05:01Z',
  participants: [row(1, '이순자'), row(2, '김영자', { last_out: null, present_seconds: null, steps_done: null })],
  ...more,
});

const over: LectureAttendance = {
  lecture_id: 7,
  title: '카카오톡 기초',
  instructor: { id: 1, name: '박강사' },
  sessions: [
    { session_id: 5, title: '오전반', status: 'ENDED', started_at: '2026-11-23T01:00:00Z', ended_at: '2026-11-23T02:00:00Z' },
    { session_id: 6, title: '오후반', status: 'ENDED', started_at: '2026-11-30T05:00:00Z', ended_at: '2026-11-30T06:00:00Z' },
  ],
  people: [
    { user_id: 2, name: '김영자', same_name_number: null, classes: [row(2, ''), null], attended: 1, present_seconds: 3_871, steps_done: 7, hands_raised: 1, answers: 2 },
  ],
};

let server: FakeServer;

beforeEach(() => {
  installFakeSocket();
  server = new FakeServer()
    .on('GET', '/api/sessions/5/attendance', () => sheet())
    .on('GET', '/api/lectures/7/attendance', over)
    .on('GET', '/api/notifications', { notifications: [], pagination: { total_count: 0 } });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  paper.centre = '';
  paper.signature = false;
});

const table = (): HTMLElement => screen.getByRole('region', { name: '출석부' });
const cells = (line: number): (string | undefined)[] =>
  [...(within(table()).getAllByRole('row')[line]?.children ?? [])].map((cell) => cell.textContent?.trim());

it('counts minutes as the files do, and shows the time of Seoul', () => {
  expect([29, 30, 89, 90, 3_871].map(minutesOf)).toEqual([0, 1, 1, 2, 65]);
  expect(timeOf('2026-11-30T15:05:00Z')).toBe('00:05');
  expect(dayOf('2026-11-30T15:05:00Z', 'ko')).toBe('2026년 12월 1일 화요일');
});

it('shows who was there, and says what nobody wrote down', async () => {
  render(SheetView, { id: '5' });
  await waitFor(() => table());
  expect(cells(1)).toEqual(['이순자', '10:00', '11:05', '65', '7', '1', '2']);
  expect(cells(2)).toEqual(['김영자', '10:00', '기록 없음', '기록 없음', '기록 없음', '1', '2']);
  await fireEvent.click(within(table()).getByRole('button', { name: /이름/ }));
  expect(cells(1)[0]).toBe('김영자');
});

it('says that a class is not over and asks again until its sheet is taken', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  let asked = 0;
  server.on('GET', '/api/sessions/5/attendance', () => {
    asked += 1;
    return asked < 2
      ? sheet({ status: 'IN_PROGRESS', ended_at: null, taken_at: null, participants: [row(1, '이순자', { last_out: null, is_present: true })] })
      : sheet();
  });
  render(SheetView, { id: '5' });
  await screen.findByText(/아직 끝나지 않은 수업이에요/);
  expect(cells(1)[2]).toBe('참석 중');
  await vi.advanceTimersByTimeAsync(16_000);
  await waitFor(() => expect(screen.queryByText(/아직 끝나지 않은 수업이에요/)).toBeNull());
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(2);
});

it('prints a heading, everybody with a number, and room to sign where it is wanted', async () => {
  const { container } = render(SheetView, { id: '5' });
  await waitFor(() => table());
  const printed = (): Element => container.querySelector('article.sheet') as Element;
  expect(printed().textContent).toContain('박강사');
  expect(printed().textContent).toContain('2026년 11월 30일 월요일');
  expect(printed().textContent).toContain('10:00 – 11:05');
  expect(printed().querySelectorAll('thead th')).toHaveLength(8);
  expect([...printed().querySelectorAll('tbody tr td:first-child')].map((cell) => cell.textContent)).toEqual(['1', '2']);
  await fireEvent.click(screen.getByRole('checkbox'));
  await fireEvent.input(screen.getByLabelText('기관 이름'), { target: { value: '행복복지관' } });
  expect(printed().querySelectorAll('thead th')).toHaveLength(9);
  expect(printed().textContent).toContain('행복복지관');
});

it('shows a lecture over its classes, with a way to each', async () => {
  render(LectureSheetView, { id: '7' });
  await waitFor(() => table());
  expect(cells(1)).toEqual(['김영자', '65', '–', '1', '65', '7', '1', '2']);
  expect(screen.getByRole('link', { name: /오후반/ }).getAttribute('href')).toBe('/teach/sessions/6/attendance');
});

it('says what to do where there was no class yet', async () => {
  server.on('GET', '/api/lectures/7/attendance', { ...over, sessions: [], people: [] });
  render(LectureSheetView, { id: '7' });
  await screen.findByText(/아직 연 수업이 없어요/);
});
