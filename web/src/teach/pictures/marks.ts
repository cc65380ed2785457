/**
 * Marks on a picture, as they are placed: fractions of its width and height, from 0 to 1 (contract 11.11). A box, what is
 * to be hidden, and the part that is kept (`crop`) are areas; `x` and `y` are their upper left corner. Pure functions.
 */
import type { PictureMark, SentCrop } from '../../api.gen';

export type Direction = NonNullable<PictureMark['direction']>;
export const TOOLS = ['tap', 'long_tap', 'swipe', 'box', 'hidden', 'crop'] as const;
export type Tool = (typeof TOOLS)[number];
export const DIRECTIONS = ['up', 'down', 'left', 'right'] as const satisfies readonly Direction[];

export type Area = SentCrop;

export interface Point {
  x: number;
  y: number;
}

/** `id` tells them apart while they move; the server does not know it. */
export type Mark = Readonly<
  { id: number } & (
    | ({ kind: 'tap' | 'long_tap' } & Point)
    | ({ kind: 'swipe'; direction: Direction } & Point)
    | ({ kind: 'box' | 'hidden' | 'crop' } & Area)
  )
>;
export type AreaMark = Extract<Mark, Area>;

/** Of one picture; the server takes no more. */
export const MOST_MARKS = 20;
/** One press of an arrow key. */
const STEP = 0.01;
/** An area that is smaller cannot be seen, nor be taken hold of. */
const SMALLEST = 0.02;
/** A drag that is shorter is a press. */
const A_PRESS = 0.015;
const SIZE = { w: 0.3, h: 0.1 };
const ARROWS = new Map<string, readonly [x: number, y: number, direction: Direction]>([
  ['ArrowLeft', [-STEP, 0, 'left']],
  ['ArrowRight', [STEP, 0, 'right']],
  ['ArrowUp', [0, -STEP, 'up']],
  ['ArrowDown', [0, STEP, 'down']],
]);

export const isArea = (mark: Mark): mark is AreaMark => 'w' in mark;

/** Four digits are a tenth of a pixel on any phone. */
const round = (value: number): number => Math.round(value * 10_000) / 10_000;
const within = (value: number, most = 1, least = 0): number => round(Math.min(Math.max(value, least), most));

/** A mark of its usual size at a place. */
export function markAt(tool: Tool, id: number, at: Point): Mark {
  switch (tool) {
    case 'tap':
    case 'long_tap':
      return { id, kind: tool, x: within(at.x), y: within(at.y) };
    case 'swipe':
      return { id, kind: tool, direction: 'up', x: within(at.x), y: within(at.y) };
    case 'crop':
      return areaAt(tool, id, at, { w: 0.8, h: 0.5 });
    default:
      return areaAt(tool, id, at, SIZE);
  }
}

function areaAt(kind: AreaMark['kind'], id: number, { x, y }: Point, { w, h }: { w: number; h: number }): Mark {
  return { id, kind, x: within(x - w / 2, 1 - w), y: within(y - h / 2, 1 - h), w, h };
}

/** A mark drawn from one point to another: an area from corner to corner, a swipe the way the hand went. */
export function markBetween(tool: Tool, id: number, from: Point, to: Point, ratio: number): Mark {
  const across = to.x - from.x;
  // In pixels, a picture of a phone is twice as high as it is wide.
  const down = (to.y - from.y) * ratio;
  if (Math.hypot(across, down) < A_PRESS) return markAt(tool, id, from);
  if (tool === 'swipe') {
    const along = Math.abs(across) > Math.abs(down) ? (across > 0 ? 'right' : 'left') : down > 0 ? 'down' : 'up';
    return { ...markAt(tool, id, from), direction: along } as Mark;
  }
  if (tool === 'tap' || tool === 'long_tap') return markAt(tool, id, to);
  const x = within(Math.min(from.x, to.x), 1 - SMALLEST);
  const y = within(Math.min(from.y, to.y), 1 - SMALLEST);
  return {
    id,
    kind: tool,
    x,
    y,
    w: within(Math.abs(across), 1 - x, SMALLEST),
    h: within(Math.abs(to.y - from.y), 1 - y, SMALLEST),
  };
}

/** The mark elsewhere, never beyond the picture's edge. */
export function moved(mark: Mark, x: number, y: number): Mark {
  const [w, h] = isArea(mark) ? [mark.w, mark.h] : [0, 0];
  return { ...mark, x: within(mark.x + x, 1 - w), y: within(mark.y + y, 1 - h) };
}

/** An area with another lower right corner; other marks have no size. */
export function resized(mark: Mark, w: number, h: number): Mark {
  if (!isArea(mark)) return mark;
  return { ...mark, w: within(mark.w + w, 1 - mark.x, SMALLEST), h: within(mark.h + h, 1 - mark.y, SMALLEST) };
}

export function turned(mark: Mark, direction: Direction): Mark {
  return mark.kind === 'swipe' ? { ...mark, direction } : mark;
}

/**
 * What a key does to a mark: arrows move it; with Shift they change an area's size or a swipe's direction.
 * @returns null when the key means nothing here
 */
export function byKey(mark: Mark, key: string, shift: boolean): Mark | 'remove' | null {
  if (key === 'Delete' || key === 'Backspace') return 'remove';
  const arrow = ARROWS.get(key);
  if (!arrow) return null;
  const [x, y, direction] = arrow;
  if (!shift) return moved(mark, x, y);
  return mark.kind === 'swipe' ? turned(mark, direction) : resized(mark, x, y);
}

export type Row = 'top' | 'middle' | 'bottom';
export type Column = 'left' | 'center' | 'right';
export type Place = `${Row}-${Column}`;

/** Which ninth of the picture a mark's middle is in, as the server counts them. */
export function placeOf(mark: Mark): Place {
  const { x, y } = middleOf(mark);
  const row = (['top', 'middle'] as const)[Math.floor(y * 3)] ?? 'bottom';
  const column = (['left', 'center'] as const)[Math.floor(x * 3)] ?? 'right';
  return `${row}-${column}`;
}

export function middleOf(mark: Mark): Point {
  return isArea(mark) ? { x: mark.x + mark.w / 2, y: mark.y + mark.h / 2 } : { x: mark.x, y: mark.y };
}

/** The marks as they lie on the kept part alone; those outside of it are lost. The crop itself is none of them. */
export function inside(marks: readonly Mark[], crop: Area | null): Mark[] {
  const others = marks.filter((mark) => mark.kind !== 'crop');
  if (!crop) return others;
  return others.flatMap((mark): Mark[] => {
    const x = (mark.x - crop.x) / crop.w;
    const y = (mark.y - crop.y) / crop.h;
    if (!isArea(mark)) return x < 0 || x > 1 || y < 0 || y > 1 ? [] : [{ ...mark, x: round(x), y: round(y) }];
    const [left, top] = [within(x), within(y)];
    const w = within(x + mark.w / crop.w) - left;
    const h = within(y + mark.h / crop.h) - top;
    return w <= 0 || h <= 0 ? [] : [{ ...mark, x: left, y: top, w: round(w), h: round(h) }];
  });
}

export const cropOf = (marks: readonly Mark[]): AreaMark | null => marks.filter(isArea).find(({ kind }) => kind === 'crop') ?? null;
