/** Uploading a file to a room, with progress. */
import { ApiError, type Api } from '../api';
import type { ChatRefusal, FileAnswer, FileData } from '../api.gen';
import { sendForm } from '../sendForm';

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
  const form = new FormData();
  form.append('file', file, file.name);
  const answer = await sendForm(api, `/api/v1/chat/rooms/${roomId}/files`, form, { onProgress });
  // A proxy's own page is no such body; the status says enough.
  const body = (await answer.json().catch(() => ({}))) as Partial<FileAnswer & ChatRefusal>;
  if (answer.status === 201 && body.data) return body.data;
  const wait = Number(answer.headers.get('Retry-After'));
  const message = body.error ?? answer.statusText;
  throw new ApiError(body.code ?? `HTTP_${answer.status}`, message, answer.status, {}, wait > 0 ? wait : null);
}
