import { cleanup, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forget, remember } from '../account';
import type { LearnedLectureBody, LoginBody } from '../api.gen';
import { storage } from '../storage';
import { FakeServer, Refusal } from '../testing/fakeServer';
import { readLearning } from './learning';
import LearningPage from './LearningPage.svelte';
import { guestSeats } from './seats';

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
});
afterEach(() => {
  cleanup();
  forget();
  localStorage.clear();
});

function sit(code: string, userId: number, kind = 'guest'): void {
  storage.set(`seat.${code}`, { code, kind, name: '김영자', userId, sessionId: 1 });
  storage.set(`tokens.seat.${code}`, { access: code, refresh: code });
}

function learned(id: number, done: number, total: number): LearnedLectureBody {
  const step = {
    id: 3, task_id: 1, lecture_id: id, title: '친구 고르기', order: 1, order_index: 1, position: done + 1,
    guide_text: '이름을 누르세요.', voice_guide_text: '', status: 'NOT_STARTED' as const, image: null,
    audio: null,
  };
  return {
    id,
    title: `강의 ${id}`,
    instructor_name: '박강사',
    completed_subtasks: done,
    total_subtasks: total,
    practice: done < total ? { step, asked_for_help: false } : null,
    classes: [{ session_id: 5, session_code: 'ABC234', title: '오전반', status: 'REVIEW_MODE', started_at: '2026-11-21T01:00:00Z' }],
  };
}

test('a phone knows each person by one seat, and members by none', () => {
  sit('AAA222', 7);
  sit('BBB333', 7);
  sit('CCC444', 8);
  sit('DDD555', 9, 'account');
  storage.set('seat.broken.more', { code: 'x' });
  localStorage.setItem('mgpt.seat.EEE666', '{');
  expect(guestSeats().map(({ userId }) => userId).sort()).toEqual([7, 8]);
});

test('what the phone did as several people stands together, each praise once', async () => {
  sit('AAA222', 7);
  sit('BBB333', 8);
  const answers = [
    { lectures: [learned(1, 1, 3)], achievements: [{ milestone: 10, unlocked_at: '2026-11-21T01:00:00Z' }] },
    { lectures: [learned(2, 3, 3)], achievements: [{ milestone: 10, unlocked_at: '2026-11-20T01:00:00Z' }] },
  ];
  server.on('GET', '/api/me/learning', () => answers.shift());
  const { lectures, achievements } = await readLearning(false);
  expect(lectures.map(({ id }) => id).sort()).toEqual([1, 2]);
  expect(achievements).toEqual([{ milestone: 10, unlocked_at: '2026-11-20T01:00:00Z' }]);
});

test('a seat that the server has forgotten hides nothing else', async () => {
  sit('AAA222', 7);
  sit('BBB333', 8);
  let asked = 0;
  server.on('GET', '/api/me/learning', () => {
    asked += 1;
    if (asked === 1) return new Refusal(403, 'GUEST_NOT_ALLOWED');
    return { lectures: [learned(2, 3, 3)], achievements: [] };
  });
  expect((await readLearning(false)).lectures).toHaveLength(1);
});

test('a member sees how far they are, what to practise and the way into the class', async () => {
  const user = { id: 4, email: null, name: '이순자', nickname: '', role: 'STUDENT', digital_level: '', is_guest: false };
  remember({ access_token: 'a', refresh_token: 'r', user } as LoginBody);
  server.on('GET', '/api/me/learning', { lectures: [learned(1, 1, 3)], achievements: [{ milestone: 10, unlocked_at: '2026-11-21T01:00:00Z' }] });
  render(LearningPage);
  const card = within(await screen.findByRole('article', { name: '강의 1' }));
  expect(card.getByRole('meter').getAttribute('aria-valuetext')).toBe('1 / 3단계');
  expect(card.getByText('친구 고르기')).toBeTruthy();
  expect(card.getByText('이름을 누르세요.')).toBeTruthy();
  expect(card.getByRole('link', { name: '복습하러 가기' }).getAttribute('href')).toBe('/join/ABC234');
  expect(screen.getByText('단계를 10개 하셨어요')).toBeTruthy();
});

test('a class that lets nobody in is attended, and no way in', async () => {
  const user = { id: 4, email: null, name: '이순자', nickname: '', role: 'STUDENT', digital_level: '', is_guest: false };
  remember({ access_token: 'a', refresh_token: 'r', user } as LoginBody);
  const shut = learned(1, 1, 3);
  shut.classes[0] = { ...shut.classes[0]!, session_code: null, status: 'IN_PROGRESS' };
  server.on('GET', '/api/me/learning', { lectures: [shut], achievements: [] });
  render(LearningPage);
  const card = within(await screen.findByRole('article', { name: '강의 1' }));
  expect(card.getByText(/1/, { selector: 'p:last-child' })).toBeTruthy();
  expect(card.queryByRole('link')).toBeNull();
});

test('somebody who has learned nothing is shown the way in', async () => {
  render(LearningPage);
  expect((await screen.findByRole('link', { name: '수업에 들어가기' })).getAttribute('href')).toBe('/');
});
