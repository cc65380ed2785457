/**
 * Whether columns fit side by side. Measured in letters (rem), not in pixels: with larger
 * text the same window has room for fewer of them.
 */
import { derived, readable, type Readable } from 'svelte/store';
import { prefs } from './prefs';

const windowWidth = readable(0, (set) => {
  const measure = (): void => set(window.innerWidth);
  measure();
  window.addEventListener('resize', measure);
  return () => window.removeEventListener('resize', measure);
});

export function wideScreen(rem: number): Readable<boolean> {
  // The size of a letter follows the preferences.
  return derived([windowWidth, prefs], ([width]) => {
    const letter = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    return width >= rem * letter;
  });
}
