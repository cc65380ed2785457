/** What people type, and files that they name. */
import { tidy } from '../text';

export const MAX_LENGTH = 2_000;

/** Characters as the server counts them: one for an emoji too, and one for 각 however it is typed. */
export function lengthOf(text: string): number {
  return Array.from(tidy(text)).length;
}

const OWN_FILE = /^\/api\/v1\/chat\/files\/[0-9a-f-]{36}\/?$/;

/**
 * The address of an upload on this server, without the host: the phone may know it by
 * another name. null for every other address, which is not loaded unasked.
 */
export function ownFile(url: string): string | null {
  try {
    const { pathname, search } = new URL(url);
    return OWN_FILE.test(pathname) ? pathname + search : null;
  } catch {
    return null;
  }
}
