/**
 * Pictures of the next steps, fetched before they are needed: each phone at times of its own, so that a whole hall does
 * not ask at once, one after another, and each file once.
 */
import type { ImageBody } from '../api.gen';
import type { Step } from '../step';
import { measure, slow, sparing } from './line';
import { fittingOf, smallOf } from './sources';

/** How many steps ahead; where every byte is paid for, the next one alone. */
const STEPS = 3;
/** Within this time comes the first of them, within as much again the next one. */
const WAITING_MS = 10_000;
const TEACHING_MS = 5_000;

/** Held, so that the browser keeps what it has decoded; the oldest ones go. */
const held = new Map<string, HTMLImageElement>();
const HELD = 8;

interface Standing {
  readonly phase: string;
  readonly steps: readonly Step[];
  readonly current: Step | null;
}

/** What comes next, from where the class stands; before it starts, its beginning. */
export function picturesAhead({ phase, steps, current }: Standing): ImageBody[] {
  if (phase === 'over') return [];
  const at = phase === 'waiting' || phase === 'opening' ? -1 : steps.findIndex(({ id }) => id === current?.id);
  if (at < 0 && phase !== 'waiting') return [];
  const next = steps.slice(at + 1, at + 1 + (sparing() ? 1 : STEPS));
  return next.flatMap(({ image }) => image ?? []);
}

/** @returns how to stop; what is on its way still comes */
export function fetchAhead(room: Standing): () => void {
  const spread = room.phase === 'waiting' ? WAITING_MS : TEACHING_MS;
  const timers = picturesAhead(room)
    .filter(({ url }) => !held.has(url))
    .map((image, place) => setTimeout(() => fetchOne(image), (place + Math.random()) * spread));
  return () => timers.forEach(clearTimeout);
}

function fetchOne(image: ImageBody): void {
  if (held.has(image.url)) return;
  const { src, srcset, sizes } = slow() ? smallOf(image) : fittingOf(image);
  const picture = new Image();
  hold(image.url, picture);
  picture.decoding = 'async';
  picture.fetchPriority = 'low';
  picture.sizes = sizes;
  picture.srcset = srcset;
  picture.src = src;
  picture.decode().then(
    () => measure(picture.currentSrc),
    () => held.delete(image.url), // The page itself asks for it, when it is its turn.
  );
}

function hold(url: string, picture: HTMLImageElement): void {
  held.set(url, picture);
  for (const oldest of held.keys()) {
    if (held.size <= HELD) return;
    held.delete(oldest);
  }
}
