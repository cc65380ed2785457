/** Whether columns fit side by side; a reader of the window's width in CSS pixels. */
import { readable, type Readable } from 'svelte/store';

export function wideScreen(from: number): Readable<boolean> {
  const query = window.matchMedia(`(min-width: ${from}px)`);
  return readable(query.matches, (set) => {
    const change = (): void => set(query.matches);
    change();
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  });
}
