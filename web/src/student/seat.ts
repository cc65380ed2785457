/**
 * A person's seat in one class: a guest's (name and this device, contract 3.9) or that of a
 * signed-in student. It is remembered, so that a reload, another scan or a lost token bring
 * the same person back.
 */
import { accountApi, Api, ApiError } from '../api';
import type { GuestSeatBody, LoginUser, SeatBody } from '../api.gen';
import { deviceId, storage, tokenStore } from '../storage';

export interface Seat {
  code: string;
  kind: 'guest' | 'account';
  name: string;
  userId: number;
  sessionId: number;
}

const seatKey = (code: string): string => `seat.${code}`;
const apis = new Map<string, Api>();

export function seatOf(code: string): Seat | null {
  return storage.get<Seat>(seatKey(code));
}

/** The class that somebody sat in last at this phone. */
export function lastSeat(): Seat | null {
  const code = storage.get<string>('last_code');
  return code === null ? null : seatOf(code);
}

function keep(seat: Seat): Seat {
  storage.set(seatKey(seat.code), seat, { carry: true });
  storage.set('last_code', seat.code);
  storage.set('name', seat.name, { carry: true });
  return seat;
}

/** The name that this person gave last time, for the field. */
export function rememberedName(): string {
  return storage.get<string>('name') ?? '';
}

function guestTokens(code: string): ReturnType<typeof tokenStore> {
  return tokenStore(`seat.${code}`);
}

/** `same`: the one whom this phone brought before, or somebody else; nobody has said when it is left out. */
async function sitDown(api: Api, code: string, name: string, same?: boolean): Promise<GuestSeatBody> {
  const path = `/api/sessions/${encodeURIComponent(code)}/guest`;
  const body = { name, device_id: deviceId(), same_person: same };
  const seat = await api.post<GuestSeatBody>(path, body, { anonymous: true });
  api.tokens.write({ access: seat.access_token, refresh: seat.refresh_token });
  return seat;
}

/** True when the device brought the seat back; false when it does not open the seat any more. */
async function sitDownAgain(api: Api, code: string): Promise<boolean> {
  const seat = seatOf(code);
  if (!seat) return false;
  try {
    await sitDown(api, code, seat.name);
    return true;
  } catch (error) {
    if (error instanceof ApiError && !error.temporary) return false;
    throw error;
  }
}

/** The API as the person in this seat. */
export function seatApi(code: string): Api {
  if (seatOf(code)?.kind === 'account') return accountApi;
  const known = apis.get(code);
  if (known) return known;
  const api: Api = new Api(guestTokens(code), () => sitDownAgain(api, code));
  apis.set(code, api);
  return api;
}

/**
 * Sit down without an account.
 * @throws ApiError 404 no such class, 403 GUEST_JOIN_DISABLED or SEAT_REMOVED, 409 SESSION_FULL, SESSION_OVER,
 * CLASS_LOCKED or NAME_IN_CLASS
 */
export async function takeGuestSeat(code: string, name: string, same?: boolean): Promise<Seat> {
  forgetSeat(code);
  const taken = await sitDown(seatApi(code), code, name, same);
  return keep({
    code,
    kind: 'guest',
    name: taken.user.name,
    userId: taken.user_id,
    sessionId: taken.session_id,
  });
}

/** Sit down as the signed-in student. @throws ApiError as above, 401 when signed out meanwhile */
export async function takeAccountSeat(code: string, person: LoginUser): Promise<Seat> {
  const path = `/api/sessions/${encodeURIComponent(code)}/join`;
  const taken = await accountApi.post<SeatBody>(path, { session_code: code });
  return keep({
    code,
    kind: 'account',
    name: person.name,
    userId: taken.user_id,
    sessionId: taken.session_id,
  });
}

export function forgetSeat(code: string): void {
  storage.remove(seatKey(code));
  guestTokens(code).write(null);
}
