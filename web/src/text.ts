/**
 * Text that people type: what is nothing to see. What is found by what: search.ts. The server has
 * the same rules (mobilegpt/core/text.py); both are held to tests/core/texts.json.
 */

/** What draws nothing: Unicode's ignorable characters, and blanks that have a width only. */
export const UNSEEN = '\\p{DI}\\u2800\\ufffc\\u{1d159}\\u{13441}\\u{13442}';
/** Marks need something to stand on; a few formats enclose a number. */
const seen = new RegExp(
  `[^\\p{Z}\\p{M}\\p{Cc}\\p{Cs}\\p{Cf}\\p{NChar}${UNSEEN}]|[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}]`,
  'u',
);
/** What nobody misses at either end; not joiners, selectors and tags, with which an emoji ends. */
const edges = /^[\s\x1c-\x1f\x85\xad\u180e\u200b\u2060\u2800\u3164\uffa0\ufffc]+|[\s\x1c-\x1f\x85\xad\u180e\u200b\u2060\u2800\u3164\uffa0\ufffc]+$/g;

/** Whether nobody can see anything in it. */
export function isBlank(text: string): boolean {
  return !seen.test(text);
}

/** As it is sent: trimmed, in one form; '' when there is nothing to see. */
export function tidy(text: string): string {
  return isBlank(text) ? '' : text.normalize('NFC').replace(edges, '');
}
