/**
 * What is drawn over a step's picture for its marks (contract 11.11), as lines in pixels of the picture as it is shown:
 * the same for an SVG and, by `Path2D`, for a canvas.
 */
import type { PictureMark } from '../api.gen';

/** One of them stands out from any colour by 3:1 at least, so both are always drawn, side by side. */
export const DARK = '#000000';
export const BRIGHT = '#ffe000';

export interface Line {
  /** SVG path data. */
  path: string;
  colour: string;
  width: number;
  /** Lengths of dash and gap. */
  dash?: readonly [number, number];
}

export interface MarkDrawing {
  kind: PictureMark['kind'];
  /** From below to the top. */
  lines: readonly Line[];
  /** Where a swipe goes: a unit vector; of the others, nowhere. */
  towards: Point;
}

type Point = readonly [x: number, y: number];

const TOWARDS: Record<NonNullable<PictureMark['direction']>, Point> = {
  up: [0, -1],
  down: [0, 1],
  left: [-1, 0],
  right: [1, 0],
};
const STILL: Point = [0, 0];
/** How far a swipe goes, of the picture's height or width. */
const SWIPE = 0.3;

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
const at = (value: number): string => value.toFixed(1);

/** The marks of a picture that is `width` by `height` pixels where it is shown. */
export function drawMarks(marks: readonly PictureMark[], width: number, height: number): MarkDrawing[] {
  const short = Math.min(width, height);
  const stroke = clamp(short * 0.016, 3, 8);
  const radius = clamp(short * 0.09, 14, 60);
  return marks.map((mark) => {
    const place: Point = [mark.x * width, mark.y * height];
    switch (mark.kind) {
      case 'tap':
        return { kind: mark.kind, lines: doubled(ring(place, radius), stroke), towards: STILL };
      case 'long_tap':
        return { kind: mark.kind, lines: [...doubled(ring(place, radius), stroke), ...held(place, radius, stroke)], towards: STILL };
      case 'box':
        return { kind: mark.kind, lines: doubled(box(place, (mark.w ?? 0) * width, (mark.h ?? 0) * height, stroke), stroke), towards: STILL };
      case 'swipe': {
        const towards = TOWARDS[mark.direction ?? 'up'];
        return { kind: mark.kind, lines: doubled(arrow(place, towards, width, height, radius), stroke * 1.5), towards };
      }
    }
  });
}

/** A bright line within a dark one. */
function doubled(path: string, width: number, dash?: readonly [number, number]): Line[] {
  const dashed = dash && { dash };
  return [
    { path, colour: DARK, width: width * 2.5, ...dashed },
    { path, colour: BRIGHT, width, ...dashed },
  ];
}

/** The second ring of a tap that lasts: of dashes, as the marks of a clock. */
function held(place: Point, radius: number, stroke: number): Line[] {
  const outer = radius + stroke * 3.2;
  const dash = (outer * 2 * Math.PI) / 24;
  return doubled(ring(place, outer), stroke, [dash, dash]);
}

function ring([x, y]: Point, radius: number): string {
  const arc = `a${at(radius)} ${at(radius)} 0 1 1`;
  return `M${at(x)} ${at(y - radius)}${arc} 0 ${at(2 * radius)}${arc} 0 ${at(-2 * radius)}z`;
}

/** Around what is marked: the line lies outside of it. */
function box([x, y]: Point, width: number, height: number, stroke: number): string {
  const out = stroke * 1.2;
  const corner = out * 2;
  const straight = [width + 2 * (out - corner), height + 2 * (out - corner)].map((side) => Math.max(side, 0));
  const [w = 0, h = 0] = straight;
  const turn = (dx: number, dy: number): string => `a${at(corner)} ${at(corner)} 0 0 1 ${at(dx)} ${at(dy)}`;
  return (
    `M${at(x - out + corner)} ${at(y - out)}h${at(w)}${turn(corner, corner)}v${at(h)}${turn(-corner, corner)}` +
    `h${at(-w)}${turn(-corner, -corner)}v${at(-h)}${turn(corner, -corner)}z`
  );
}

/** From where the finger is put to where it goes; within the picture, however near to its edge that is. */
function arrow([x, y]: Point, [dx, dy]: Point, width: number, height: number, head: number): string {
  const length = SWIPE * (dx ? width : height);
  const end: Point = [clamp(x + dx * length, 0, width), clamp(y + dy * length, 0, height)];
  const start: Point = [end[0] - dx * length, end[1] - dy * length];
  const side = (turn: 1 | -1): string => `${at(end[0] - head * (dx + dy * turn))} ${at(end[1] - head * (dy + dx * turn))}`;
  return `M${at(start[0])} ${at(start[1])}L${at(end[0])} ${at(end[1])}M${side(1)}L${at(end[0])} ${at(end[1])}L${side(-1)}`;
}
