/**
 * A draft of a task on its way from a recording to a lecture. It waits in this window until the
 * instructor saves it: task first, then its steps in order; what failed goes on where it stopped.
 */
import { accountApi, ApiError } from '../../api';
import type { DraftStepBody, ImageBody, KnownApp, SubtaskBody } from '../../api.gen';
import { randomId } from '../../random';
import type { Task } from '../lecture';
import { changePicture, putPicture } from '../pictures/calls';

export interface Step extends DraftStepBody {
  /** Also the Idempotency-Key under which it is stored: tried twice, stored once. */
  key: string;
}

/** What the instructor may change of a step. */
export type Words = Pick<DraftStepBody, 'title' | 'guide_text' | 'voice_guide_text' | 'expectation'>;

export interface Kept {
  title: string;
  steps: Step[];
  key: string;
  /** Apps that can be named in what a step expects. */
  known?: readonly KnownApp[];
}

const SEPARATOR = ' ';

export function stepsOf(steps: readonly DraftStepBody[]): Step[] {
  return steps.map((step) => ({ ...step, key: randomId() }));
}

/** Two steps as one: both texts, the name and the place of the second, which is where it ends. */
export function merged(before: Step, after: Step): Step {
  const both = (one: string, two: string): string => [one, two].filter(Boolean).join(SEPARATOR);
  return {
    ...after,
    guide_text: both(before.guide_text, after.guide_text),
    voice_guide_text: both(before.voice_guide_text, after.voice_guide_text),
    description: both(before.description, after.description),
  };
}

const place = (lectureId: number): string => `mgpt.draft.${lectureId}`;
/** Where the window may keep nothing, a draft lives until the page is loaded again. */
const memory = new Map<string, string>();

function keep(lectureId: number, kept: Kept | null): void {
  const text = kept ? JSON.stringify(kept) : null;
  if (text === null) memory.delete(place(lectureId));
  else memory.set(place(lectureId), text);
  try {
    if (text === null) sessionStorage.removeItem(place(lectureId));
    else sessionStorage.setItem(place(lectureId), text);
  } catch {
    // Blocked or full: memory has it.
  }
}

/** Take a draft to a lecture; the editor of that lecture shows it. */
export function handOver(lectureId: number, title: string, steps: readonly Step[], known: readonly KnownApp[] = []): void {
  keep(lectureId, { title, steps: [...steps], key: randomId(), known });
}

function kept(lectureId: number): Kept | null {
  let text = memory.get(place(lectureId)) ?? null;
  try {
    text = sessionStorage.getItem(place(lectureId)) ?? text;
  } catch {
    // As above.
  }
  return text === null ? null : (JSON.parse(text) as Kept);
}

/** The picture of a recording as a step's own, with its marks. */
async function storePicture(stepId: number, { url, alt, marks }: ImageBody): Promise<ImageBody> {
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok) throw new ApiError('NETWORK', 'The picture could not be read', answer?.status);
  await putPicture(stepId, await answer.blob(), 'screen.webp', {});
  return changePicture(stepId, { alt, marks });
}

export class DraftTask {
  readonly lectureId: number;
  /** The draft, or null when there is none (any more). */
  kept = $state<Kept | null>(null);
  /** The step that is shown and changed, by its key. */
  chosen = $state<string | null>(null);
  saving = $state(false);
  /** How many steps are stored. */
  saved = $state(0);
  private task: Task | null = null;

  readonly step: Step | null = $derived(this.kept?.steps.find((step) => step.key === this.chosen) ?? null);
  readonly place: number = $derived((this.kept?.steps.findIndex((step) => step.key === this.chosen) ?? -1) + 1);

  constructor(lectureId: number) {
    this.lectureId = lectureId;
    this.kept = kept(lectureId);
    this.chosen = this.kept?.steps[0]?.key ?? null;
  }

  /** New words for the chosen step; they outlive a reload. */
  change(words: Partial<Words>): void {
    if (!this.step) return;
    Object.assign(this.step, words);
    this.keep();
  }

  private keep(): void {
    keep(this.lectureId, this.kept);
  }

  discard(): void {
    this.kept = null;
    this.chosen = null;
    this.keep();
  }

  /** The stored task. @throws ApiError; what is stored by then stays, and is not stored twice */
  async save(): Promise<Task | null> {
    if (this.saving || !this.kept) return null;
    this.saving = true;
    try {
      const { title, steps, key } = this.kept;
      this.task ??= { ...(await accountApi.post<Task>(`/api/lectures/${this.lectureId}/tasks`, { title }, { key })), subtasks: [] };
      for (const step of steps.slice(this.task.subtasks.length)) {
        this.task.subtasks.push(await this.store(this.task.id, step));
        this.saved = this.task.subtasks.length;
      }
      const { task } = this;
      this.discard();
      return task;
    } finally {
      this.saving = false;
    }
  }

  private async store(taskId: number, step: Step): Promise<SubtaskBody> {
    const { key, image, expectation, ...fields } = step;
    const stored = await accountApi.post<SubtaskBody>(`/api/tasks/${taskId}/subtasks`, fields, { key });
    if (expectation) await accountApi.put(`/api/subtasks/${stored.id}/expectation`, { expectation });
    return image ? { ...stored, image: await storePicture(stored.id, image) } : stored;
  }
}
