/** What people type, and files that they name. */

export const MAX_LENGTH = 2_000;

/** Characters as the server counts them: one for an emoji too. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

export interface Piece {
  text: string;
  /** An address to open, or null for plain words. */
  href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

/** Split into words and web addresses. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index), href: null });
    found.push({ text: match[0], href: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at), href: null });
  return found;
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
