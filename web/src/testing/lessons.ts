/** A lecture, a class of it and the people in it, as the instructor's pages read them. */
import type { FoundSession, LessonBody, PendingRequest, RosterBody, RosterPerson, RosterRow, RosterState, SubtaskBody, WhereaboutsBody } from '../api.gen';
import type { FakeServer } from './fakeServer';
import type { Lecture, Task } from '../teach/lecture';

export function subtask(id: number, title: string, position = id): SubtaskBody {
  return {
    id,
    task_id: 1,
    title,
    description: '',
    order: position,
    order_index: position,
    position,
    target_action: null,
    target_element_hint: null,
    guide_text: `${title} 안내`,
    voice_guide_text: '',
    image: null,
    audio: null,
  };
}

function task(id: number, title: string, subtasks: SubtaskBody[]): Task {
  return { id, title, description: '', order_index: id, subtasks };
}

/** What class 5 teaches: the lecture, as it was when it started. */
export function lesson(changed = false): LessonBody {
  const { tasks } = lecture();
  const rows = tasks.map((task) => ({ ...task, order: task.order_index, total_subtasks: task.subtasks.length }));
  return { session_id: 5, id: 5, lecture: info.lecture, tasks: rows, total_subtasks: 3, changed };
}

/** Two tasks: steps 1 and 2, then step 3. */
export function lecture(): Lecture {
  return {
    id: 7,
    title: '카카오톡 기초',
    description: '',
    instructor: { id: 1, name: '박강사' },
    instructor_id: 1,
    thumbnail_url: null,
    is_active: true,
    is_enrolled: false,
    enrolled_count: 0,
    session_count: 1,
    total_subtasks: 3,
    created_at: '2026-11-20T01:00:00Z',
    updated_at: '2026-11-20T01:00:00Z',
    tasks: [
      task(10, '열기', [subtask(1, '앱 열기'), subtask(2, '친구 고르기')]),
      task(20, '보내기', [subtask(3, '글 쓰기')]),
    ],
  };
}

export function seat(userId: number, name: string, more: Partial<RosterRow> = {}): RosterRow {
  return {
    participant_id: userId,
    id: userId,
    user_id: userId,
    user: { id: userId, name, email: null },
    name,
    email: null,
    is_guest: true,
    status: 'ACTIVE',
    joined_at: '2026-11-21T01:00:00Z',
    is_present: true,
    is_active: true,
    has_pending_help_request: false,
    current_step_status: 'IN_PROGRESS',
    open_help_request_id: null,
    last_seen_at: '2026-11-21T01:00:00Z',
    ...more,
  };
}

export function person(userId: number, name: string, more: Partial<RosterPerson> = {}): RosterPerson {
  return {
    participant_id: userId,
    user_id: userId,
    name,
    same_name_number: null,
    state: 'READING',
    since: '2026-11-21T01:00:00Z',
    is_present: true,
    received_at: '2026-11-21T01:00:00Z',
    done_at: null,
    help_request_id: null,
    help_answered: false,
    whereabouts: null,
    ...more,
  };
}

/** On the way, and nothing more told. */
export function whereaboutsOf(more: Partial<WhereaboutsBody> = {}): WhereaboutsBody {
  return {
    verdict: 'on_the_way',
    since: '2026-11-21T01:00:00Z',
    place: '',
    app: '',
    title: '',
    interruption: '',
    touched: '',
    way_back: '',
    suggested: false,
    rests_on: '',
    ...more,
  };
}

