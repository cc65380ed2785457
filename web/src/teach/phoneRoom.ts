/** What phones show, as an instructor's page knows it; nobody presses anything there. */
import { PHASES, type Shown } from '../student/shown';
import type { Step } from '../step';
import type { LiveClass } from './live.svelte';

const untouched = {
  done: [],
  arrivals: 0,
  help: null,
  still: true,
  whole: (step: Step) => step,
  completing: () => false,
  complete: () => undefined,
  undo: () => undefined,
} satisfies Partial<Shown>;

/** A phone in this class, of somebody who has just got the step. */
export function phoneIn(live: LiveClass): Shown {
  return {
    ...untouched,
    phase: PHASES[live.status],
    lesson: live.info?.lecture.title ?? '',
    instructor: live.info?.instructor.name ?? '',
    title: live.title,
    startsAt: live.startsAt,
    steps: live.steps,
    current: live.current,
    message: live.message,
    breakEndsAt: live.breakEndsAt,
    placeOf(step) {
      const index = live.steps.findIndex((other) => other.id === step.id);
      return index >= 0 ? { n: index + 1, total: live.steps.length } : null;
    },
  };
}

/** A phone with one step of a lesson, the `n`th of `total`. */
export function phoneWith(step: Step, lesson: string, n: number, total: number): Shown {
  return {
    ...untouched,
    phase: 'live',
    lesson,
    instructor: '',
    title: '',
    startsAt: null,
    steps: [step],
    current: step,
    message: null,
    breakEndsAt: null,
    placeOf: () => ({ n, total }),
  };
}
