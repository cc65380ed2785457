/** How the pages look and speak on this device; remembered, and set on <html> for the CSS. */
import { writable } from 'svelte/store';
import { storage } from './storage';

export type TextSize = 1 | 2 | 3;
export type Theme = 'auto' | 'light' | 'dark' | 'contrast';

export interface Prefs {
  textSize: TextSize;
  theme: Theme;
  /** Read each step aloud. */
  speech: boolean;
  /** No movement, whatever the system says. */
  calm: boolean;
}

const DEFAULTS: Prefs = { textSize: 1, theme: 'auto', speech: true, calm: false };

export const prefs = writable<Prefs>({ ...DEFAULTS, ...storage.get<Partial<Prefs>>('prefs') });

export function setPrefs(change: Partial<Prefs>): void {
  prefs.update((now) => ({ ...now, ...change }));
}

/** Keep <html> and the storage in step with the choices. */
export function startPrefs(): () => void {
  let first = true;
  return prefs.subscribe((now) => {
    const { dataset } = document.documentElement;
    dataset['text'] = String(now.textSize);
    dataset['theme'] = now.theme;
    dataset['calm'] = String(now.calm);
    if (!first) storage.set('prefs', now);
    first = false;
  });
}
