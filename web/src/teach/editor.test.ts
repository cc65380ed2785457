import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api';
import type { SubtaskBody } from '../api.gen';
import { FakeServer, Refusal } from '../testing/fakeServer';
import { lecture, subtask } from '../testing/lessons';
import { Editor } from './editor.svelte';

let server: FakeServer;
let editor: Editor;

function step(id: number): SubtaskBody {
  const found = editor.steps.find((one) => one.id === id);
  if (!found) throw new Error(`no step ${id}`);
  return found;
}

const order = (): unknown => editor.lecture?.tasks.map((task) => task.subtasks.map(({ id }) => id));

beforeEach(async () => {
  vi.useFakeTimers();
  server = new FakeServer()
    .on('GET', '/api/lectures/7', lecture())
    .on('PATCH', '/api/subtasks/1', {})
    .on('PATCH', '/api/lectures/7', {})
    .on('PUT', '/api/lectures/7/order', {});
  editor = new Editor('7');
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  vi.useRealTimers();
});

describe('saving', () => {
  it('sends what was typed once, a moment after the last key', async () => {
    editor.setStep(step(1), { title: '앱' });
    editor.setStep(step(1), { title: '앱 켜기', guide_text: '누르세요' });
    expect(editor.state).toBe('dirty');
    expect(server.got('PATCH', '/api/subtasks/1')).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    const sent = server.got('PATCH', '/api/subtasks/1').map(({ body }) => body);
    expect(sent).toEqual([{ title: '앱 켜기', guide_text: '누르세요' }]);
    expect(editor.state).toBe('saved');
  });

  it('does not save a step without a name, nor the name it had a moment ago', async () => {
    editor.setStep(step(1), { title: '가', guide_text: '안내' });
    editor.setStep(step(1), { title: '' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.got('PATCH', '/api/subtasks/1').map(({ body }) => body)).toEqual([{ guide_text: '안내' }]);
    expect(editor.problemAt('step', 1, 'title')).toBe('title');
    expect(editor.unsafe).toBe(true);
    editor.setStep(step(1), { title: '나' });
    expect(editor.problemAt('step', 1, 'title')).toBeNull();
  });

  it('takes only web addresses for the picture', async () => {
    editor.setLecture({ thumbnail_url: 'javascript:alert(1)' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(editor.problemAt('lecture', 7, 'thumbnail_url')).toBe('url');
    expect(server.got('PATCH', '/api/lectures/7')).toEqual([]);
  });

  it('keeps what could not be saved, and lets newer text win', async () => {
    server.down = true;
    editor.setStep(step(1), { title: '하나', guide_text: '처음' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(editor.state).toBe('failed');
    expect(editor.failure).toBeInstanceOf(ApiError);
    editor.setStep(step(1), { guide_text: '나중' });
    server.down = false;
    await editor.flush();
    expect(server.got('PATCH', '/api/subtasks/1').at(-1)?.body).toEqual({ title: '하나', guide_text: '나중' });
    expect(editor.state).toBe('saved');
  });

  it('shows a refused field and does not send it for ever', async () => {
    server.on('PATCH', '/api/subtasks/1', new Refusal(400, 'INVALID_REQUEST', { field: 'guide_text' }));
    editor.setStep(step(1), { guide_text: '길어요' });
    await vi.advanceTimersByTimeAsync(5000);
    expect(editor.problemAt('step', 1, 'guide_text')).toEqual({ refused: 'INVALID_REQUEST' });
    expect(server.got('PATCH', '/api/subtasks/1')).toHaveLength(1);
  });
});

describe('order', () => {
  it('moves within a task, over its edge, and stops at the ends', () => {
    expect(editor.moveStep(2, -1)).toBe(true);
    expect(order()).toEqual([[2, 1], [3]]);
    expect(editor.moveStep(1, 1)).toBe(true);
    expect(order()).toEqual([[2], [1, 3]]);
    expect(editor.moveStep(1, -1)).toBe(true);
    expect(order()).toEqual([[2, 1], [3]]);
    expect(editor.moveStep(2, -1)).toBe(false);
    expect(editor.moveStep(3, 1)).toBe(false);
  });

  it('puts a dragged step before or behind another one', () => {
    editor.place(1, 10, 2);
    expect(order()).toEqual([[2, 1], [3]]);
    editor.place(3, 10, 1);
    expect(order()).toEqual([[2, 3, 1], []]);
    expect(editor.place(2, 10, 1)).toBe(false);
  });

  it('is saved as one whole, once for several moves', async () => {
    editor.moveStep(2, -1);
    editor.moveTask(20, -1);
    await vi.advanceTimersByTimeAsync(1000);
    const tasks = [{ id: 20, subtasks: [3] }, { id: 10, subtasks: [2, 1] }];
    expect(server.got('PUT', '/api/lectures/7/order').map(({ body }) => body)).toEqual([{ tasks }]);
  });

  it('goes to the server before a new step is appended', async () => {
    server.on('POST', '/api/tasks/20/subtasks', subtask(4, '새 단계'));
    editor.moveStep(2, 1);
    const task = editor.lecture?.tasks[1];
    if (!task) throw new Error('no task');
    const added = editor.addStep(task, '새 단계');
    await vi.advanceTimersByTimeAsync(0);
    await added;
    expect(order()).toEqual([[1], [2, 3, 4]]);
    const writes = server.asked.filter(({ method }) => method !== 'GET').map(({ path }) => path);
    expect(writes).toEqual(['/api/lectures/7/order', '/api/tasks/20/subtasks']);
    expect(editor.selected).toEqual({ kind: 'step', id: 4 });
  });
});

describe('deleting', () => {
  it('chooses the neighbour afterwards and drops unsaved text of the step', async () => {
    server.on('DELETE', '/api/subtasks/1', null);
    editor.setStep(step(1), { title: '곧 없어요' });
    await editor.removeStep(step(1));
    await vi.advanceTimersByTimeAsync(1000);
    expect(order()).toEqual([[2], [3]]);
    expect(editor.selected).toEqual({ kind: 'step', id: 2 });
    expect(server.got('PATCH', '/api/subtasks/1')).toEqual([]);
  });

  it('leaves a step that a class is using', async () => {
    server.on('DELETE', '/api/subtasks/1', new Refusal(409, 'IN_USE'));
    await expect(editor.removeStep(step(1))).rejects.toMatchObject({ code: 'IN_USE' });
    expect(order()).toEqual([[1, 2], [3]]);
  });
});

describe('steps made of pictures', () => {
  const pictured = { ...subtask(9, '화면 9'), image: { url: '/media/lessons/a.webp', width: 10, height: 20, alt: '', marks: [], variants: [] } };

  it('puts them at the end of their task, and sends no order that lacks one', async () => {
    let arrive: (steps: SubtaskBody[]) => void = () => undefined;
    const received = editor.receive(() => new Promise((resolve) => (arrive = resolve)));
    await vi.advanceTimersByTimeAsync(0);
    editor.moveStep(2, -1);
    editor.setStep(step(1), { guide_text: '누르세요' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.got('PATCH', '/api/subtasks/1'), 'words do not wait').toHaveLength(1);
    expect(server.got('PUT', '/api/lectures/7/order')).toEqual([]);
    arrive([{ ...pictured, task_id: 10 }]);
    await received;
    await vi.advanceTimersByTimeAsync(1000);
    expect(order()).toEqual([[2, 1, 9], [3]]);
    expect(server.got('PUT', '/api/lectures/7/order').map(({ body }) => body)).toEqual([
      { tasks: [{ id: 10, subtasks: [2, 1, 9] }, { id: 20, subtasks: [3] }] },
    ]);
    expect(editor.state).toBe('saved');
  });

  it('reads the task that was made for them', async () => {
    const made = { ...pictured, task_id: 30 };
    const task = { id: 30, title: '새 과제', description: '', order_index: 3, subtasks: [made] };
    server.on('GET', '/api/lectures/7', { ...lecture(), tasks: [...lecture().tasks, task] });
    await editor.receive(() => Promise.resolve([made]));
    expect(order()).toEqual([[1, 2], [3], [9]]);
  });

  it('takes over what came from a phone, and keeps the words that are being typed', async () => {
    const [first, second] = lecture().tasks;
    const tasks = [{ ...first, subtasks: [{ ...subtask(1, '서버의 이름'), task_id: 10, image: pictured.image }, { ...subtask(2, '친구 고르기'), task_id: 10 }] }, second];
    editor.setStep(step(1), { title: '새 이름' });
    server.on('GET', '/api/lectures/7', { ...lecture(), tasks });
    await editor.refresh();
    expect(step(1)).toMatchObject({ title: '새 이름', image: pictured.image });
  });

  it('learns of a step that it did not know when the order is refused, and sends it whole', async () => {
    const [first, second] = lecture().tasks;
    const tasks = [{ ...first, subtasks: [...first!.subtasks, { ...pictured, task_id: 10 }] }, second];
    server.on('GET', '/api/lectures/7', { ...lecture(), tasks });
    let tries = 0;
    server.on('PUT', '/api/lectures/7/order', () => ((tries += 1) === 1 ? new Refusal(400, 'INVALID_INPUT') : {}));
    editor.moveStep(2, -1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.got('PUT', '/api/lectures/7/order').at(-1)?.body).toEqual({ tasks: [{ id: 10, subtasks: [2, 1, 9] }, { id: 20, subtasks: [3] }] });
    expect(editor.state).toBe('saved');
  });
});
