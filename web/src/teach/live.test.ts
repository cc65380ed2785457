import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket, installFakeSocket } from '../testing/fakeSocket';
import { FakeServer, Refusal } from '../testing/fakeServer';
import type { RosterBody } from '../api.gen';
import { helpOf, person, rosterOf, runningClass, runningRoster, seat, whereaboutsOf } from '../testing/lessons';
import { LiveClass } from './live.svelte';

let server: FakeServer;
let live: LiveClass;
let onConflict: ReturnType<typeof vi.fn<(error: unknown) => void>>;
let seq = 0;

const pass = (ms = 60): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const states = (): string[] => live.people.map(({ name, state }) => `${name} ${state}`);

async function say(type: string, more: Record<string, unknown> = {}): Promise<void> {
  seq += 1;
  FakeSocket.last.say({ type, stream: 'session:5', epoch: 'e', seq, ...more });
  await pass();
}

async function tell(roster: RosterBody): Promise<void> {
  FakeSocket.last.say({ type: 'roster', data: roster });
  await pass();
}

/** The next connection is tried at once: no jitter here. */
async function loseConnection(): Promise<void> {
  const lost = FakeSocket.last;
  vi.spyOn(Math, 'random').mockReturnValue(0);
  lost.end(1006);
  await pass();
  expect(FakeSocket.last).not.toBe(lost);
}

beforeEach(async () => {
  vi.useFakeTimers();
  installFakeSocket();
  server = new FakeServer();
  runningClass(server);
  onConflict = vi.fn<(error: unknown) => void>();
  live = new LiveClass('5', { onConflict });
  await pass();
  seq = 0;
  FakeSocket.last.hello({ 'session:5': { epoch: 'e', seq: 0 } });
  await pass();
});

afterEach(() => {
  live.close();
  vi.useRealTimers();
});

