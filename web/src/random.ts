/**
 * Random identifiers that work on a page opened at http://192.168.x.x, where
 * crypto.randomUUID does not exist and crypto.getRandomValues does.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** `length` characters of 6 random bits each; 22 of them carry 132 bits. */
export function randomId(length = 22): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => ALPHABET[byte & 63]).join('');
}
