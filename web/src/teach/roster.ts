/** Who stands how: the server's roster, and what a command makes of it until the server's next one comes. */
import type { PendingRequest, RosterBody, RosterCounts, RosterPerson, RosterState } from '../api.gen';

/** Worst first: the order of the list and of the counts. */
export const STATES: readonly RosterState[] = [
  'HELP', 'NOT_RECEIVED', 'OFFLINE', 'SENT', 'TRYING', 'READING', 'WAITING', 'DONE', 'LEFT',
];
/** States that a count is shown of even when nobody is in them: what an instructor looks for. */
export const ALWAYS_COUNTED: ReadonlySet<RosterState> = new Set(['HELP', 'NOT_RECEIVED', 'OFFLINE', 'TRYING', 'READING', 'DONE']);

const names = new Intl.Collator('ko', { numeric: true });

/** "이순자 · 2" where several have that name. */
export function shownName({ name, same_name_number: number }: Pick<RosterPerson, 'name' | 'same_name_number'>): string {
  return number === null ? name : `${name} · ${number}`;
}

/** Who asks for help, as the roster calls them. */
export const askerOf = ({ user, same_name_number }: PendingRequest): string => shownName({ name: user.name, same_name_number });

export function byName(a: RosterPerson, b: RosterPerson): number {
  return names.compare(a.name, b.name) || a.participant_id - b.participant_id;
}

/** As the server sorts them, but those who are not called by an instructor's ear or eye by name. */
export function inOrder(people: readonly RosterPerson[]): RosterPerson[] {
  const place = new Map(people.map((person, index) => [person, index]));
  return [...people].sort((a, b) => {
    const ranks = STATES.indexOf(a.state) - STATES.indexOf(b.state);
    return ranks || (a.state === 'HELP' ? (place.get(a) ?? 0) - (place.get(b) ?? 0) : byName(a, b));
  });
}

export function countOf(counts: RosterCounts, state: RosterState): number {
  return counts[state.toLowerCase() as Lowercase<RosterState>];
}

/** How many have done a step in this class. */
export function doneCount(roster: RosterBody | null, stepId: number): number {
  return roster?.done_by_step.find((row) => row.subtask_id === stepId)?.people ?? 0;
}

/** The class has just been sent on: the step is on its way to all who are there, and nothing else is known. */
export function sentOn(roster: RosterBody, stepId: number, at: string): RosterBody {
  const people = roster.people.map((person) => ({
    ...person,
    state: person.state === 'LEFT' ? person.state : person.is_present ? ('SENT' as const) : ('OFFLINE' as const),
    since: at,
    received_at: null,
    done_at: null,
    help_request_id: null,
    help_answered: false,
    // Where they were was on the step before.
    whereabouts: null,
  }));
  const many = (state: RosterState): number => people.filter((person) => person.state === state).length;
  const [sent, offline, left] = [many('SENT'), many('OFFLINE'), many('LEFT')];
  const nobody = { help: 0, not_received: 0, trying: 0, reading: 0, waiting: 0, done: 0, done_in_all: 0 };
  return {
    ...roster,
    step: { id: stepId, began_at: at },
    people,
    counts: { ...roster.counts, ...nobody, sent, offline, left, working: sent, expected: sent },
    pace: null,
    gate: { ...roster.gate, reached: roster.gate.percent === null || sent === 0 },
  };
}
