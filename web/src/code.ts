/**
 * Codes of classes as people give them. The server reads alike
 * (mobilegpt/classroom/codes.py); both are held to tests/classroom/codes.json.
 */

const LENGTH = 6;
const LONGEST = 2_000;
const SHAPE = /^[A-Za-z0-9]{4,20}$/;
const PLACES = 'join|class|qr|sessions';
const LINK = new RegExp(`(?<![A-Za-z0-9.])(?:${PLACES})/+(?!(?:${PLACES})/)([^/?#\\s]+)`, 'i');
const RUN = /^[A-Za-z0-9]+(?:[-_]+[A-Za-z0-9]+)*/;
const AMONG_WORDS = /(?<![A-Za-z0-9])[A-HJ-NP-Z2-9]{6}(?![A-Za-z0-9])/gi;
const DASHES = '-_.\u00b7\u2010-\u2015\u2212';
const APART = [DASHES, `${DASHES}\\s`].map((signs) => new RegExp(`(?<=[A-Za-z0-9])[${signs}]+(?=[A-Za-z0-9])`, 'g'));

// The keys of the usual Korean layout (두벌식), by the letters that they write.
const KEYS = new Map<string, string>();
for (const [first, keys] of [
  [0x1100, 'r R s e E f a q Q t T d w W c z x v g'],
  [0x1161, 'k o i O j p u P h hk ho hl y n nj np nl b m ml l'],
  [0x11a8, 'r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g'],
] as const) {
  for (const [place, key] of keys.split(' ').entries()) KEYS.set(String.fromCharCode(first + place), key);
}

function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return ' ';
    }
  });
}

/** Letters and digits by their keys; dashes, spaces and quotes are no part of a code. */
function typed(text: string): string {
  const kept = text.normalize('NFKD').match(/[\p{L}\p{N}]/gu) ?? [];
  return kept.map((sign) => KEYS.get(sign) ?? sign).join('');
}

/** The one code in a sentence; '' for none, or for several that nothing tells apart. */
function amongWords(text: string): string {
  let found = [...new Set(text.match(AMONG_WORDS)?.map((code) => code.toUpperCase()))];
  if (found.length > 1) found = found.filter((code) => /\d/.test(code));
  return found.length === 1 ? (found[0] ?? '') : '';
}

const usable = (text: string): boolean => SHAPE.test(text) && !/^\d+$/.test(text);

/**
 * The code that is meant, in upper case, or null: in full width, with dashes, as a link,
 * in a sentence, or typed while the keyboard wrote Hangul.
 */
export function asCode(text: string): string | null {
  if (text.length > LONGEST) return null;
  if (SHAPE.test(text)) return usable(text) ? text.toUpperCase() : null;
  const given = decoded(text).normalize('NFKC');
  const link = LINK.exec(given)?.[1];
  const readings =
    link !== undefined
      ? [typed(RUN.exec(link)?.[0] ?? ''), typed(link)]
      : [amongWords(given), ...APART.map((signs) => amongWords(given.replace(signs, ''))), typed(given)];
  const codes = readings.filter(usable);
  return (codes.find((code) => code.length === LENGTH) ?? codes[0])?.toUpperCase() ?? null;
}

/** The code in the address of a page; what cannot be one stays, for the server to refuse. */
export function codeIn(params: Readonly<Record<string, string>>): string {
  const given = params['code'] ?? '';
  return asCode(given) ?? given.toUpperCase();
}
