/**
 * A lecture being edited: fields are saved by themselves a moment after typing stops, the
 * order of steps as one whole. Writes go one after the other, so nothing overtakes.
 */
import { tick } from 'svelte';
import { ApiError } from '../api';
import type { ImageBody, ReorderRequest, SubtaskBody } from '../api.gen';
import { isBlank } from '../text';
import { Timers } from '../timers';
import * as calls from './calls';
import type { Lecture, Task } from './lecture';

const PAUSE_MS = 700;

export type SaveState = 'saved' | 'dirty' | 'saving' | 'failed';
/** `draft`: a step of a draft that is not in the lecture yet. */
export type Selection = { kind: 'lecture' } | { kind: 'draft' } | { kind: 'task'; id: number } | { kind: 'step'; id: number };
export type FieldProblem = 'title' | 'url' | { refused: string };

export type LectureFields = Partial<Pick<Lecture, 'title' | 'description' | 'thumbnail_url' | 'is_active'>>;
export type TaskFields = Partial<Pick<Task, 'title' | 'description'>>;
export type StepFields = Partial<Omit<SubtaskBody, 'id' | 'task_id' | 'order' | 'order_index' | 'position'>>;

type Fields = Record<string, unknown>;
type Kind = 'lecture' | 'task' | 'step';

interface Unsaved {
  kind: Kind;
  id: number;
  fields: Fields;
}

/** Where a step stands: its task and its place in it, from 0. */
export interface Spot {
  task: Task;
  index: number;
}

function isUrl(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}

function orderOf({ tasks }: Lecture): ReorderRequest {
  return { tasks: tasks.map((task) => ({ id: task.id, subtasks: task.subtasks.map((step) => step.id) })) };
}

export class Editor {
  lecture = $state<Lecture | null>(null);
  selected = $state<Selection>({ kind: 'lecture' });
  state = $state<SaveState>('saved');
  /** Why the last saving or loading failed. */
  failure = $state.raw<unknown>(null);
  /** What is wrong with a field, by "kind:id:field". */
  problems = $state<Record<string, FieldProblem>>({});
  /** A part or a step is being made. */
  adding = $state(false);

  readonly steps: readonly SubtaskBody[] = $derived(this.lecture?.tasks.flatMap((task) => task.subtasks) ?? []);

  private readonly id: string;
  private readonly unsaved = new Map<string, Unsaved>();
  private orderUnsaved = false;
  /** So many steps are being made elsewhere at the moment. */
  private arriving = 0;
  private chain: Promise<unknown> = Promise.resolve();
  private readonly timers = new Timers();

  constructor(id: string) {
    this.id = id;
    void this.load();
  }

  async load(): Promise<void> {
    this.failure = null;
    try {
      this.lecture = await calls.readLecture(this.id);
    } catch (error) {
      this.failure = error;
    }
  }

  // --- finding ------------------------------------------------------------------------

  get selectedStep(): SubtaskBody | null {
    const { selected } = this;
    return selected.kind === 'step' ? (this.steps.find((step) => step.id === selected.id) ?? null) : null;
  }

  get selectedTask(): Task | null {
    const { selected } = this;
    return selected.kind === 'task' ? (this.lecture?.tasks.find((task) => task.id === selected.id) ?? null) : null;
  }

  spotOf(stepId: number): Spot | null {
    for (const task of this.lecture?.tasks ?? []) {
      const index = task.subtasks.findIndex((step) => step.id === stepId);
      if (index >= 0) return { task, index };
    }
    return null;
  }

  problemAt(kind: Kind, id: number, field: string): FieldProblem | null {
    return this.problems[`${kind}:${id}:${field}`] ?? null;
  }

  // --- fields -------------------------------------------------------------------------

  setLecture(fields: LectureFields): void {
    if (!this.lecture) return;
    Object.assign(this.lecture, fields);
    this.queue('lecture', this.lecture.id, fields);
  }

  setTask(task: Task, fields: TaskFields): void {
    Object.assign(task, fields);
    this.queue('task', task.id, fields);
  }

  setStep(step: SubtaskBody, fields: StepFields): void {
    Object.assign(step, fields);
    this.queue('step', step.id, fields);
  }

  private queue(kind: Kind, id: number, fields: Fields): void {
    const good = Object.entries(fields).filter(([field, value]) => this.check(kind, id, field, value));
    const key = `${kind}:${id}`;
    const kept = this.unsaved.get(key)?.fields ?? {};
    // A field that is not acceptable now must not be saved as it was a moment ago either.
    for (const field of Object.keys(fields)) delete kept[field];
    const waiting = { ...kept, ...Object.fromEntries(good) };
    if (Object.keys(waiting).length) this.unsaved.set(key, { kind, id, fields: waiting });
    else this.unsaved.delete(key);
    this.touch();
  }

