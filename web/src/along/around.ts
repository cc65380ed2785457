/** The part of a picture around what is marked: a whole screen is too small to read in a small window. */
import type { ImageBody, PictureMark } from '../api.gen';
import { drawMarks } from '../picture/marks';

export interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Of the picture's width: icons and words beside the mark are in it, so the place can be found again. */
const PART = 0.62;
/** Around a marked box, of the picture's width. */
const ROOM = 0.12;
/** Wide enough for a small window, and no more to fetch than needed. */
const WIDE_ENOUGH = 700;

interface Ends {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function endsOf(mark: PictureMark): Ends {
  const reach = { up: [0, -0.3], down: [0, 0.3], left: [-0.3, 0], right: [0.3, 0] }[mark.direction ?? 'up'];
  const [dx = 0, dy = 0] = mark.kind === 'swipe' ? reach : [];
  const [w, h] = mark.kind === 'box' ? [mark.w ?? 0, mark.h ?? 0] : [0, 0];
  return {
    left: Math.min(mark.x, mark.x + dx),
    top: Math.min(mark.y, mark.y + dy),
    right: Math.max(mark.x + w, mark.x + dx),
    bottom: Math.max(mark.y + h, mark.y + dy),
  };
}

/**
 * What of `image` is shown in a place of this shape (width / height), in pixels of the picture. The whole of it where
 * nothing is marked; never less than all marks.
 */
export function partOf(image: ImageBody, shape: number): Part {
  const whole: Part = { x: 0, y: 0, width: image.width, height: image.height };
  if (!image.marks.length) return whole;
  const ends = image.marks.map(endsOf);
  const left = Math.min(...ends.map((each) => each.left)) * image.width;
  const right = Math.max(...ends.map((each) => each.right)) * image.width;
  const top = Math.min(...ends.map((each) => each.top)) * image.height;
  const bottom = Math.max(...ends.map((each) => each.bottom)) * image.height;
  const room = ROOM * image.width;
  let width = Math.max(PART * image.width, right - left + 2 * room, (bottom - top + 2 * room) * shape);
  width = Math.min(width, image.width);
  const height = Math.min(width / shape, image.height);
  const within = (middle: number, size: number, most: number): number => Math.min(Math.max(middle - size / 2, 0), most - size);
  return {
    x: within((left + right) / 2, width, image.width),
    y: within((top + bottom) / 2, height, image.height),
    width,
    height,
  };
}

/** The smallest file of a picture that is sharp in a small window. */
export function fileOf(image: ImageBody): string {
  const sizes = [...image.variants].sort((one, other) => one.width - other.width);
  return sizes.find(({ width }) => width >= WIDE_ENOUGH)?.url ?? image.url;
}

/** Draw the part into a place of the canvas, its marks over it. */
export function drawPart(pen: CanvasRenderingContext2D, source: CanvasImageSource, image: ImageBody, place: Part): void {
  const part = partOf(image, place.width / place.height);
  const scale = Math.min(place.width / part.width, place.height / part.height);
  const [width, height] = [part.width * scale, part.height * scale];
  const [left, top] = [place.x + (place.width - width) / 2, place.y + (place.height - height) / 2];
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  pen.translate(left - part.x * scale, top - part.y * scale);
  pen.drawImage(source, 0, 0, image.width * scale, image.height * scale);
  pen.lineCap = pen.lineJoin = 'round';
  for (const { lines } of drawMarks(image.marks, image.width * scale, image.height * scale)) {
    for (const line of lines) {
      pen.strokeStyle = line.colour;
      pen.lineWidth = line.width;
      pen.setLineDash([...(line.dash ?? [])]);
      pen.stroke(new Path2D(line.path));
    }
  }
  pen.restore();
}

/** A picture that is being fetched, the last one kept. */
export class Pictures {
  #url = '';
  #image: HTMLImageElement | null = null;

  /** The picture if it is here; else null, and `ready` is called when it has come. */
  get(image: ImageBody, ready: () => void): HTMLImageElement | null {
    const url = fileOf(image);
    if (url !== this.#url) {
      const picture = new Image();
      this.#url = url;
      this.#image = picture;
      picture.onload = () => {
        if (picture === this.#image) ready();
      };
      // Asked for again when the next thing is drawn.
      picture.onerror = () => {
        if (picture === this.#image) this.#url = '';
      };
      picture.src = url;
    }
    return this.#image?.complete && this.#image.naturalWidth > 0 ? this.#image : null;
  }
}
