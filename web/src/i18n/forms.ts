/**
 * Words whose form hangs on the value before them, written behind its name in a text:
 *
 *   '{n:이에요}'        a Korean particle by how the value is read: 1이에요, 2예요, Kim이에요
 *   '{n:person|people}' an English noun by the number: 1 person, 2 people
 */
const FINAL_L = 8;
const NO_FINAL = 0;
const SOME_FINAL = 1;
/** By the form after a closed syllable. */
const AFTER_OPEN: Record<string, string> = {
  이에요: '예요',
  을: '를',
  은: '는',
  이: '가',
  과: '와',
  으로: '로',
  이나: '나',
  이라는: '라는',
};
/** 영 일 이 삼 사 오 육 칠 팔 구. */
const DIGITS = [SOME_FINAL, FINAL_L, NO_FINAL, SOME_FINAL, NO_FINAL, NO_FINAL, SOME_FINAL, FINAL_L, FINAL_L, NO_FINAL];
/** The names of letters: 엘, 엠, 엔 and 알 are closed. */
const LETTERS: Record<string, number> = { L: FINAL_L, M: SOME_FINAL, N: SOME_FINAL, R: FINAL_L };
const NOT_SPOKEN = /[\s’”'")\]}>»」』.,!?~…]+$/u;

/** The value with the form that `mark` asks for. */
export function withForm(value: string | number, mark: string): string {
  const [one = '', many] = mark.split('|');
  if (many !== undefined) return `${value} ${Number(value) === 1 ? one : many}`;
  return `${value}${particle(String(value), one)}`;
}

/** `closed`: the form after a closed syllable, such as 을. */
function particle(word: string, closed: string): string {
  const final = finalOf(word.replace(NOT_SPOKEN, ''));
  const open = final === NO_FINAL || (closed === '으로' && final === FINAL_L);
  return open ? (AFTER_OPEN[closed] ?? closed) : closed;
}

/** How the last syllable ends when the word is read aloud. */
function finalOf(word: string): number {
  const last = word.at(-1) ?? '';
  if (last >= '가' && last <= '힣') return (last.charCodeAt(0) - 0xac00) % 28;
  if (/\d/.test(last)) return finalOfNumber(word);
  if (/[A-Z]$/.test(word)) return LETTERS[last] ?? NO_FINAL;
  if (/(?:l|le)$/.test(word)) return FINAL_L;
  return /(?:[mn]|ng|[aeiou][bckpt])$/.test(word) ? SOME_FINAL : NO_FINAL;
}

/** Tens, hundreds … up to 억 are closed; 조, with twelve to fifteen zeros, is open. */
function finalOfNumber(word: string): number {
  const digits = (/[\d,]+$/.exec(word)?.[0] ?? '').replaceAll(',', '');
  const zeros = /0*$/.exec(digits)?.[0].length ?? 0;
  if (zeros >= 12 && zeros <= 15 && zeros < digits.length) return NO_FINAL;
  return DIGITS[Number(digits.at(-1))] ?? NO_FINAL;
}
