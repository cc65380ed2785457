/** A picture under two fingers: how large it is, and how far its middle is from the middle of the stage, in pixels. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
export const MOST = 6;
/** What one press of a button does. */
export const STEP = 1.5;
/** What two quick taps do. */
export const CLOSE = 2.5;

/** `factor` times as large; what is at `point`, seen from the middle of the stage, stays there. */
export function zoomed(view: View, factor: number, point: Point, picture: Size, stage: Size): View {
  const scale = Math.min(Math.max(view.scale * factor, 1), MOST);
  const grown = scale / view.scale;
  const kept = { scale, x: point.x - (point.x - view.x) * grown, y: point.y - (point.y - view.y) * grown };
  return moved(kept, 0, 0, picture, stage);
}

/** Pushed aside, as far as there is something to see. */
export function moved({ scale, x, y }: View, dx: number, dy: number, picture: Size, stage: Size): View {
  const within = (value: number, length: number, room: number): number => {
    const most = Math.max(0, (length * scale - room) / 2);
    return Math.min(Math.max(value, -most), most);
  };
  return { scale, x: within(x + dx, picture.width, stage.width), y: within(y + dy, picture.height, stage.height) };
}