describe('the class', () => {
  it('connects by its code and shows people worst first', () => {
    expect(FakeSocket.last.url).toContain('/ws/sessions/ABC234/');
    expect(states()).toEqual(['박 OFFLINE', '김 READING', '이 DONE']);
    expect(live.current?.title).toBe('앱 열기');
    expect(live.next?.id).toBe(2);
  });

  it('shows what the server says of its people', async () => {
    await tell(rosterOf([person(1, '김', { state: 'HELP', help_request_id: 9 }), person(2, '이', { state: 'DONE', done_at: 'x' })]));
    expect(states()).toEqual(['김 HELP', '이 DONE']);
    expect([live.present, live.doneCount(1), live.counts.help]).toEqual([2, 1, 1]);
  });

  it('leaves a roster of another step unseen', async () => {
    await tell(rosterOf([person(1, '김', { state: 'DONE', done_at: 'x' })], 2));
    expect(states()).toContain('김 READING');
  });

  it('reads the other facts for somebody new, once for many', async () => {
    const before = server.got('GET', '/api/sessions/5/participants').length;
    const people = [4, 5, 6].map((id) => seat(id, `새${id}`));
    server.on('GET', '/api/sessions/5/participants', { participants: people, total_count: 3 });
    for (const many of [1, 2, 3]) await tell(rosterOf(people.slice(0, many).map(({ user_id, name }) => person(user_id, name))));
    await pass(2_000);
    expect(live.people).toHaveLength(3);
    expect(live.seats.get(6)?.name).toBe('새6');
    expect(server.got('GET', '/api/sessions/5/participants')).toHaveLength(before + 1);
  });

  it('says how many phones have the newest step', async () => {
    expect(live.delivered).toBeNull();
    await say('step_changed', { subtask: { id: 2, title: '친구 고르기' }, instructor_message: '잘했어요' });
    expect(live.currentId).toBe(2);
    expect(live.message).toBe('잘했어요');
    expect(live.delivered).toEqual({ received: 0, total: 2 });
    FakeSocket.last.say({ type: 'delivery', stream: 'session:5', seq, received: 2, total: 2 });
    await pass();
    expect(live.delivered).toEqual({ received: 2, total: 2 });
    expect(FakeSocket.last.got('resume')).toEqual([]);
  });

  it('keeps the words of the start when the first step follows them', async () => {
    live.currentId = null;
    await say('session_status_changed', { status: 'IN_PROGRESS', instructor_message: '시작해요' });
    await say('step_changed', { subtask: { id: 1, title: '앱 열기' }, instructor_message: null });
    expect(live.message).toBe('시작해요');
    await say('step_changed', { subtask: { id: 2, title: '친구 고르기' }, instructor_message: null });
    expect(live.message).toBeNull();
  });

  it('takes the first event of a stream that had none as it comes', async () => {
    await loseConnection();
    FakeSocket.last.hello({ 'session:9': { epoch: '', seq: 0 } });
    const event = { stream: 'session:9', epoch: 'fresh' };
    FakeSocket.last.say({ type: 'session_status_changed', status: 'IN_PROGRESS', ...event, seq: 1 });
    FakeSocket.last.say({ type: 'step_changed', subtask: { id: 2, title: '친구 고르기' }, ...event, seq: 2 });
    await pass();
    expect(FakeSocket.last.got('resume')).toEqual([]);
    expect(live.delivered).toEqual({ received: 0, total: 2 });
  });

  it('ignores receipts of a step that is over', async () => {
    await say('step_changed', { subtask: { id: 2, title: '친구 고르기' } });
    FakeSocket.last.say({ type: 'delivery', stream: 'session:5', seq: seq - 1, received: 2, total: 2 });
    await pass();
    expect(live.delivered?.received).toBe(0);
  });

  it('starts everybody anew on a new step and keeps the count of the old one', async () => {
    await say('step_changed', { subtask: { id: 2, title: '친구 고르기' } });
    expect(live.doneCount(1)).toBe(1);
    expect(live.doneCount(2)).toBe(0);
    expect(states()).toEqual(['박 OFFLINE', '김 SENT', '이 SENT']);
  });

  it('reads everything again after a lost connection', async () => {
    const before = server.got('GET', '/api/sessions/5/current').length;
    await loseConnection();
    FakeSocket.last.hello({ 'session:5': { epoch: 'e', seq } });
    await pass();
    expect(server.got('GET', '/api/sessions/5/current')).toHaveLength(before + 1);
  });

  it('reads until when a class pauses, and forgets it when the class goes on', async () => {
    const until = '2026-11-21T02:00:00Z';
    const roster = runningRoster();
    server.on('GET', '/api/sessions/5/roster', { ...roster, settings: { ...roster.settings, break_ends_at: until } });
    await live.togglePause('');
    await loseConnection();
    FakeSocket.last.hello({ 'session:5': { epoch: 'e', seq } });
    await pass();
    expect([live.status, live.breakEndsAt]).toEqual(['PAUSED', until]);
    await live.togglePause('');
    expect([live.status, live.breakEndsAt]).toEqual(['IN_PROGRESS', null]);
  });
});