  private check(kind: Kind, id: number, field: string, value: unknown): boolean {
    const key = `${kind}:${id}:${field}`;
    delete this.problems[key];
    if (field === 'title' && isBlank(String(value))) this.problems[key] = 'title';
    if (field === 'thumbnail_url' && value && !isUrl(String(value))) this.problems[key] = 'url';
    return !(key in this.problems);
  }

  private touch(): void {
    if (this.state !== 'saving') this.state = this.pending ? 'dirty' : 'saved';
    this.timers.stop('save');
    if (this.pending) this.timers.after('save', PAUSE_MS, () => void this.flush());
  }

  /** What is heard of a step, as the server has it: speech goes with the words that it said. */
  setSound(stepId: number, audio: SubtaskBody['audio']): void {
    const step = this.steps.find((one) => one.id === stepId);
    if (step) step.audio = audio;
  }

  // --- saving -------------------------------------------------------------------------

  get pending(): boolean {
    return this.unsaved.size > 0 || this.orderUnsaved;
  }

  /** True while something that was typed is not on the server. */
  get unsafe(): boolean {
    return this.pending || this.state === 'saving' || Object.keys(this.problems).length > 0;
  }

  /** Save everything that waits, now. */
  flush(): Promise<void> {
    this.timers.stop('save');
    return this.inTurn(() => this.saveAll());
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.chain.then(work);
    this.chain = turn.catch(() => undefined);
    return turn;
  }

  private async saveAll(): Promise<void> {
    if (!this.pending) return;
    this.state = 'saving';
    try {
      for (const [key, item] of [...this.unsaved]) {
        this.unsaved.delete(key);
        await this.saveOne(key, item);
      }
      if (this.orderUnsaved && !this.arriving) await this.sendOrder();
      this.failure = null;
      this.state = this.pending ? 'dirty' : 'saved';
    } catch (error) {
      this.failure = error;
      this.state = 'failed';
    }
  }

  private async saveOne(key: string, { kind, id, fields }: Unsaved): Promise<void> {
    try {
      if (kind === 'lecture') await calls.saveLecture(id, fields);
      else if (kind === 'task') await calls.saveTask(id, fields);
      else {
        const { audio } = await calls.saveSubtask(id, fields);
        this.setSound(id, audio);
      }
    } catch (error) {
      if (error instanceof ApiError && error.status === 400) {
        const field = String(error.details['field'] ?? Object.keys(fields)[0]);
        this.problems[`${key}:${field}`] = { refused: error.message };
        return;
      }
      // What was typed meanwhile is newer than what could not be saved.
      const newer = this.unsaved.get(key)?.fields ?? {};
      this.unsaved.set(key, { kind, id, fields: { ...fields, ...newer } });
      throw error;
    }
  }

  private async sendOrder(): Promise<void> {
    const { lecture } = this;
    if (!lecture) return;
    this.orderUnsaved = false;
    try {
      await calls.saveOrder(lecture.id, orderOf(lecture)).catch(async (error: unknown) => {
        if (!(error instanceof ApiError) || error.status !== 400) throw error;
        // A step may have come meanwhile from a phone, or from a colleague.
        await this.refresh();
        await calls.saveOrder(lecture.id, orderOf(lecture));
      });
    } catch (error) {
      this.orderUnsaved = true;
      throw error;
    }
  }

  // --- making and deleting ------------------------------------------------------------

  /** @throws ApiError */
  async addTask(title: string): Promise<void> {
    const { lecture } = this;
    if (!lecture || this.adding) return;
    await this.add(async () => {
      const task = await calls.createTask(lecture.id, { title });
      lecture.tasks.push({ ...task, subtasks: [] });
      this.selected = { kind: 'task', id: task.id };
    });
  }

  /** A new step at the end of a task. @throws ApiError */
  async addStep(task: Task, title: string): Promise<void> {
    if (this.adding) return;
    await this.add(async () => {
      const step = await calls.createSubtask(task.id, { title });
      task.subtasks.push(step);
      this.selected = { kind: 'step', id: step.id };
    });
  }

  /**
   * Steps that the server makes, of pictures; they stand where it puts them. The order waits meanwhile: one that lacks a
   * step is refused. What is typed does not wait. @throws ApiError
   */
  async receive(make: () => Promise<SubtaskBody[]>): Promise<void> {
    await this.flush();
    this.arriving += 1;
    try {
      await this.adopt(await make());
    } finally {
      this.arriving -= 1;
      this.touch();
    }
  }

  /** Take over steps and pictures that came by another way than this page. @throws ApiError */
  async refresh(): Promise<void> {
    if (!this.lecture) return;
    const { tasks } = await calls.readLecture(this.lecture.id);
    await this.adopt(tasks.flatMap(({ subtasks }) => subtasks));
  }

