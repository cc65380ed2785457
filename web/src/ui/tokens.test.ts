/** The colours keep the contrast that design asks for: 7:1 for text, the labels of buttons among it, in every theme. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync('src/ui/tokens.css', 'utf8');

function block(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start));
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]])) as Record<string, string>;
}

const light = block(':root');
const palettes: Record<string, Record<string, string>> = {
  light,
  dark: { ...light, ...block(":root[data-theme='dark']") },
  'dark by the system': { ...light, ...block(":root[data-theme='auto']") },
  contrast: { ...light, ...block(":root[data-theme='contrast']") },
};

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const MEANINGS = ['action', 'done', 'help', 'off', 'danger'];

describe.each(Object.entries(palettes))('%s', (_name, colours) => {
  const ratio = (a: string, b: string): number => contrast(String(colours[a]), String(colours[b]));

  test.each(['paper', 'card'])('text on %s', (ground) => {
    for (const ink of ['ink', 'ink-soft', ...MEANINGS.map((m) => `${m}-ink`)]) {
      expect(ratio(ink, ground), ink).toBeGreaterThanOrEqual(7);
    }
    expect(ratio('edge', ground)).toBeGreaterThanOrEqual(3);
    expect(ratio('focus', ground)).toBeGreaterThanOrEqual(3);
  });

  test.each(MEANINGS)('%s: text on the fill and on the quiet fill', (meaning) => {
    expect(ratio(`on-${meaning}`, meaning)).toBeGreaterThanOrEqual(7);
    expect(ratio(`${meaning}-ink`, `${meaning}-soft`)).toBeGreaterThanOrEqual(7);
  });
});

/** How a button may look: its text, and every ground that it has, by itself or under a pointer. */
function looksOfButtons(): { name: string; ink: string; grounds: string[] }[] {
  const source = readFileSync('src/ui/Button.svelte', 'utf8');
  const looks = [...source.matchAll(/^ {4}(\w+): '(bg-[^']+)'/gm)].map((m) => [String(m[1]), String(m[2])] as const);
  const disabled = /'disabled:[^']*'/.exec(source)?.[0] ?? '';
  return [...looks, ['disabled', disabled.replaceAll('disabled:', ' ').replaceAll("'", '')] as const].map(([name, classes]) => ({
    name,
    ink: String(/(?:^|\s)text-([\w-]+)/.exec(classes)?.[1]),
    grounds: [...classes.matchAll(/(?:^|\s)(?:hover:)?bg-([\w-]+)/g)].flatMap((m) => (m[1] === 'transparent' ? ['paper', 'card'] : [String(m[1])])),
  }));
}

test('all looks of buttons are known', () => {
  expect(looksOfButtons().map((look) => look.name)).toEqual(['primary', 'done', 'help', 'plain', 'quiet', 'danger', 'disabled']);
});

describe.each(Object.entries(palettes))('buttons, %s', (_name, colours) => {
  test.each(looksOfButtons())('$name', ({ ink, grounds }) => {
    expect(grounds).not.toEqual([]);
    for (const ground of grounds) {
      expect(contrast(String(colours[ink]), String(colours[ground])), `${ink} on ${ground}`).toBeGreaterThanOrEqual(7);
    }
  });
});

test('dark by choice and dark by the system are the same', () => {
  expect(palettes['dark by the system']).toEqual(palettes['dark']);
});
