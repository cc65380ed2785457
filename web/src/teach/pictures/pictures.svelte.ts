/** The pictures of a lecture that is being edited: on their way to a step or to many, and what is not saved of each. */
import type { SubtaskBody } from '../../api.gen';
import type { Editor } from '../editor.svelte';
import { changePicture, copyPicture, makeStep, putPicture, putThumbnail, removePicture } from './calls';
import { Queue } from './queue.svelte';
import { Sheet } from './sheet.svelte';

export class LessonPictures {
  /** Each becomes a step. */
  readonly many: Queue;
  readonly thumbnail: Queue;
  /** A picture for a step that has one already: whether it may take its place is asked. */
  offered = $state.raw<{ stepId: number; file: File } | null>(null);

  private readonly editor: Editor;
  private readonly queues = new Map<number, Queue>();
  private readonly sheets = new Map<number, Sheet>();

  constructor(editor: Editor) {
    this.editor = editor;
    this.many = new Queue(async (file, { name, key, onProgress }) => {
      const { lecture } = editor;
      if (lecture) await editor.receive(() => makeStep(lecture.id, this.taskId, file, name, { key, onProgress }));
    });
    this.thumbnail = new Queue(async (file, { name, key, onProgress }) => {
      if (!editor.lecture) return;
      const { thumbnail_url } = await putThumbnail(editor.lecture.id, file, name, { key, onProgress });
      editor.lecture.thumbnail_url = thumbnail_url;
    });
  }

  /** Where new steps go: to the task that is chosen, or that of the chosen step; else to the last one. */
  get taskId(): number | null {
    const { selected, selectedTask, lecture } = this.editor;
    const chosen = selected.kind === 'step' ? this.editor.spotOf(selected.id)?.task : selectedTask;
    return (chosen ?? lecture?.tasks.at(-1))?.id ?? null;
  }

  queueOf(stepId: number): Queue {
    const kept = this.queues.get(stepId);
    if (kept) return kept;
    const queue = new Queue(async (file, { name, key, onProgress }) => {
      this.editor.pictured(stepId, await putPicture(stepId, file, name, { key, onProgress }));
      this.sheets.delete(stepId);
    });
    this.queues.set(stepId, queue);
    return queue;
  }

  /** One picture for a step: at once where it has none. */
  offer(step: SubtaskBody, file: File): void {
    if (step.image) this.offered = { stepId: step.id, file };
    else this.put(step.id, file);
  }

  put(stepId: number, file: File): void {
    const queue = this.queueOf(stepId);
    queue.clear();
    queue.add([file]);
  }

  /** What came by a drop or from the clipboard, without a word about where it belongs. */
  take(files: readonly File[]): void {
    const { selectedStep } = this.editor;
    const [file] = files;
    if (file && files.length === 1 && selectedStep) this.offer(selectedStep, file);
    else this.many.add(files);
  }

  /** The marks as they were left; of another picture, none. */
  sheetOf(step: SubtaskBody): Sheet | null {
    const kept = this.sheets.get(step.id);
    return kept && kept.image.url === step.image?.url ? kept : null;
  }

  /** `alt`: the words of the picture; null when they are those that are proposed. */
  openSheet(step: SubtaskBody, alt: string | null): Sheet | null {
    if (!step.image) return null;
    const sheet = this.sheetOf(step) ?? new Sheet(step.image, alt);
    this.sheets.set(step.id, sheet);
    return sheet;
  }

  closeSheet(stepId: number): void {
    this.sheets.delete(stepId);
  }

  /** @throws ApiError */
  async save(stepId: number, sheet: Sheet): Promise<void> {
    this.editor.pictured(stepId, await changePicture(stepId, sheet.change));
    this.sheets.delete(stepId);
  }

  /** @throws ApiError */
  async copy(from: SubtaskBody, to: SubtaskBody): Promise<void> {
    this.editor.pictured(to.id, await copyPicture(to.id, from.id));
  }

  /** @throws ApiError */
  async remove(step: SubtaskBody): Promise<void> {
    await removePicture(step.id);
    this.editor.pictured(step.id, null);
  }

  /** Closing the page would lose something. */
  get unsafe(): boolean {
    return [this.many, this.thumbnail, ...this.queues.values()].some(({ busy }) => busy) || [...this.sheets.values()].some(({ dirty }) => dirty);
  }

  resume(): void {
    for (const queue of [this.many, this.thumbnail, ...this.queues.values()]) queue.resume();
  }

  end(): void {
    for (const queue of [this.many, this.thumbnail, ...this.queues.values()]) queue.end();
  }
}
