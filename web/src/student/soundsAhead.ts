/**
 * Clips and made speech of the next steps, fetched before they are said: into the browser's own store, from where the
 * page's one audio element takes them. A browser that keeps none there fetches them in their turn.
 */
import { sparing } from '../picture/line';
import { spread, stepsAhead, type Standing } from './ahead';

/** How many steps ahead: a minute of sound is 480 KB. */
const STEPS = 2;
/** Asked for on this page. */
const asked = new Set<string>();

/** The page reads aloud. Where every byte is paid for, nothing comes that may not be heard. @returns how to stop */
export function fetchSoundsAhead(room: Standing): () => void {
  if (sparing()) return () => undefined;
  const urls = stepsAhead(room, STEPS).flatMap(({ audio }) => audio?.url ?? []);
  return spread(room, urls.filter((url) => !asked.has(url)), (url) => void fetchOne(url));
}

async function fetchOne(url: string): Promise<void> {
  if (asked.has(url)) return;
  asked.add(url);
  try {
    const answer = await fetch(url, { priority: 'low' });
    if (!answer.ok) throw new Error(`${answer.status}`);
    await answer.blob(); // to its end, else it is not kept
  } catch {
    asked.delete(url); // The page itself asks for it, when it is its turn.
  }
}
