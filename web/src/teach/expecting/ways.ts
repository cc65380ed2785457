/** What a step expects as a teacher writes it: words with commas between, apps by their names. Pure. */
import type { Alternative, Expectation, KnownApp, State, Target } from '../../api.gen';

export type Action = Alternative['action'];
export const ACTIONS = ['TAP', 'LONG_TAP', 'SCROLL', 'INPUT', 'OPEN', 'BACK'] as const satisfies readonly Action[];
export const ROLES = ['', 'button', 'field', 'switch', 'checkbox', 'tab', 'image', 'item'] as const;
export const KINDS = ['', 'person', 'number', 'text', 'picture', 'any'] as const;

/**
 * One way of doing it, as fields. `app` and `afterApp` are packages in order, with spaces between; '' for none.
 * `from`: what the fields were made of. What they do not show of it (ids, places, names that programs give to screens)
 * stays as long as the field beside it is not changed.
 */
export interface Way {
  action: Action;
  app: string;
  labels: string;
  role: NonNullable<Target['role']>;
  kind: NonNullable<Target['label_class']>;
  afterApp: string;
  screens: string;
  texts: string;
  from: Alternative | null;
}

const JOINT = ', ';
// `ChatRoomHolderActivity`, `com.android.settings.Settings`: no title that anybody sees.
export const PROGRAM_NAME = /^[\w.$/]*(?:[A-Za-z]\.[A-Za-z][\w.$/]*|[a-z](?:Activity|Fragment|Dialog|Launcher|Screen|Window|Room|View))$/;

export const emptyWay = (): Way => ({
  action: 'TAP',
  app: '',
  labels: '',
  role: '',
  kind: '',
  afterApp: '',
  screens: '',
  texts: '',
  from: null,
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
const titles = (state: State | null | undefined): string => joined(state?.screens?.filter((one) => !PROGRAM_NAME.test(one)));
/** The state that the fields about "afterwards" show. */
const shownState = (way: Alternative): State | null | undefined => (way.action === 'OPEN' ? way.where : way.after);

export function wayOf(way: Alternative): Way {
  const to = shownState(way);
  return {
    action: way.action,
    app: (way.where?.apps ?? []).join(' '),
    labels: joined(way.target?.labels),
    role: way.target?.role ?? '',
    kind: way.target?.label_class ?? '',
    afterApp: way.action === 'OPEN' ? '' : (way.after?.apps ?? []).join(' '),
    screens: titles(to),
    texts: joined(to?.texts),
    from: way,
  };
}

/** The screens that come, by names which are not shown. */
export function unseenScreens(way: Way): string[] {
  const before = way.from?.action === way.action ? wayOf(way.from) : null;
  const app = way.action === 'OPEN' ? before?.app === way.app : before?.afterApp === way.afterApp;
  if (!before || !app || before.screens !== way.screens) return [];
  return (before.from ? (shownState(before.from)?.screens ?? []) : []).filter((one) => PROGRAM_NAME.test(one));
}

/** What of the thing that is touched is not shown. Another name, or another app, is another thing. */
function unseenThing(way: Way): Target {
  const { from } = way;
  if (from?.action !== way.action) return {};
  const before = wayOf(from);
  const same = before.labels === way.labels && before.kind === way.kind && before.app === way.app;
  return same ? (from.target ?? {}) : {};
}

/** Whether the thing is known by more than its words. */
export function isSetThing(way: Way): boolean {
  const { id_suffix, widget, description, bounds } = unseenThing(way);
  return !!(id_suffix || widget || description || bounds);
}

const touches = ({ action }: Way): boolean => action !== 'BACK' && action !== 'SCROLL' && action !== 'OPEN';

export function written(way: Way): Alternative {
  const { action } = way;
  const screens = [...words(way.screens), ...unseenScreens(way)];
  const shows: State = { apps: packages(action === 'OPEN' ? way.app : way.afterApp), screens, texts: words(way.texts) };
  if (action === 'OPEN') return { action, where: shows };
  const told = touches(way) ? { role: way.role, labels: words(way.labels), label_class: way.kind } : {};
  const before = way.from?.action === action && wayOf(way.from).app === way.app ? way.from : null;
  return {
    action,
    where: { ...before?.where, apps: packages(way.app) },
    target: { ...unseenThing(way), ...told },
    after: isEmpty(shows) ? null : shows,
  };
}

const isEmpty = (state: State): boolean => !state.apps?.length && !state.screens?.length && !state.texts?.length;

export function saysNothing(way: Way): boolean {
  const told = [way.app, way.action === 'OPEN' ? '' : way.afterApp, way.screens, way.texts];
  if (touches(way)) told.push(way.labels, way.kind, way.role);
  if (told.some((text) => text.trim()) || unseenScreens(way).length) return false;
  return !touches(way) || !isSetThing(way);
}

/** As it is stored: by the teacher, from now on. */
export function expectationOf(main: Way, others: readonly Way[], before: Expectation | null): Expectation {
  return {
    ...written(main),
    source: 'teacher',
    alternatives: others.filter((way) => !saysNothing(way)).map(written),
    ...(before?.transparent ? { transparent: before.transparent } : {}),
  };
}

/** The name of apps that stand for one thing, such as each maker's telephone; null where none of them has a name. */
export function nameOf(app: string, known: readonly KnownApp[]): string | null {
  const wanted = packages(app);
  const names = known.filter((one) => one.packages.some((each) => wanted.includes(each))).map((one) => one.name);
  return names.length ? names.slice(0, 3).join(JOINT) : null;
}
