/** The colours and letters of a chart, as the page has them now: theme, contrast, forced colours, text size. */
import { prefs } from '../../prefs';

export interface Palette {
  ink: string;
  soft: string;
  line: string;
  card: string;
  action: string;
  actionInk: string;
  help: string;
  helpInk: string;
  family: string;
  /** Pixels of a letter of the smallest text. */
  size: number;
}

/** The browser's own words for colours (CanvasText) become numbers, which a canvas can mix. */
function resolved(colour: string, probe: HTMLElement): string {
  probe.style.color = colour;
  return getComputedStyle(probe).color;
}

export function readPalette(): Palette {
  const root = getComputedStyle(document.documentElement);
  const forced = matchMedia('(forced-colors: active)').matches;
  const probe = document.createElement('span');
  probe.style.forcedColorAdjust = 'none';
  document.body.append(probe);
  const colour = (token: string, system: string): string =>
    resolved(forced ? system : root.getPropertyValue(token).trim(), probe);
  const palette: Palette = {
    ink: colour('--ink', 'CanvasText'),
    soft: colour('--ink-soft', 'CanvasText'),
    line: colour('--line', 'GrayText'),
    card: colour('--card', 'Canvas'),
    action: colour('--action', 'CanvasText'),
    actionInk: colour('--action-ink', 'CanvasText'),
    help: colour('--help', 'CanvasText'),
    helpInk: colour('--help-ink', 'CanvasText'),
    family: getComputedStyle(document.body).fontFamily,
    size: 0.9375 * (parseFloat(root.fontSize) || 16),
  };
  probe.remove();
  return palette;
}

/** Calls `changed` when the palette may be another one; returns the function that stops it. */
export function watchPalette(changed: () => void): () => void {
  let first = true;
  // The new theme is on the document a moment after the choice.
  const stop = prefs.subscribe(() => {
    if (!first) requestAnimationFrame(changed);
    first = false;
  });
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print'].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', changed);
  return () => {
    stop();
    for (const query of queries) query.removeEventListener('change', changed);
  };
}
