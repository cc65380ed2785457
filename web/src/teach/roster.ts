/** Who is how: the state of each seat, worst first, and how many there are of each. */
import type { SessionStatus } from '../types';
import type { PersonState } from '../ui/PersonTile.svelte';
import type { Seat } from './types';

/** Worst first: this order is the order of the list. */
export const STATES: readonly PersonState[] = ['help', 'offline', 'working', 'waiting', 'done'];

const names = new Intl.Collator('ko', { numeric: true });

export function stateOf(seat: Seat, session: SessionStatus): PersonState {
  if (seat.open_help_request_id !== null || seat.current_step_status === 'HELP_NEEDED') return 'help';
  if (!seat.is_present || seat.status === 'DISCONNECTED') return 'offline';
  if (session === 'WAITING') return 'waiting';
  return seat.current_step_status === 'COMPLETED' ? 'done' : 'working';
}

export interface Person {
  seat: Seat;
  state: PersonState;
}

/** The longest waiting request comes first (its number is the smallest), otherwise by name. */
function compare(a: Person, b: Person): number {
  if (a.state !== b.state) return STATES.indexOf(a.state) - STATES.indexOf(b.state);
  if (a.state === 'help') {
    const order = (a.seat.open_help_request_id ?? Infinity) - (b.seat.open_help_request_id ?? Infinity);
    if (order) return order;
  }
  return names.compare(a.seat.name, b.seat.name) || a.seat.user_id - b.seat.user_id;
}

export function worstFirst(seats: Iterable<Seat>, session: SessionStatus): Person[] {
  return Array.from(seats, (seat) => ({ seat, state: stateOf(seat, session) })).sort(compare);
}

export type Counts = Record<PersonState, number>;

export function countStates(people: readonly Person[]): Counts {
  const counts: Counts = { help: 0, offline: 0, working: 0, waiting: 0, done: 0 };
  for (const { state } of people) counts[state] += 1;
  return counts;
}

/** How many seats have done the step that the class is on, also those that are offline now. */
export function doneNow(seats: Iterable<Seat>): number {
  let done = 0;
  for (const seat of seats) if (seat.current_step_status === 'COMPLETED') done += 1;
  return done;
}
