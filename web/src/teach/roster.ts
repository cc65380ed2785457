/** Who is how: the state of each seat, worst first, and how many there are of each. */
import type { RosterRow, SessionStatus } from '../api.gen';
import type { PersonState } from '../ui/PersonTile.svelte';

/** Worst first: this order is the order of the list. */
export const STATES: readonly PersonState[] = ['help', 'offline', 'working', 'waiting', 'done'];

const names = new Intl.Collator('ko', { numeric: true });

export function stateOf(seat: RosterRow, session: SessionStatus): PersonState {
  if (seat.open_help_request_id !== null || seat.current_step_status === 'HELP_NEEDED') return 'help';
  if (!seat.is_present || seat.status === 'DISCONNECTED') return 'offline';
  if (session === 'WAITING') return 'waiting';
  return seat.current_step_status === 'COMPLETED' ? 'done' : 'working';
}

export interface Person {
  seat: RosterRow;
  state: PersonState;
}

export function byName(a: Person, b: Person): number {
  return names.compare(a.seat.name, b.seat.name) || a.seat.user_id - b.seat.user_id;
}

/** The longest waiting request has the smallest number; one that is not numbered yet is new. */
function requestOrder({ seat }: Person): number {
  return seat.open_help_request_id ?? Number.MAX_SAFE_INTEGER;
}

/** By state; those who wait for help by how long they wait, after them the `answered` ones; then by name. */
export function worstFirst(seats: Iterable<RosterRow>, session: SessionStatus, answered: ReadonlySet<number>): Person[] {
  const rank = ({ seat, state }: Person): number =>
    STATES.indexOf(state) + (state === 'help' && answered.has(seat.user_id) ? 0.5 : 0);
  const order = (a: Person, b: Person): number =>
    rank(a) - rank(b) || (a.state === 'help' ? requestOrder(a) - requestOrder(b) : 0) || byName(a, b);
  return Array.from(seats, (seat) => ({ seat, state: stateOf(seat, session) })).sort(order);
}

export type Counts = Record<PersonState, number>;

export function countStates(people: readonly Person[]): Counts {
  const counts: Counts = { help: 0, offline: 0, working: 0, waiting: 0, done: 0 };
  for (const { state } of people) counts[state] += 1;
  return counts;
}

/** How many seats have done the step that the class is on, also those that are offline now. */
export function doneNow(seats: Iterable<RosterRow>): number {
  let done = 0;
  for (const seat of seats) if (seat.current_step_status === 'COMPLETED') done += 1;
  return done;
}
