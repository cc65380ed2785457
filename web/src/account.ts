/** The signed-in account of this browser (not a guest's seat, which is in student/seat.ts); how one signs in: signing.ts. */
import { writable, type Readable } from 'svelte/store';
import { accountApi } from './api';
import type { LoginBody, LoginUser } from './api.gen';
import { storage } from './storage';

const current = writable<LoginUser | null>(
  accountApi.tokens.read() ? storage.get<LoginUser>('user') : null,
);
/** Who is signed in, as known without asking the server; null when nobody is. */
export const user: Readable<LoginUser | null> = { subscribe: current.subscribe };

/** Signed in here from now on. */
export function remember(body: LoginBody): LoginUser {
  accountApi.tokens.write({ access: body.access_token, refresh: body.refresh_token });
  storage.set('user', body.user);
  current.set(body.user);
  return body.user;
}

/** Forget the account here and end it on the server, if that can be reached. */
export async function signOut(): Promise<void> {
  const pair = accountApi.tokens.read();
  const ending = pair
    ? accountApi.post('/api/auth/logout', { refresh_token: pair.refresh }).catch(() => undefined)
    : Promise.resolve();
  await ending;
  forget();
}

/** The tokens are of no use any more. */
export function forget(): void {
  accountApi.tokens.write(null);
  storage.remove('user');
  current.set(null);
}
