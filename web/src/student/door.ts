/** What is known of a class, and of this phone in it, before somebody sits down. */
import { accountApi } from '../api';
import type { ClassPreview, KnownPhone } from '../api.gen';
import { deviceId, storage } from '../storage';

const place = (code: string): string => `/api/sessions/${encodeURIComponent(code)}`;

/** @throws ApiError 404 for a wrong or ended code, 429 after too many of them */
export const look = (code: string): Promise<ClassPreview> =>
  accountApi.get(`${place(code)}/preview`, { anonymous: true });

/**
 * Whom this phone has brought to classes of the same instructor; null for nobody. A phone that never was in a class
 * asks nobody.
 * @throws ApiError 403 SEAT_REMOVED
 */
export async function whoIsIt(code: string): Promise<string | null> {
  if (storage.get('device_id') === null) return null;
  const { name } = await accountApi.post<KnownPhone>(`${place(code)}/guest`, { device_id: deviceId() }, { anonymous: true });
  return name;
}
