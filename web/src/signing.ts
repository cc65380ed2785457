/** Signing in and up, and confirming an e-mail: for the pages that do it. */
import { remember } from './account';
import { accountApi, ApiError } from './api';
import type { LoginBody, LoginUser, RegisterAccountRequest, Role, SignupBody } from './api.gen';

/** Challenges may be refused when the work has become harder meanwhile. */
const MOST_CHALLENGES = 3;

/**
 * After too many wrong passwords (of whoever) the server asks for a second of work before it looks at another one;
 * `onWork` is told that this takes a moment.
 * @throws ApiError 401 for wrong credentials, 403 EMAIL_NOT_CONFIRMED, 429 after too many tries
 */
export async function signIn(email: string, password: string, onWork?: () => void): Promise<LoginUser> {
  let body: Record<string, unknown> = { email: email.trim(), password };
  for (let round = 0; ; round += 1) {
    try {
      return remember(await accountApi.post<LoginBody>('/api/auth/login', body, { anonymous: true }));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 429 || round === MOST_CHALLENGES) throw error;
      const { answerTo, challengeIn } = await import('./proof');
      const asked = challengeIn(error.details);
      if (!asked) throw error;
      onWork?.();
      body = { ...body, proof: { challenge: asked.challenge, answer: await answerTo(asked) } };
    }
  }
}

export type SignUp = Pick<RegisterAccountRequest, 'email' | 'password'> & { name: string; role: Role };

/** Who may register here. */
export function signUpRules(): Promise<SignupBody> {
  return accountApi.get<SignupBody>('/api/auth/signup', { anonymous: true });
}

/**
 * Register and sign in; null where the e-mail has to be confirmed first.
 * @throws ApiError 409 EMAIL_TAKEN, 403 INSTRUCTOR_SIGNUP_CLOSED, 400
 */
export async function signUp(form: SignUp): Promise<LoginUser | null> {
  const body = { ...form, email: form.email.trim(), name: form.name.trim() };
  await accountApi.post('/api/auth/register', body, { anonymous: true });
  try {
    return await signIn(body.email, body.password);
  } catch (error) {
    if (!isUnconfirmed(error)) throw error;
    unconfirmed = body.email;
    return null;
  }
}

/**
 * The signed-in student teaches from now on. All logins of the account end with its role; this one goes on.
 * @throws ApiError 403 INSTRUCTOR_SIGNUP_CLOSED
 */
export async function becomeInstructor(): Promise<LoginUser> {
  return remember(await accountApi.post<LoginBody>('/api/auth/instructor'));
}

let unconfirmed = '';

/** The e-mail whose link somebody waits for, as far as this visit knows. */
export function waitingFor(): string {
  return unconfirmed;
}

/** Whether the password was right and the link in the mail was not opened yet; the e-mail is remembered. */
export function isUnconfirmed(error: unknown, email?: string): boolean {
  if (!(error instanceof ApiError) || error.code !== 'EMAIL_NOT_CONFIRMED') return false;
  if (email) unconfirmed = email.trim();
  return true;
}

/** @throws ApiError 400 BAD_LINK */
export async function confirmEmail(key: string): Promise<void> {
  await accountApi.post('/api/auth/confirm', { key }, { anonymous: true });
}

/** @throws ApiError 429 */
export async function sendLinkAgain(email: string): Promise<void> {
  await accountApi.post('/api/auth/confirm/resend', { email: email.trim() }, { anonymous: true });
}

/** Where a person goes after signing in; `next` is a path of this site. */
export function homeOf(person: LoginUser, next: string | null): string {
  if (next && /^\/(?!\/)/.test(next)) return next;
  return person.role === 'STUDENT' ? '/' : '/teach';
}
