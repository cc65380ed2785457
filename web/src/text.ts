/**
 * Text that people type: what is nothing to see, and what is found by what. The server has
 * the same rules (mobilegpt/core/text.py); both are held to tests/core/texts.json.
 */

/** What draws nothing: Unicode's ignorable characters, and blanks that have a width only. */
const UNSEEN = '\\p{DI}\\u2800\\ufffc\\u{1d159}\\u{13441}\\u{13442}';
const unseen = new RegExp(`[${UNSEEN}]`, 'gu');
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

/** Consonants under one another, as a keyboard writes two initials. */
const PAIRS: Readonly<Record<string, string>> = {
  ㄳ: 'ㄱㅅ', ㄵ: 'ㄴㅈ', ㄶ: 'ㄴㅎ', ㄺ: 'ㄹㄱ', ㄻ: 'ㄹㅁ', ㄼ: 'ㄹㅂ', ㄽ: 'ㄹㅅ', ㄾ: 'ㄹㅌ', ㄿ: 'ㄹㅍ', ㅀ: 'ㄹㅎ', ㅄ: 'ㅂㅅ',
};

/** Form, width, case, spaces and unseen signs do not count. */
function letters(text: string): string {
  const plain = text.replace(/[ㄳ-ㅄ]/g, (pair) => PAIRS[pair] ?? pair).normalize('NFKC').replace(unseen, '');
  // Up and down: "ß" and "ss" are the same word.
  return plain.toUpperCase().toLowerCase().normalize('NFKD').replace(unseen, '').replace(/\s/g, '');
}

/**
 * A test for texts in which somebody who typed `wanted` would look for it: initials find
 * their syllables (ㄱㅇㅈ finds 김영자), and the last syllable may still be incomplete.
 */
export function finder(wanted: string): (text: string) => boolean {
  const pattern = letters(wanted)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/([\u1100-\u1112])(?![\u1161-\u1175])/g, '$1[\u1161-\u1175]?[\u11a8-\u11c2]?');
  const found = new RegExp(pattern);
  return (text) => found.test(letters(text));
}
