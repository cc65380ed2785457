/** Which file of a picture a browser takes: the same for a page and for what is fetched ahead, so that it is asked for once. */
import type { ImageBody } from '../api.gen';

export interface Sources {
  src: string;
  srcset: string;
  sizes: string;
}

/** What a slow line brings first: the narrowest. */
export function smallOf({ url, variants }: ImageBody): Sources {
  const [least] = [...variants].sort((one, other) => one.width - other.width);
  return { src: least?.url ?? url, srcset: '', sizes: '' };
}

/** What fits, chosen by the browser. `sizes` says how wide it is shown, as the attribute of an `<img>`. */
export function fittingOf(image: ImageBody, sizes = sizesOf(image)): Sources {
  return { src: image.url, srcset: image.variants.map(({ url, width }) => `${url} ${width}w`).join(', '), sizes };
}

/** A phone gives a picture about half of its height, and never more than the width of its column. */
function sizesOf({ width, height }: ImageBody): string {
  return `min(100vw, 36rem, ${Math.round((width / height) * 50)}vh)`;
}
