/**
 * Where a web address in a text begins and ends. The rule, in one place:
 *
 * - It begins with http:// or https:// and ends before a space, a quote, `<`, `>`, a backtick,
 *   `\`, `^`, `|`, `{`, `}`, and before every sign outside of ASCII that is no letter: ”, 」, ）, 。, …, an emoji.
 * - Brackets belong to it in pairs: `…/a_(b)` is whole, `(…/a)` and `…/a(10시)` end after the `a`.
 * - Hangul, kana and Chinese characters belong to it where a part of the address begins with them
 *   (`/wiki/서울`, `?q=서울`), not after a letter, a digit or a closed bracket: Korean hangs its particles on
 *   (`…/join/ABC234로`). A part that is only a particle (`https://example.com/에서`) does not belong to it either.
 * - Punctuation at the end belongs to the sentence.
 */

export interface Piece {
  text: string;
  /** An address to open, or null for plain words. */
  href: string | null;
}

const BEGINNING = /https?:\/\//gi;
const ASCII_END = /[\s"<>`\\^|{}\x00-\x1f\x7f]/;
const LETTER = /[\p{L}\p{M}]/u;
const HUNG_ON = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const ASCII_LETTER = /[A-Za-z0-9]/;
const BEGINS_A_PART = /[/?#=&_+:@-]/;
const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[' };
const OF_THE_SENTENCE = /[.,:;!?'*_~]+$/;
const PARTICLE =
  /(?<=[/?#=&_+:@-])(?:으로|로|에서|에|에게|까지|부터|을|를|이|가|은|는|와|과|도|만|의|랑|이랑|하고|에요|예요|이에요|입니다|이고|인데|라고|이라고|로도|에도|에는|에서는|으로는|로는)$/;

/** Whether Hangul and its like may stand where `before` (and `earlier` before that) leads to it. */
function mayBegin(before: string, earlier: string, inHost: boolean): boolean {
  if (before === '.') return inHost && HUNG_ON.test(earlier);
  return HUNG_ON.test(before) || BEGINS_A_PART.test(before) || (before === '(' && !ASCII_LETTER.test(earlier));
}

/** The address that begins at `start`, and how many UTF-16 units were looked at for it. */
function addressAt(text: string, start: number, scheme: number): { address: string; looked: number } {
  const open: { sign: string; at: number }[] = [];
  let at = start + scheme;
  let [before, earlier] = ['/', '/'];
  let inHost = true;
  while (at < text.length) {
    const sign = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (ASCII_END.test(sign)) break;
    if (sign > '\x7f') {
      if (!LETTER.test(sign)) break;
      if (HUNG_ON.test(sign) && !mayBegin(before, earlier, inHost)) break;
    }
    const opening = CLOSES[sign];
    if (opening !== undefined) {
      if (open.at(-1)?.sign !== opening) break;
      open.pop();
    } else if (sign === '(' || sign === '[') open.push({ sign, at });
    inHost &&= sign !== '/';
    [before, earlier] = [sign, before];
    at += sign.length;
  }
  return { address: trimmed(text.slice(start, open[0]?.at ?? at)), looked: at - start };
}

/** Without punctuation and particles at its end. */
function trimmed(found: string): string {
  let address = found;
  for (;;) {
    const shorter = address.replace(OF_THE_SENTENCE, '').replace(PARTICLE, '');
    if (shorter === address) return address;
    address = shorter;
  }
}

function isAddress(text: string): boolean {
  try {
    return new URL(text).hostname !== '';
  } catch {
    return false;
  }
}

/** Split into words and web addresses. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let said = 0;
  BEGINNING.lastIndex = 0;
  for (let match = BEGINNING.exec(text); match; match = BEGINNING.exec(text)) {
    const { address: href, looked } = addressAt(text, match.index, match[0].length);
    // What was looked at is not looked at again: a text of nothing but beginnings takes its length, not its square.
    BEGINNING.lastIndex = match.index + Math.max(looked, match[0].length);
    if (!isAddress(href)) continue;
    if (match.index > said) found.push({ text: text.slice(said, match.index), href: null });
    found.push({ text: href, href });
    said = match.index + href.length;
  }
  if (said < text.length) found.push({ text: text.slice(said), href: null });
  return found;
}