describe('commands', () => {
  it('show at once and name the step they mean', async () => {
    const done = live.advance(' 다음이에요 ');
    expect(live.currentId).toBe(2);
    expect(live.counts).toMatchObject({ sent: 2, working: 2, done: 0, done_in_all: 0 });
    expect(live.busy).toBe('next-step');
    expect(await done).toBe(true);
    const sent = server.got('POST', '/api/sessions/5/next-step').map(({ body }) => body);
    expect(sent).toEqual([{ next_subtask_id: 2, message: '다음이에요' }]);
  });

  it('are sent once however fast the key is pressed', async () => {
    const results = await Promise.all([live.advance(''), live.advance(''), live.advance('')]);
    expect(results).toEqual([true, false, false]);
    expect(live.currentId).toBe(2);
  });

  it('are taken back when the server says no', async () => {
    server.on('POST', '/api/sessions/5/pause', new Refusal(409, 'INVALID_TRANSITION'));
    expect(await live.togglePause('')).toBe(false);
    expect(live.status).toBe('IN_PROGRESS');
    expect(onConflict).toHaveBeenCalledWith(expect.objectContaining({ code: 'INVALID_TRANSITION' }));
    expect(live.busy).toBeNull();
  });

  it('are not undone by an answer that is older than they are', async () => {
    // A connection that comes back reads the state again.
    const lost = FakeSocket.last;
    vi.spyOn(Math, 'random').mockReturnValue(0);
    let release = (): void => undefined;
    lost.end(1006);
    await pass();
    const old = { session_id: 5, status: 'IN_PROGRESS', current_subtask: { id: 1 }, started_at: null, instructor_message: null };
    const late = new Promise((resolve) => (release = () => resolve(Response.json(old))));
    const answer = globalThis.fetch;
    vi.stubGlobal('fetch', (path: string, init: RequestInit) =>
      path.endsWith('/current') ? late : answer(path, init),
    );
    FakeSocket.last.hello();
    await pass();
    await live.advance('');
    vi.stubGlobal('fetch', answer);
    release();
    await pass();
    expect(live.currentId).toBe(2);
  });

  it('are not taken back by a roster that is older', async () => {
    const done = live.advance('');
    await tell(runningRoster());
    await done;
    expect(states()).toContain('이 SENT');
  });

  it('find the gate closed until enough are done', async () => {
    expect(live.gateClosed).toBe(false);
    await tell({ ...runningRoster(), gate: { percent: 80, reached: false } });
    expect([live.gateClosed, live.gatePercent]).toEqual([true, 80]);
    await live.advance('');
    expect(live.currentId).toBe(2);
  });

  it('do nothing past the last step', async () => {
    await live.jump(live.steps[2]!);
    expect(live.currentId).toBe(3);
    expect(await live.advance('')).toBe(false);
    expect(server.got('POST', '/api/sessions/5/next-step')).toHaveLength(1);
  });

  it('pause, and then resume', async () => {
    await live.togglePause('5분 쉬어요');
    expect([live.status, live.message]).toEqual(['PAUSED', '5분 쉬어요']);
    await live.togglePause('');
    expect(live.status).toBe('IN_PROGRESS');
  });
});

