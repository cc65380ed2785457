/**
 * The REST API: Bearer token, one refresh when it has run out, errors as one type, and an
 * Idempotency-Key on every POST so that a retry is harmless (contract 10.3).
 */
import type { TokensBody } from './api.gen';
import { randomId } from './random';
import { learnFromResponse, serverNow } from './serverTime';
import { tokenStore, type TokenStore } from './storage';

const TIMEOUT_MS = 15_000;
/** Codes made here, for failures that never reached the server. */
export type LocalCode = 'NETWORK' | 'TIMEOUT' | 'BAD_RESPONSE';

export class ApiError extends Error {
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly details: Record<string, unknown>;
  /** Seconds that the server asks to wait, or null. */
  readonly retryAfter: number | null;

  constructor(
    code: string,
    message: string,
    status = 0,
    details: Record<string, unknown> = {},
    retryAfter: number | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  /** True when trying the same request again may succeed. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface RequestOptions {
  /** Idempotency-Key of a POST; give the same one when you repeat a request yourself. */
  key?: string;
  signal?: AbortSignal;
  /** Leave the token out (sign in, sign up, taking a seat). */
  anonymous?: boolean;
}

type Json = Record<string, unknown>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export async function readError(response: Response): Promise<ApiError> {
  const wait = Number(response.headers.get('Retry-After'));
  const retryAfter = Number.isFinite(wait) && wait > 0 ? wait : null;
  const body: unknown = await response.json().catch(() => null);
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : body;
  if (!isRecord(error)) {
    return new ApiError(`HTTP_${response.status}`, response.statusText, response.status, {}, retryAfter);
  }
  const code = typeof error['code'] === 'string' ? error['code'] : `HTTP_${response.status}`;
  const message = typeof error['message'] === 'string' ? error['message'] : response.statusText;
  const details = isRecord(error['details']) ? error['details'] : {};
  return new ApiError(code, message, response.status, details, retryAfter);
}

/** Seconds until a JWT runs out; Infinity when it cannot be read. */
export function secondsLeft(token: string, now = serverNow()): number {
  try {
    const payload = token.split('.')[1] ?? '';
    const claims: unknown = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
    const exp = isRecord(claims) ? claims['exp'] : null;
    return typeof exp === 'number' ? exp - now / 1000 : Infinity;
  } catch {
    return Infinity;
  }
}

export class Api {
  readonly tokens: TokenStore;
  /** Gets new tokens when the refresh token is refused as well; a guest takes its seat again. */
  readonly #renew: (() => Promise<boolean>) | null;
  #refreshing: Promise<boolean> | null = null;

  constructor(tokens: TokenStore, renew: (() => Promise<boolean>) | null = null) {
    this.tokens = tokens;
    this.#renew = renew;
  }

  get<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return this.#request<T>('GET', path, undefined, options);
  }

  post<T>(path: string, body: unknown = {}, options: RequestOptions = {}): Promise<T> {
    return this.#request<T>('POST', path, body, { ...options, key: options.key ?? randomId() });
  }

  put<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    return this.#request<T>('PUT', path, body, options);
  }

  patch<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    return this.#request<T>('PATCH', path, body, options);
  }

  delete<T = void>(path: string, options: RequestOptions = {}): Promise<T> {
    return this.#request<T>('DELETE', path, undefined, options);
  }

  /**
   * An access token for a socket, or null when nobody is signed in. `fresh` gets a new one
   * although the old one looks good, because the server has refused it.
   * @throws ApiError when the server cannot be reached
   */
  async socketToken(fresh = false): Promise<string | null> {
    const access = await this.#access();
    if (access === null || (!fresh && secondsLeft(access) > 30)) return access;
    await this.#refresh(access);
    return this.tokens.read()?.access ?? null;
  }

  /** The token kept here, or a new one where the seat can be taken again without any. */
  async #access(): Promise<string | null> {
    if (!this.tokens.read() && this.#renew) await this.#refresh(null);
    return this.tokens.read()?.access ?? null;
  }

  async #request<T>(
    method: string,
    path: string,
    body: unknown,
    options: RequestOptions,
  ): Promise<T> {
    const used = options.anonymous ? null : await this.#access();
    let response = await this.#fetch(method, path, body, options, used);
    if (response.status === 401 && used && (await this.#refresh(used))) {
      const renewed = this.tokens.read()?.access ?? null;
      response = await this.#fetch(method, path, body, options, renewed);
    }
    if (!response.ok) throw await readError(response);
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch {
      throw new ApiError('BAD_RESPONSE', 'The answer is not JSON.', response.status);
    }
  }

  async #fetch(
    method: string,
    path: string,
    body: unknown,
    options: RequestOptions,
    token: string | null,
  ): Promise<Response> {
    const headers: Record<string, string> = {
      Accept: 'application/json',
      'Accept-Language': document.documentElement.lang,
    };
    if (token) headers['Authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (options.key) headers['Idempotency-Key'] = options.key;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), TIMEOUT_MS);
    const cancel = (): void => limit.abort();
    options.signal?.addEventListener('abort', cancel);
    try {
      const asked = Date.now();
      const response = await fetch(path, {
        method,
        headers,
        signal: limit.signal,
        credentials: 'same-origin',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      learnFromResponse(response, asked);
      return response;
    } catch (error) {
      if (options.signal?.aborted) throw error;
      const code: LocalCode = limit.signal.aborted ? 'TIMEOUT' : 'NETWORK';
      throw new ApiError(code, 'The server could not be reached.');
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
    }
  }

  /**
   * Get a token other than `used`, once for all callers that wait for one.
   * @returns false when the tokens are of no use any more; they are forgotten then
   * @throws ApiError when the server could not be asked
   */
  #refresh(used: string | null): Promise<boolean> {
    this.#refreshing ??= this.#refreshOnce(used).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refreshOnce(used: string | null): Promise<boolean> {
    const pair = this.tokens.read();
    if (!pair) return this.#renew ? this.#renew() : false;
    // Another tab has been faster: its token is the newest of the family.
    if (pair.access !== used) return true;
    const options = { anonymous: true, key: randomId() };
    const body = { refresh_token: pair.refresh };
    const response = await this.#fetch('POST', '/api/auth/refresh', body, options, null);
    if (response.ok) {
      const fresh = (await response.json()) as TokensBody;
      this.tokens.write({ access: fresh.access_token, refresh: fresh.refresh_token });
      return true;
    }
    if (response.status === 429 || response.status >= 500) throw await readError(response);
    if (this.#renew && (await this.#renew())) return true;
    this.tokens.write(null);
    return false;
  }
}

/** The signed-in person: instructor or registered student. */
export const accountApi = new Api(tokenStore('account'));
