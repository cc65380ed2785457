/** The server as the pages see it: answers by method and path, and what was asked. */
import { vi } from 'vitest';
import { accountApi } from '../api';

export interface Asked {
  method: string;
  path: string;
  body: unknown;
}

type Answer = object | null | ((asked: Asked) => unknown);

export class Refusal {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly details: Record<string, unknown> = {},
  ) {}
}

export class FakeServer {
  readonly asked: Asked[] = [];
  private readonly answers = new Map<string, Answer>();
  /** True: nothing gets through. */
  down = false;

  constructor() {
    accountApi.tokens.write({ access: 'access', refresh: 'refresh' });
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => this.serve(path, init));
  }

  on(method: string, path: string, answer: Answer): this {
    this.answers.set(`${method} ${path}`, answer);
    return this;
  }

  /** What was asked of one operation, oldest first. */
  got(method: string, path: string): Asked[] {
    return this.asked.filter((one) => one.method === method && one.path === path);
  }

  private serve(url: string, init: RequestInit): Promise<Response> {
    if (this.down) return Promise.reject(new TypeError('Failed to fetch'));
    const path = url.split('?')[0] ?? '';
    const asked = { method: init.method ?? 'GET', path, body: init.body ? JSON.parse(String(init.body)) : undefined };
    this.asked.push(asked);
    const answer = this.answers.get(`${asked.method} ${path}`);
    const value = typeof answer === 'function' ? (answer as (asked: Asked) => unknown)(asked) : answer;
    return Promise.resolve(value).then(respond);
  }
}

function respond(value: unknown): Response {
  if (value === undefined) return respond(new Refusal(404, 'NOT_FOUND'));
  if (value === null) return new Response(null, { status: 204 });
  if (!(value instanceof Refusal)) return Response.json(value);
  const error = { code: value.code, message: value.code, details: value.details };
  return Response.json({ error }, { status: value.status });
}
