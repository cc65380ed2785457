/** Pictures of the next steps, fetched before they are needed, each file once. */
import type { ImageBody } from '../api.gen';
import { spread, stepsAhead, type Standing } from '../student/ahead';
import { measure, slow, sparing } from './line';
import { fittingOf, smallOf } from './sources';

/** How many steps ahead; where every byte is paid for, the next one alone. */
const STEPS = 3;

/** Held, so that the browser keeps what it has decoded; the oldest ones go. */
const held = new Map<string, HTMLImageElement>();
const HELD = 8;

/** What comes next, from where the class stands; before it starts, its beginning. */
export const picturesAhead = (room: Standing): ImageBody[] =>
  stepsAhead(room, sparing() ? 1 : STEPS).flatMap(({ image }) => image ?? []);

/** @returns how to stop; what is on its way still comes */
export function fetchAhead(room: Standing): () => void {
  return spread(room, picturesAhead(room).filter(({ url }) => !held.has(url)), fetchOne);
}

/** The one that fits is here already, or on its way: no smaller one is needed. */
export const isFetched = (image: ImageBody): boolean => !!held.get(image.url)?.srcset;

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
