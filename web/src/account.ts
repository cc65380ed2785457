/** The signed-in account of this browser (not a guest's seat, which is in student/seat.ts). */
import { writable, type Readable } from 'svelte/store';
import { accountApi } from './api';
import { storage } from './storage';
import type { LoginBody, Role, User } from './types';

const current = writable<User | null>(
  accountApi.tokens.read() ? storage.get<User>('user') : null,
);
/** Who is signed in, as known without asking the server; null when nobody is. */
export const user: Readable<User | null> = { subscribe: current.subscribe };

function remember(body: LoginBody): User {
  accountApi.tokens.write({ access: body.access_token, refresh: body.refresh_token });
  storage.set('user', body.user);
  current.set(body.user);
  return body.user;
}

/** @throws ApiError 401 for wrong credentials, 429 after too many tries */
export async function signIn(email: string, password: string): Promise<User> {
  const body = { email: email.trim(), password };
  return remember(await accountApi.post<LoginBody>('/api/auth/login', body, { anonymous: true }));
}

export interface SignUp {
  name: string;
  email: string;
  password: string;
  role: Exclude<Role, 'ADMIN'>;
}

/** Register and sign in. @throws ApiError 409 EMAIL_TAKEN, 403 INSTRUCTOR_SIGNUP_CLOSED, 400 */
export async function signUp(form: SignUp): Promise<User> {
  const body = { ...form, email: form.email.trim(), name: form.name.trim() };
  await accountApi.post('/api/auth/register', body, { anonymous: true });
  return signIn(body.email, body.password);
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

/** Where a person goes after signing in; `next` is a path of this site. */
export function homeOf(person: User, next: string | null): string {
  if (next && /^\/(?!\/)/.test(next)) return next;
  return person.role === 'STUDENT' ? '/' : '/teach';
}
