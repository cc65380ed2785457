/** Steps that can be undone and done again, of something that is never changed in place. */

const MOST = 200;

export interface History<T> {
  readonly past: readonly T[];
  readonly now: T;
  readonly future: readonly T[];
  /** What the last step was about; the next one about the same is part of it. Null: nothing joins it. */
  readonly joins: string | null;
}

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [], joins: null });

/** `about`: steps about the same thing, one after the other, are undone as one (a drag, a held key). */
export function changed<T>(history: History<T>, now: T, about: string | null = null): History<T> {
  if (Object.is(now, history.now)) return history;
  const joined = about !== null && about === history.joins;
  return { past: joined ? history.past : [...history.past, history.now].slice(-MOST), now, future: [], joins: about };
}

/** What comes next is a step of its own. */
export const sealed = <T>(history: History<T>): History<T> => (history.joins === null ? history : { ...history, joins: null });

export function undone<T>(history: History<T>): History<T> {
  const now = history.past.at(-1);
  if (now === undefined) return history;
  return { past: history.past.slice(0, -1), now, future: [history.now, ...history.future], joins: null };
}

export function redone<T>(history: History<T>): History<T> {
  const [now, ...future] = history.future;
  if (now === undefined) return history;
  return { past: [...history.past, history.now], now, future, joins: null };
}
