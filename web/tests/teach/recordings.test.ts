import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boxFrom, happeningOf, kindOf, sizeFor, sizeGiven, type Happening } from '../../src/teach/recordings/happening';
import { DraftTask, handOver, merged, stepsOf } from '../../src/teach/recordings/draft.svelte';
import { clockOf, Track } from '../../src/teach/recordings/track';
import { FakeServer, Refusal, subtask } from './server';

const event = (event_type: string, data: Record<string, unknown> = {}, seconds = 0): Parameters<typeof happeningOf>[0] => ({
  event_type,
  timestamp: new Date(1_764_000_000_000 + seconds * 1000).toISOString(),
  data,
});
const happened = (type: string, data: Record<string, unknown> = {}, seconds = 0): Happening => happeningOf(event(type, data, seconds), null);

describe('what an event shows', () => {
  it.each([
    ['touch', 'tap'],
    ['TYPE_VIEW_CLICKED', 'tap'],
    ['TYPE_VIEW_TEXT_CHANGED', 'text'],
    ['long_press', 'long'],
    ['swipe', 'scroll'],
    ['WINDOW_STATE_CHANGED', 'screen'],
    ['back', 'back'],
    ['battery', 'other'],
  ])('%s is a %s', (type, kind) => expect(kindOf(type)).toBe(kind));

  it('understands the boxes that phones write', () => {
    const box = { x: 10, y: 20, width: 30, height: 40 };
    expect(boxFrom({ left: 10, top: 20, right: 40, bottom: 60 })).toEqual(box);
    expect(boxFrom([10, 20, 40, 60])).toEqual(box);
    expect(boxFrom('[10,20][40,60]')).toEqual(box);
    expect(boxFrom(box)).toEqual(box);
    for (const none of [null, 'here', [1, 2], [40, 60, 10, 20], { x: 1 }, {}]) expect(boxFrom(none)).toBeNull();
  });

  it('stays on the last screen that was named', () => {
    const first = happeningOf(event('app_open', { package: 'com.kakao.talk', screen: '친구' }), null);
    expect(happeningOf(event('click', { text: '채팅' }), first)).toMatchObject({ app: 'com.kakao.talk', screen: '친구', label: '채팅' });
  });

  it('does not show what somebody typed', () => {
    expect(happened('text_input', { text: '손녀에게', hint: '글 쓰는 칸' }).label).toBe('글 쓰는 칸');
    expect(happened('text_input', { text: '손녀에게' }).label).toBe('');
  });

  it('says when nothing was kept', () => {
    expect(happened('click', { redacted: true })).toMatchObject({ masked: true, label: '', point: null });
  });

  it('draws a screen on which everything has its place', () => {
    expect(sizeFor({ width: 0, height: 0 })).toEqual({ width: 1080, height: 2340 });
    expect(sizeFor({ width: 700, height: 1500 })).toEqual({ width: 720, height: 1600 });
    expect(sizeFor({ width: 4000, height: 100 })).toEqual({ width: 4000, height: 100 });
    expect(sizeGiven(event('screen', { screen_size: { width: 800, height: 1280 } }))).toEqual({ width: 800, height: 1280 });
    expect(sizeGiven(event('screen', { screen: '친구', width: 10, height: 10 }))).toBeNull();
  });
});

describe('the time of a replay', () => {
  const at = [0, 1, 61, 61, 62].map((seconds) => happened('click', {}, seconds));

  it('shortens long pauses, or not', () => {
    const track = new Track(true);
    track.add(at);
    expect(track.length).toBe(1000 + 1500 + 1000 + 1000);
    expect(track.timeOf(2)).toBe(2500);
    track.shorten(false);
    expect(track.timeOf(2)).toBe(61_000);
  });

  it('finds what has happened by a moment', () => {
    const track = new Track(false);
    expect(track.indexAt(0)).toBe(-1);
    track.add(at);
    expect([0, 999, 1000, 60_999, 61_000, 99_999].map((time) => track.indexAt(time))).toEqual([0, 0, 1, 1, 3, 4]);
  });

  it('takes a hundred thousand events in pages, quickly', () => {
    const track = new Track(true);
    const started = performance.now();
    for (let page = 0; page < 100; page += 1) {
      track.add(Array.from({ length: 1000 }, (_, n) => happened(n % 5 ? 'click' : 'scroll', { x: n }, page * 500 + n / 2)));
    }
    const marks = track.marks(300);
    expect(performance.now() - started).toBeLessThan(3000);
    expect([track.counts.press, track.counts.scroll, marks.press.length]).toEqual([80_000, 20_000, 300]);
    expect(track.indexAt(track.timeOf(77_777))).toBe(77_777);
  });

  it('is told as a clock', () => expect([0, 65_999, 3_723_000].map(clockOf)).toEqual(['0:00', '1:05', '1:02:03']));
});

describe('a draft on its way to a lecture', () => {
  const words = (title: string): Parameters<typeof stepsOf>[0][number] => ({
    title,
    description: '',
    target_action: 'CLICK',
    target_element_hint: null,
    guide_text: `${title} 안내.`,
    voice_guide_text: `${title} 말.`,
  });
  let server: FakeServer;

  beforeEach(() => {
    server = new FakeServer();
    handOver(7, '인사하기', stepsOf([words('열기'), words('쓰기'), words('보내기')]));
  });
  afterEach(() => sessionStorage.clear());

  it('merges two steps into where the second one ends', () => {
    const [one, two] = stepsOf([words('열기'), { ...words('쓰기'), target_element_hint: 'edit' }]);
    expect(one && two && merged(one, two)).toMatchObject({ title: '쓰기', guide_text: '열기 안내. 쓰기 안내.', target_element_hint: 'edit' });
  });

  it('stores nothing before it is saved, then the task and its steps in order', async () => {
    const draft = new DraftTask(7);
    draft.change({ title: '카카오톡 열기' });
    expect(new DraftTask(7).kept?.steps[0]?.title).toBe('카카오톡 열기');
    expect(server.asked).toEqual([]);
    server.on('POST', '/api/lectures/7/tasks', { id: 70, title: '인사하기', description: '', order_index: 1 });
    server.on('POST', '/api/tasks/70/subtasks', ({ body }) => subtask(1, (body as { title: string }).title));
    const task = await draft.save();
    expect(task?.subtasks.map((step) => step.title)).toEqual(['카카오톡 열기', '쓰기', '보내기']);
    expect(server.got('POST', '/api/tasks/70/subtasks')[1]?.body).toEqual(words('쓰기'));
    expect(new DraftTask(7).kept).toBeNull();
  });

  it('goes on where saving stopped', async () => {
    const draft = new DraftTask(7);
    let down = false;
    server.on('POST', '/api/lectures/7/tasks', { id: 70, title: '인사하기', description: '', order_index: 1 });
    server.on('POST', '/api/tasks/70/subtasks', ({ body }) => {
      const { title } = body as { title: string };
      return title === '쓰기' && !down ? ((down = true), new Refusal(503, 'UNAVAILABLE')) : subtask(1, title);
    });
    await expect(draft.save()).rejects.toMatchObject({ status: 503 });
    expect([draft.saved, draft.saving, draft.kept?.steps.length]).toEqual([1, false, 3]);
    await draft.save();
    expect(server.got('POST', '/api/lectures/7/tasks')).toHaveLength(1);
    const sent = server.got('POST', '/api/tasks/70/subtasks').map(({ body }) => (body as { title: string }).title);
    expect(sent).toEqual(['열기', '쓰기', '쓰기', '보내기']);
  });
});