/** A roster of these people on a step, counted as the server does. */
export function rosterOf(people: RosterPerson[], stepId: number | null = 1, doneBefore: Record<number, number> = {}): RosterBody {
  const many = (...states: RosterState[]): number => people.filter(({ state }) => states.includes(state)).length;
  const done = people.filter(({ done_at }) => done_at !== null);
  const away = people.filter(({ state, done_at }) => done_at === null && ['NOT_RECEIVED', 'OFFLINE', 'LEFT'].includes(state));
  return {
    session_id: 5,
    step: stepId === null ? null : { id: stepId, began_at: '2026-11-21T01:00:00Z' },
    counts: {
      help: many('HELP'),
      not_received: many('NOT_RECEIVED'),
      offline: many('OFFLINE'),
      sent: many('SENT'),
      trying: many('TRYING'),
      reading: many('READING'),
      waiting: many('WAITING'),
      done: many('DONE'),
      left: many('LEFT'),
      total: people.length,
      present: people.filter(({ is_present }) => is_present).length,
      working: many('SENT', 'TRYING', 'READING'),
      done_in_all: done.length,
      expected: people.length - away.length,
    },
    people,
    done_by_step: [
      ...Object.entries(doneBefore).map(([id, count]) => ({ subtask_id: Number(id), people: count })),
      ...(stepId === null ? [] : [{ subtask_id: stepId, people: done.length }]),
    ],
    pace: null,
    gate: { percent: null, reached: true },
    settings: { title: '오전반', scheduled_at: null, auto_help: true, completion: 'suggested', locked: false, gate_percent: null, break_ends_at: null },
  };
}

export function helpOf(id: number, userId: number, name: string, stepId = 1): PendingRequest {
  return {
    help_request_id: id,
    id,
    user: { id: userId, name },
    same_name_number: null,
    subtask: { id: stepId, title: '앱 열기' },
    lecture: { id: 1, title: '유튜브' },
    session_id: 5,
    request_type: 'MANUAL',
    priority: 'NORMAL',
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
    status: 'ANALYZING',
    created_at: '2026-11-21T01:00:00Z',
  };
}

const info: FoundSession = {
  session_id: 5,
  id: 5,
  session_code: 'ABC234',
  title: '오전반',
  status: 'IN_PROGRESS',
  lecture: { id: 7, title: '카카오톡 기초', description: '' },
  instructor: { id: 1, name: '박강사' },
  participant_count: 3,
  scheduled_at: null,
  started_at: '2026-11-21T01:00:00Z',
  my_status: null,
  chat_room_id: null,
};

/** 김 reads, 이 is done, 박 is gone. */
export function runningRoster(): RosterBody {
  return rosterOf([
    person(3, '박', { state: 'OFFLINE', is_present: false }),
    person(1, '김'),
    person(2, '이', { state: 'DONE', done_at: '2026-11-21T01:01:00Z' }),
  ]);
}

/** A class on its first step with 김 (working), 이 (done) and 박 (gone). */
export function runningClass(server: FakeServer): void {
  const people = [
    seat(1, '김'),
    seat(2, '이', { current_step_status: 'COMPLETED' }),
    seat(3, '박', { is_present: false, status: 'DISCONNECTED' }),
  ];
  let current: Record<string, unknown> = {
    session_id: 5,
    status: 'IN_PROGRESS',
    current_subtask: { id: 1, title: '앱 열기' },
    started_at: '2026-11-21T01:00:00Z',
    active_participants: 2,
    instructor_message: null,
  };
  server
    .on('GET', '/api/sessions/5', info)
    .on('GET', '/api/sessions/5/lesson', lesson())
    .on('GET', '/api/sessions/5/current', () => current)
    .on('POST', '/api/sessions/5/next-step', ({ body }) => {
      current = { ...current, current_subtask: { id: (body as { next_subtask_id: number }).next_subtask_id } };
      return {};
    })
    .on('POST', '/api/sessions/5/pause', () => (current = { ...current, status: 'PAUSED' }))
    .on('POST', '/api/sessions/5/resume', () => (current = { ...current, status: 'IN_PROGRESS' }))
    .on('GET', '/api/sessions/5/participants', { participants: people, total_count: 3 })
    .on('GET', '/api/sessions/5/roster', runningRoster())
    .on('GET', '/api/dashboard/help-requests/pending', { pending_requests: [], groups: [] })
    .on('GET', '/api/sessions/5/summary', { steps: [] });
}
