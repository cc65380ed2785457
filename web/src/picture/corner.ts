/** Where on a picture a sign covers nothing that is marked. */
import type { PictureMark } from '../api.gen';

/** 0 is left or top, 1 is right or bottom. */
export type Corner = readonly [x: 0 | 1, y: 0 | 1];

/** The usual one first. */
const CORNERS: readonly Corner[] = [
  [1, 0],
  [0, 0],
  [1, 1],
  [0, 1],
];

/** How far a mark is from a corner; of a box its nearest point counts. */
function distance({ x, y, w, h }: PictureMark, [cornerX, cornerY]: Corner, shape: number): number {
  const gap = (from: number, length: number, corner: number): number => Math.max(from - corner, corner - from - length, 0);
  return Math.hypot(gap(x, w ?? 0, cornerX) * shape, gap(y, h ?? 0, cornerY));
}

/** `shape` is the picture's width by its height. */
export function freeCorner(marks: readonly PictureMark[], shape: number): Corner {
  const free = (corner: Corner): number => Math.min(...marks.map((mark) => distance(mark, corner, shape)));
  // What is out of the sign's way is far enough.
  const room = (corner: Corner): number => Math.min(free(corner), 0.3 * Math.max(shape, 1));
  return CORNERS.reduce((best, corner) => (room(corner) > room(best) ? corner : best));
}