  /** Steps as the server has them: new ones at the end of their tasks; of known ones the picture is taken. */
  private async adopt(steps: readonly SubtaskBody[]): Promise<void> {
    const { lecture } = this;
    if (!lecture) return;
    const known = new Set(lecture.tasks.map(({ id }) => id));
    if (steps.some(({ task_id }) => !known.has(task_id))) {
      const { tasks } = await calls.readLecture(lecture.id);
      lecture.tasks.push(...tasks.filter(({ id }) => !known.has(id)));
    }
    for (const step of steps) {
      if (this.spotOf(step.id)) this.pictured(step.id, step.image);
      else lecture.tasks.find(({ id }) => id === step.task_id)?.subtasks.push(step);
    }
  }

  /** The server has another picture of a step. */
  pictured(stepId: number, image: ImageBody | null): void {
    const step = this.steps.find(({ id }) => id === stepId);
    if (step) step.image = image;
  }

  /**
   * The server changes the lecture by itself: what was typed goes first, then the lecture is read again.
   * @param work returns what is to be selected then
   * @throws ApiError
   */
  async elsewhere(work: () => Promise<Selection>): Promise<void> {
    await this.flush();
    await this.inTurn(async () => {
      const selected = await work();
      await this.load();
      this.selected = selected;
    });
    await tick();
  }

  private async add(work: () => Promise<void>): Promise<void> {
    this.adding = true;
    try {
      // The order goes first: the server appends behind what it knows.
      await this.flush();
      await this.inTurn(work);
      await tick();
    } finally {
      this.adding = false;
    }
  }

  /** @throws ApiError 409 IN_USE */
  async removeStep(step: SubtaskBody): Promise<void> {
    await this.inTurn(() => calls.deleteSubtask(step.id));
    this.forget('step', step.id);
    const spot = this.spotOf(step.id);
    if (!spot) return;
    spot.task.subtasks.splice(spot.index, 1);
    const neighbour = spot.task.subtasks[Math.min(spot.index, spot.task.subtasks.length - 1)];
    this.selected = neighbour ? { kind: 'step', id: neighbour.id } : { kind: 'task', id: spot.task.id };
  }

  /** @throws ApiError 409 IN_USE */
  async removeTask(task: Task): Promise<void> {
    await this.inTurn(() => calls.deleteTask(task.id));
    this.forget('task', task.id);
    for (const step of task.subtasks) this.forget('step', step.id);
    if (this.lecture) this.lecture.tasks = this.lecture.tasks.filter((other) => other.id !== task.id);
    this.selected = { kind: 'lecture' };
  }

  private forget(kind: Kind, id: number): void {
    const key = `${kind}:${id}`;
    this.unsaved.delete(key);
    for (const problem of Object.keys(this.problems)) {
      if (problem.startsWith(`${key}:`)) delete this.problems[problem];
    }
    this.touch();
  }

  // --- order --------------------------------------------------------------------------

  /** Put a step into a task, before the step that is at `index` now. @returns whether it moved */
  place(stepId: number, taskId: number, index: number): boolean {
    const from = this.spotOf(stepId);
    const task = this.lecture?.tasks.find((other) => other.id === taskId);
    const step = from?.task.subtasks[from.index];
    if (!from || !task || !step) return false;
    const target = from.task.id === taskId && from.index < index ? index - 1 : index;
    if (from.task.id === taskId && from.index === target) return false;
    from.task.subtasks.splice(from.index, 1);
    task.subtasks.splice(target, 0, step);
    this.reordered();
    return true;
  }

  /** One up or down; over the edge of a task into its neighbour. @returns whether it moved */
  moveStep(stepId: number, by: -1 | 1): boolean {
    const from = this.spotOf(stepId);
    const tasks = this.lecture?.tasks ?? [];
    if (!from) return false;
    const inside = from.index + by;
    if (inside >= 0 && inside < from.task.subtasks.length) {
      return this.place(stepId, from.task.id, by > 0 ? inside + 1 : inside);
    }
    const neighbour = tasks[tasks.findIndex((task) => task.id === from.task.id) + by];
    if (!neighbour) return false;
    return this.place(stepId, neighbour.id, by > 0 ? 0 : neighbour.subtasks.length);
  }

  /** @returns whether it moved */
  moveTask(taskId: number, by: -1 | 1): boolean {
    const tasks = this.lecture?.tasks ?? [];
    const index = tasks.findIndex((task) => task.id === taskId);
    const task = tasks[index];
    const target = index + by;
    if (!task || target < 0 || target >= tasks.length) return false;
    tasks.splice(index, 1);
    tasks.splice(target, 0, task);
    this.reordered();
    return true;
  }

  private reordered(): void {
    this.orderUnsaved = true;
    this.touch();
  }
}
