/** Files that need the account's token, which a plain link does not carry. */
import { ApiError, accountApi, readError } from '../api';
import type { Lang } from '../i18n';

/** The bytes, and the name that the server gives them. */
export interface NamedFile {
  name: string;
  content: Blob;
}

/** `attachment; filename*=utf-8''%EC%B9%B4.csv` */
function fileName(disposition: string | null): string {
  const coded = /filename\*=utf-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  const plain = /filename="([^"]+)"/.exec(disposition ?? '')?.[1];
  try {
    return (coded && decodeURIComponent(coded)) || plain || 'students.csv';
  } catch {
    return 'students.csv';
  }
}

async function fetchFile(path: string, lang: Lang, fresh: boolean): Promise<Response> {
  const token = await accountApi.socketToken(fresh);
  const headers = { 'Accept-Language': lang, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  try {
    return await fetch(path, { credentials: 'same-origin', headers });
  } catch {
    throw new ApiError('NETWORK', 'The server could not be reached.');
  }
}

/** @throws ApiError as every other question */
export async function readFile(path: string, lang: Lang): Promise<NamedFile> {
  let response = await fetchFile(path, lang, false);
  if (response.status === 401) response = await fetchFile(path, lang, true);
  if (!response.ok) throw await readError(response);
  const content = await response.blob().catch(() => {
    throw new ApiError('NETWORK', 'The file did not come whole.');
  });
  return { name: fileName(response.headers.get('Content-Disposition')), content };
}

/** Put a file where the browser keeps what is downloaded. */
export function saveFile({ name, content }: NamedFile): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser reads it a moment later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