describe('help', () => {
  it('hands that need a person come first, then other hands, those of earlier steps, and what was noticed', async () => {
    const rows = [
      { ...helpOf(21, 1, '김'), status: 'RESOLVED', answer_source: 'TEACHER', answer_rating: null },
      { ...helpOf(22, 2, '이'), status: 'RESOLVED', answer_source: 'LOCAL', request_type: 'AUTO', priority: 'LOW' },
      { ...helpOf(23, 3, '박'), status: 'RESOLVED', answer_source: 'LOCAL' },
      { ...helpOf(24, 4, '최'), status: 'RESOLVED', answer_source: 'LOCAL', asked_again: true },
      { ...helpOf(25, 5, '정'), status: 'RESOLVED', answer_source: 'TEACHER', answer_rating: 2, asked_again: true },
      { ...helpOf(26, 6, '한'), status: 'FAILED', answer_source: 'FALLBACK', request_type: 'AUTO' },
      { ...helpOf(28, 8, '윤'), subtask: { id: 99, title: '지난 단계' } },
      helpOf(27, 7, '조'),
    ];
    server.on('GET', '/api/dashboard/help-requests/pending', { pending_requests: rows, groups: [] });
    await say('help_requested', { user_id: 1, user_name: '김', subtask_id: 1, message: null });
    await vi.advanceTimersByTimeAsync(100);
    expect(live.queue.map(({ help_request_id }) => help_request_id)).toEqual([24, 25, 27, 23, 21, 28, 22, 26]);
    expect(live.unanswered.map(({ help_request_id }) => help_request_id)).toEqual([24, 25, 27]);
  });

  beforeEach(async () => {
    server.on('GET', '/api/dashboard/help-requests/pending', {
      pending_requests: [helpOf(11, 2, '이'), helpOf(12, 1, '김')],
      groups: [],
    });
    await say('help_requested', { user_id: 1, user_name: '김', subtask_id: 1, message: null });
  });

  it('comes first, the longest waiting before all', () => {
    expect(live.unanswered.map(({ user }) => user.name)).toEqual(['이', '김']);
  });

  it('moves back when it is answered, and stays until it is closed', async () => {
    server.on('POST', '/api/help/request/11/answer', {}).on('POST', '/api/help/request/11/close', {});
    await live.answer(live.help[0]!, '이렇게 하세요');
    expect(server.got('POST', '/api/help/request/11/answer')[0]?.body).toMatchObject({ help_content: '이렇게 하세요' });
    expect(live.queue.map(({ user }) => user.name)).toEqual(['김', '이']);
    await live.closeRequest(live.help[0]!);
    expect(live.help.map(({ help_request_id }) => help_request_id)).toEqual([12]);
  });

  it('stays when it cannot be closed', async () => {
    server.on('POST', '/api/help/request/11/close', new Refusal(503, 'UNAVAILABLE'));
    await expect(live.closeRequest(live.help[0]!)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(live.help).toHaveLength(2);
  });

  it('goes when the student finishes it', async () => {
    server.on('GET', '/api/dashboard/help-requests/pending', { pending_requests: [helpOf(11, 2, '이')], groups: [] });
    await tell(rosterOf([person(2, '이', { state: 'HELP', help_request_id: 11 }), person(1, '김', { state: 'DONE', done_at: 'x' })]));
    expect(live.unanswered).toHaveLength(1);
  });
});

describe('what phones report', () => {
  const done = whereaboutsOf({ verdict: 'done', suggested: true, rests_on: 'act' });
  const where = (): (string | null)[] => live.people.map(({ name, whereabouts }) => `${name} ${whereabouts?.verdict ?? '-'}`);
  const told = (stepId: number): Promise<void> =>
    say('whereabouts', { subtask_id: stepId, people: [{ participant_id: 1, user_id: 1, whereabouts: done }] });
  const decided = (decision: string, ...ids: number[]): object => ({ session_id: 5, subtask_id: 1, decision, participant_ids: ids });

  it('is shown of those whom the frame names, on the step of now', async () => {
    await told(2);
    expect(where()).toEqual(['박 -', '김 -', '이 -']);
    await told(1);
    expect(where()).toEqual(['박 -', '김 done', '이 -']);
    expect(states()).toEqual(['박 OFFLINE', '김 READING', '이 DONE']);
  });

  it('is forgotten when the class moves on', async () => {
    await told(1);
    await live.advance('');
    expect(where()).toEqual(['박 -', '김 -', '이 -']);
  });

  it('is accepted for one person, for all, or declined, on this step', async () => {
    server
      .on('POST', '/api/sessions/5/seats/1/completion/accept', decided('ACCEPTED', 1))
      .on('POST', '/api/sessions/5/seats/1/completion/decline', decided('DECLINED', 1))
      .on('POST', '/api/sessions/5/completion/accept', decided('ACCEPTED', 1));
    await told(1);
    await live.decideCompletion('DECLINED', 1);
    expect(live.roster?.people.find((one) => one.user_id === 1)?.whereabouts?.suggested).toBe(false);
    for (const who of [1, null]) {
      await told(1);
      expect(await live.decideCompletion('ACCEPTED', who)).toEqual([1]);
      expect(where()).toEqual(['박 -', '김 -', '이 -']);
    }
    expect(server.got('POST', '/api/sessions/5/completion/accept')[0]?.body).toEqual({ subtask_id: 1 });
  });

  it('is read again when it has changed meanwhile', async () => {
    server.on('POST', '/api/sessions/5/seats/1/completion/accept', () => new Refusal(409, 'COMPLETION_NOT_SUGGESTED'));
    await told(1);
    await expect(live.decideCompletion('ACCEPTED', 1)).rejects.toMatchObject({ code: 'COMPLETION_NOT_SUGGESTED' });
    await pass();
    expect(where()).toEqual(['박 -', '김 -', '이 -']);
  });

  it('is asked of nobody any more once the class is set otherwise', async () => {
    expect(live.completion).toBe('suggested');
    await say('settings_changed', { title: '오전반', scheduled_at: null, completion: 'by_hand', screens: true });
    expect(live.completion).toBe('by_hand');
  });
});
