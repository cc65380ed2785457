/** What comes next in a class, fetched before its turn: each phone at times of its own, one thing after another. */
import type { Step } from '../step';

/** Within this time comes the first, within as much again the next one. */
const WAITING_MS = 10_000;
const TEACHING_MS = 5_000;

export interface Standing {
  readonly phase: string;
  readonly steps: readonly Step[];
  readonly current: Step | null;
}

/** The steps after the one where the class stands; before it starts, its first ones. */
export function stepsAhead({ phase, steps, current }: Standing, most: number): readonly Step[] {
  if (phase === 'over') return [];
  const at = phase === 'waiting' || phase === 'opening' ? -1 : steps.findIndex(({ id }) => id === current?.id);
  if (at < 0 && phase !== 'waiting') return [];
  return steps.slice(at + 1, at + 1 + most);
}

/** Fetch each, so that a whole hall does not ask at once. @returns how to stop; what is on its way still comes */
export function spread<T>({ phase }: Standing, wanted: readonly T[], fetchOne: (one: T) => void): () => void {
  const within = phase === 'waiting' ? WAITING_MS : TEACHING_MS;
  const timers = wanted.map((one, place) => setTimeout(() => fetchOne(one), (place + Math.random()) * within));
  return () => timers.forEach(clearTimeout);
}
