/** What a step expects as a teacher writes it: words with commas between, apps by their names. Pure. */
import type { Alternative, Expectation, KnownApp, State, Target } from '../../api.gen';

export type Action = Alternative['action'];
export const ACTIONS = ['TAP', 'LONG_TAP', 'SCROLL', 'INPUT', 'OPEN', 'BACK'] as const satisfies readonly Action[];
export const ROLES = ['', 'button', 'field', 'switch', 'checkbox', 'tab', 'image', 'item'] as const;
export const KINDS = ['', 'person', 'number', 'text', 'picture', 'any'] as const;

/** One way of doing it, as fields. `app` and `afterApp` are packages in order, with spaces between; '' for none. */
export interface Way {
  action: Action;
  app: string;
  labels: string;
  role: NonNullable<Target['role']>;
  kind: NonNullable<Target['label_class']>;
  afterApp: string;
  screens: string;
  texts: string;
}

const JOINT = ', ';

export const emptyWay = (): Way => ({
  action: 'TAP',
  app: '',
  labels: '',
  role: '',
  kind: '',
  afterApp: '',
  screens: '',
  texts: '',
});

/** A comma of a label's own is shown as a wide one: it parts nothing. */
function joined(words: readonly string[] | undefined): string {
  return (words ?? []).map((word) => word.replaceAll(',', '，')).join(JOINT);
}

export function words(text: string): string[] {
  const found = text.split(',').map((word) => word.replaceAll('，', ',').trim());
  return [...new Set(found.filter(Boolean))].slice(0, 20);
}

const packages = (app: string): string[] => app.split(' ').filter(Boolean);

export function wayOf(way: Alternative): Way {
  const to = way.action === 'OPEN' ? way.where : way.after;
  return {
    action: way.action,
    app: (way.where?.apps ?? []).join(' '),
    labels: joined(way.target?.labels),
    role: way.target?.role ?? '',
    kind: way.target?.label_class ?? '',
    afterApp: way.action === 'OPEN' ? '' : (way.after?.apps ?? []).join(' '),
    screens: joined(to?.screens),
    texts: joined(to?.texts),
  };
}

/** `before`: what the fields were made of; what they do not show of it (ids, places) stays. */
export function written(way: Way, before: Alternative | null): Alternative {
  const { action } = way;
  const shows: State = stateOf(way.action === 'OPEN' ? way.app : way.afterApp, words(way.screens), words(way.texts));
  if (action === 'OPEN') return { action, where: shows };
  const kept = before && before.action === action ? before : null;
  // Another name is another thing: its id and its place were the old one's.
  const same = kept && joined(kept.target?.labels) === way.labels && (kept.target?.label_class ?? '') === way.kind;
  const touched: Target =
    action === 'BACK' || action === 'SCROLL'
      ? { ...(same ? kept?.target : {}) }
      : { ...(same ? kept?.target : {}), role: way.role, labels: words(way.labels), label_class: way.kind };
  return {
    action,
    where: { ...kept?.where, apps: packages(way.app) },
    target: touched,
    after: isEmpty(shows) ? null : shows,
  };
}

function stateOf(app: string, screens: string[], texts: string[]): State {
  return { apps: packages(app), screens, texts };
}

const isEmpty = (state: State): boolean => !state.apps?.length && !state.screens?.length && !state.texts?.length;

export function saysNothing(way: Way): boolean {
  const touched = way.action !== 'BACK' && way.action !== 'SCROLL' && way.action !== 'OPEN';
  return ![way.app, way.afterApp, way.screens, way.texts, ...(touched ? [way.labels, way.kind, way.role] : [])].some(
    (text) => text.trim(),
  );
}

/** As it is stored: by the teacher, from now on. */
export function expectationOf(main: Way, others: readonly Way[], before: Expectation | null): Expectation {
  const first = written(main, before);
  const known = before?.alternatives ?? [];
  return {
    ...first,
    source: 'teacher',
    alternatives: others
      .filter((way) => !saysNothing(way))
      .map((way, place) => written(way, known[place] ?? null)),
    ...(before?.transparent ? { transparent: before.transparent } : {}),
  };
}

/** The name of apps that stand for one thing, such as each maker's telephone; null where none of them has a name. */
export function nameOf(app: string, known: readonly KnownApp[]): string | null {
  const wanted = packages(app);
  const names = known.filter((one) => one.packages.some((each) => wanted.includes(each))).map((one) => one.name);
  return names.length ? names.slice(0, 3).join(JOINT) : null;
}
