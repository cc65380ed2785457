/** All seats that this browser remembers, for a person who had no account in any of their classes. */
import type { Seat } from './seat';

const KEY = /^mgpt\.seat\.([^.]+)$/;

/** Those without an account, one for each person that the server knows by them. */
export function guestSeats(): Seat[] {
  const byPerson = new Map<number, Seat>();
  for (const seat of keptSeats()) if (seat.kind === 'guest') byPerson.set(seat.userId, seat);
  return [...byPerson.values()];
}

/** From wherever storage.ts has kept them. */
function keptSeats(): Seat[] {
  return [...inLocalStorage(), ...inCookies()].flatMap(([name, text]) => {
    if (!KEY.test(name)) return [];
    try {
      return [JSON.parse(text) as Seat];
    } catch {
      return [];
    }
  });
}

function inLocalStorage(): [string, string][] {
  try {
    return Object.entries(localStorage as unknown as Record<string, string>);
  } catch {
    return [];
  }
}

function inCookies(): [string, string][] {
  return document.cookie.split('; ').flatMap((pair) => {
    const [name = '', value = ''] = pair.split('=', 2);
    try {
      return [[name, decodeURIComponent(value)]];
    } catch {
      return [];
    }
  });
}
