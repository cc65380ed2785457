/** Uploading a file with progress, which fetch cannot tell. */
import { ApiError, type Api } from '../api';
import type { ChatRefusal, FileAnswer, FileData } from '../api.gen';
import { Timers } from '../timers';

/** Longer than for other requests: a photo over a slow connection. */
const SILENCE_MS = 30_000;

/**
 * @returns the stored file, whose `file_url` a message names
 * @throws ApiError 400 UNSUPPORTED_FILE, 413, 429, 503, or status 0 without a connection
 */
export async function upload(
  api: Api,
  roomId: number,
  file: File,
  onProgress: (share: number) => void,
): Promise<FileData> {
  try {
    return await put(await api.socketToken(), roomId, file, onProgress);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    return put(await api.socketToken(true), roomId, file, onProgress);
  }
}

function put(
  token: string | null,
  roomId: number,
  file: File,
  onProgress: (share: number) => void,
): Promise<FileData> {
  const form = new FormData();
  form.append('file', file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const timers = new Timers();
    const alive = (): void => timers.after('silence', SILENCE_MS, () => request.abort());
    request.upload.onprogress = (event) => {
      alive();
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      const made = answerOf(request);
      if (made instanceof ApiError) reject(made);
      else resolve(made);
    };
    request.onerror = () => reject(new ApiError('NETWORK', 'The server could not be reached.'));
    request.onabort = () => reject(new ApiError('TIMEOUT', 'The server could not be reached.'));
    request.onloadend = () => timers.end();
    request.open('POST', `/api/v1/chat/rooms/${roomId}/files`);
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.send(form);
    alive();
  });
}

function answerOf(request: XMLHttpRequest): FileData | ApiError {
  let body: Partial<FileAnswer & ChatRefusal> = {};
  try {
    body = JSON.parse(request.responseText) as typeof body;
  } catch {
    // A proxy's own page; the status says enough.
  }
  if (request.status === 201 && body.data) return body.data;
  const wait = Number(request.getResponseHeader('Retry-After'));
  const message = body.error ?? request.statusText;
  return new ApiError(body.code ?? `HTTP_${request.status}`, message, request.status || 502, {}, wait > 0 ? wait : null);
}
