/** A form with files, sent with progress, which fetch cannot tell. */
import { ApiError, readError, type Api } from './api';
import { Timers } from './timers';

/** Longer than for other requests: a photo over a slow connection. */
const SILENCE_MS = 30_000;

export interface Sending {
  /** Idempotency-Key: the same one when the same is sent again. */
  key?: string;
  /** From 0 to 1; at 1 the server has it all, and works on it. */
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/**
 * @param api whose token goes along; null: none, the address is the credential
 * @returns the answer, whatever its status but 401 for a token that has run out
 * @throws ApiError NETWORK or TIMEOUT without an answer
 */
export async function sendForm(api: Api | null, path: string, form: FormData, sending: Sending = {}): Promise<Response> {
  const answer = await put((await api?.socketToken()) ?? null, path, form, sending);
  return api && answer.status === 401 ? put(await api.socketToken(true), path, form, sending) : answer;
}

/** @throws ApiError also when the server refuses */
export async function postForm<T>(api: Api | null, path: string, form: FormData, sending: Sending = {}): Promise<T> {
  const answer = await sendForm(api, path, form, sending);
  if (!answer.ok) throw await readError(answer);
  return (await answer.json()) as T;
}

function put(token: string | null, path: string, form: FormData, { key, onProgress, signal }: Sending): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const timers = new Timers();
    const alive = (): void => timers.after('silence', SILENCE_MS, () => request.abort());
    const stop = (): void => request.abort();
    request.upload.onprogress = (event) => {
      alive();
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    };
    request.onload = () => resolve(answerOf(request));
    request.onerror = () => reject(new ApiError('NETWORK', 'The server could not be reached.'));
    request.onabort = () => reject(new ApiError('TIMEOUT', 'The server could not be reached.'));
    request.onloadend = () => {
      timers.end();
      signal?.removeEventListener('abort', stop);
    };
    signal?.addEventListener('abort', stop);
    request.open('POST', path);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Accept-Language', document.documentElement.lang);
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
    if (key) request.setRequestHeader('Idempotency-Key', key);
    request.send(form);
    alive();
  });
}

function answerOf(request: XMLHttpRequest): Response {
  const wait = request.getResponseHeader('Retry-After');
  // Of some statuses a Response has no body.
  const body = [204, 205, 304].includes(request.status) ? null : request.responseText;
  return new Response(body, { status: request.status || 502, statusText: request.statusText, headers: wait ? { 'Retry-After': wait } : {} });
}
