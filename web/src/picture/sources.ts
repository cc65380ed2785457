/** Which file of a picture a browser takes: the same for the page and for what is fetched ahead, so that it is asked for once. */
import type { ImageBody } from '../api.gen';

/** A phone gives a picture about half of its height, and never more than the width of its column. */
export function sizesOf({ width, height }: ImageBody): string {
  return `min(100vw, 36rem, ${Math.round((width / height) * 50)}vh)`;
}

export function srcsetOf({ variants }: ImageBody): string {
  return variants.map(({ url, width }) => `${url} ${width}w`).join(', ');
}
