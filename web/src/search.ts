/** What is found by what is typed: the server's rules (mobilegpt/core/text.py), both held to tests/core/texts.json. */
import { UNSEEN } from './text';

const unseen = new RegExp(`[${UNSEEN}]`, 'gu');

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
