import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeServer, Refusal } from '../../testing/fakeServer';
import { subtask } from '../../testing/lessons';
import { DraftTask, handOver, merged, stepsOf } from './draft.svelte';

describe('a draft on its way to a lecture', () => {
  const words = (title: string): Parameters<typeof stepsOf>[0][number] => ({
    title,
    description: '',
    target_action: 'CLICK',
    target_element_hint: null,
    guide_text: `${title} 안내.`,
    voice_guide_text: `${title} 말.`,
    image: null,
    expectation: null,
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
    expect(server.got('POST', '/api/tasks/70/subtasks')[1]?.body).toEqual({ ...words('쓰기'), image: undefined, expectation: undefined });
    expect(new DraftTask(7).kept).toBeNull();
  });

  it('says what a step expects by its recording', async () => {
    const expectation = { action: 'TAP', source: 'recording', target: { labels: ['보내기'] } } as const;
    handOver(7, '인사하기', stepsOf([words('열기'), { ...words('보내기'), expectation: expectation as never }]));
    server.on('POST', '/api/lectures/7/tasks', { id: 70, title: '인사하기', description: '', order_index: 1 });
    let made = 0;
    server.on('POST', '/api/tasks/70/subtasks', ({ body }) => subtask((made += 1), (body as { title: string }).title));
    server.on('PUT', '/api/subtasks/2/expectation', expectation);
    await new DraftTask(7).save();
    expect(server.got('PUT', '/api/subtasks/2/expectation').map(({ body }) => body)).toEqual([{ expectation }]);
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
