import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Api, ApiError, secondsLeft } from './api';
import type { TokenPair, TokenStore } from './storage';

function tokens(pair: TokenPair | null): TokenStore {
  let kept = pair;
  return { read: () => kept, write: (next) => (kept = next) };
}

function answer(status: number, body?: unknown, headers: Record<string, string> = {}): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
}

interface Call {
  path: string;
  method: string;
  headers: Record<string, string>;
  body: unknown;
}

const calls: Call[] = [];

/** Answer each request by `respond`, and keep the requests. */
function serve(respond: (call: Call) => Response | Promise<Response>): void {
  calls.length = 0;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const call = {
      path,
      method: String(init.method),
      headers: init.headers as Record<string, string>,
      body: init.body ? (JSON.parse(String(init.body)) as unknown) : undefined,
    };
    calls.push(call);
    return Promise.resolve().then(() => respond(call));
  });
}

const jwt = (exp: number): string => `h.${btoa(JSON.stringify({ exp }))}.s`;
const REFRESH = '/api/auth/refresh';

beforeEach(() => vi.useRealTimers());

describe('requests', () => {
  test('carry the token, and a POST an idempotency key', async () => {
    serve(() => answer(201, { id: 1 }));
    const api = new Api(tokens({ access: 'a', refresh: 'r' }));
    await expect(api.post('/api/lectures', { title: 't' })).resolves.toEqual({ id: 1 });
    expect(calls[0]).toMatchObject({ method: 'POST', body: { title: 't' } });
    expect(calls[0]?.headers['Authorization']).toBe('Bearer a');
    expect(calls[0]?.headers['Idempotency-Key']?.length).toBeGreaterThanOrEqual(22);
    await api.post('/api/lectures', {}, { key: 'mine' });
    expect(calls[1]?.headers['Idempotency-Key']).toBe('mine');
  });

  test('204 is nothing', async () => {
    serve(() => answer(204));
    await expect(new Api(tokens(null)).delete('/api/lectures/1')).resolves.toBeUndefined();
  });

  test('the error envelope becomes one typed error', async () => {
    serve(() =>
      answer(429, { error: { code: 'RATE_LIMITED', message: 'slow', details: { a: 1 } } }, { 'Retry-After': '7' }),
    );
    const error: unknown = await new Api(tokens(null)).get('/x').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'RATE_LIMITED', status: 429, details: { a: 1 }, retryAfter: 7, temporary: true });
  });

  test('an answer that is no JSON still is a typed error', async () => {
    serve(() => new Response('<html>', { status: 502 }));
    await expect(new Api(tokens(null)).get('/x')).rejects.toMatchObject({ code: 'HTTP_502', status: 502 });
  });

  test('no connection', async () => {
    serve(() => Promise.reject(new TypeError('failed')));
    await expect(new Api(tokens(null)).get('/x')).rejects.toMatchObject({ code: 'NETWORK', status: 0, temporary: true });
  });

  test('a server that does not answer is given up', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('fetch', (_path: string, init: RequestInit) =>
      new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    const failed = expect(new Api(tokens(null)).get('/x')).rejects.toMatchObject({ code: 'TIMEOUT' });
    await vi.advanceTimersByTimeAsync(15_000);
    await failed;
  });
});

describe('a token that has run out', () => {
  test('is refreshed once for all that wait, and the newest pair is kept', async () => {
    const store = tokens({ access: 'old', refresh: 'r1' });
    serve((call) => {
      if (call.path === REFRESH) return answer(200, { access_token: 'new', refresh_token: 'r2' });
      return call.headers['Authorization'] === 'Bearer new' ? answer(200, { ok: true }) : answer(401, {});
    });
    const api = new Api(store);
    await Promise.all([api.get('/a'), api.get('/b'), api.get('/c')]);
    expect(calls.filter((call) => call.path === REFRESH)).toHaveLength(1);
    expect(calls.find((call) => call.path === REFRESH)?.body).toEqual({ refresh_token: 'r1' });
    expect(store.read()).toEqual({ access: 'new', refresh: 'r2' });
  });

  test('the repeated POST has the same key', async () => {
    serve((call) => {
      if (call.path === REFRESH) return answer(200, { access_token: 'new' });
      return call.headers['Authorization'] === 'Bearer new' ? answer(201, {}) : answer(401, {});
    });
    await new Api(tokens({ access: 'old', refresh: 'r' })).post('/a');
    const keys = calls.filter((call) => call.path === '/a').map((call) => call.headers['Idempotency-Key']);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(2);
  });

  test('a refused refresh forgets the tokens and gives the 401', async () => {
    const store = tokens({ access: 'old', refresh: 'r' });
    serve(() => answer(401, { error: { code: 'INVALID_TOKEN', message: '' } }));
    await expect(new Api(store).get('/a')).rejects.toMatchObject({ status: 401, code: 'INVALID_TOKEN' });
    expect(store.read()).toBeNull();
  });

  test('a server that is down keeps the tokens', async () => {
    const store = tokens({ access: 'old', refresh: 'r' });
    serve((call) => (call.path === REFRESH ? answer(503, {}) : answer(401, {})));
    await expect(new Api(store).get('/a')).rejects.toMatchObject({ status: 503 });
    expect(store.read()).toEqual({ access: 'old', refresh: 'r' });
  });

  test('another tab’s newer token is used without asking', async () => {
    const store = tokens({ access: 'old', refresh: 'r' });
    serve((call) => {
      if (call.headers['Authorization'] === 'Bearer old') {
        store.write({ access: 'theirs', refresh: 'r2' });
        return answer(401, {});
      }
      return answer(200, {});
    });
    await new Api(store).get('/a');
    expect(calls.map((call) => call.path)).toEqual(['/a', '/a']);
  });

  test('a guest takes the seat again when the refresh is refused', async () => {
    const store = tokens({ access: 'old', refresh: 'r' });
    const renew = vi.fn(() => {
      store.write({ access: 'seat', refresh: 'r9' });
      return Promise.resolve(true);
    });
    serve((call) => (call.headers['Authorization'] === 'Bearer seat' ? answer(200, {}) : answer(401, {})));
    await new Api(store, renew).get('/a');
    expect(renew).toHaveBeenCalledOnce();
  });
});

describe('the token of a socket', () => {
  const soon = jwt(Date.now() / 1000 + 5);
  const later = jwt(Date.now() / 1000 + 3600);

  test('is the kept one while it is good', async () => {
    serve(() => answer(500));
    await expect(new Api(tokens({ access: later, refresh: 'r' })).socketToken()).resolves.toBe(later);
    expect(calls).toHaveLength(0);
  });

  test('is renewed shortly before it runs out, and when the server refused it', async () => {
    serve(() => answer(200, { access_token: later }));
    await expect(new Api(tokens({ access: soon, refresh: 'r' })).socketToken()).resolves.toBe(later);
    await expect(new Api(tokens({ access: 'x', refresh: 'r' })).socketToken(true)).resolves.toBe(later);
    expect(calls).toHaveLength(2);
  });

  test('a seat without tokens is taken again; without a seat there is none', async () => {
    serve(() => answer(500));
    const store = tokens(null);
    const api = new Api(store, () => {
      store.write({ access: later, refresh: 'r' });
      return Promise.resolve(true);
    });
    await expect(api.socketToken()).resolves.toBe(later);
    await expect(new Api(tokens(null)).socketToken()).resolves.toBeNull();
  });

  test('what is no JWT never runs out by itself', () => {
    expect(secondsLeft('abc')).toBe(Infinity);
    expect(secondsLeft(jwt(100), 70_000)).toBe(30);
  });
});
