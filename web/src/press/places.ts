/**
 * What stood where on the page lately. From that it tells whether a press can have been meant for what it lands on:
 * fingers land where a thing was when they set out. No timers: one press after a quiet moment is taken at once.
 */

/** So long a changed thing is not pressed: who presses sooner aimed at what was there before. */
export const SETTLE_MS = 500;
/** Two presses of one place within this time are one press made twice; older hands are slow. */
const TWICE_MS = 1_000;
/** Presses that follow an ignored one so closely belong to it. */
const SERIES_MS = 250;
/** A page that has just been opened is being put together; nobody has aimed at it yet. */
const OPENING_MS = 1_000;
/** As far apart two presses of one place may be: the size of a button. */
const NEAR_PX = 48;
/** A mouse that came from farther away than this went to the thing on purpose. */
const AWAY_PX = 16;

export interface Point {
  x: number;
  y: number;
}

/** Something that can be pressed: `key` is the element, `means` tells what pressing it does. */
export interface Thing {
  key: object;
  means: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Press extends Point {
  at: number;
  by: 'finger' | 'mouse' | 'keys';
  /** What it lands on; null is nothing that can be pressed. */
  key: object | null;
  means: string;
}

interface Look {
  at: number;
  /** The page, or the dialog over it. */
  layer: unknown;
  things: ReadonlyMap<object, Thing>;
  mouse: Point | null;
}

const apart = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y);

function holds(thing: Thing, { x, y }: Point): boolean {
  return x >= thing.left && x <= thing.right && y >= thing.top && y <= thing.bottom;
}

function alike(one: Look, things: ReadonlyMap<object, Thing>, layer: unknown): boolean {
  if (one.layer !== layer || one.things.size !== things.size) return false;
  for (const [key, thing] of things) {
    const was = one.things.get(key);
    if (!was || was.means !== thing.means) return false;
    if (was.left !== thing.left || was.top !== thing.top || was.right !== thing.right || was.bottom !== thing.bottom) return false;
  }
  return true;
}

export class Places {
  #looks: Look[] = [];
  #opened = -Infinity;
  #untouched = true;
  #last: (Press & { taken: boolean }) | null = null;
  #walked = -Infinity;

  /** Another page is being opened. */
  open(at: number): void {
    this.#opened = at;
    this.#untouched = true;
    this.#looks = [];
  }

  /** What can be pressed now, and where; `mouse` is where the mouse rests. */
  look(at: number, layer: unknown, list: readonly Thing[], mouse: Point | null): void {
    const things = new Map(list.map((thing) => [thing.key, thing]));
    const newest = this.#looks.at(-1);
    if (newest && alike(newest, things, layer)) return;
    if (this.#untouched && at - this.#opened < OPENING_MS) this.#looks = [];
    this.#looks.push({ at, layer, things, mouse });
    const past = this.#looks.findIndex((look) => look.at > at - TWICE_MS);
    if (past > 1) this.#looks.splice(0, past - 1);
  }

  /** The person has moved the page: things are elsewhere, and none of them has changed by that. */
  scrolled(list: readonly Thing[]): void {
    const newest = this.#looks.at(-1);
    this.#looks = this.#looks.map((look) => {
      const things = new Map<object, Thing>();
      for (const thing of list) {
        const was = look.things.get(thing.key);
        // What comes into view was there before, out of sight; what was in view already may be new.
        if (was || !newest?.things.has(thing.key)) things.set(thing.key, { ...thing, means: (was ?? thing).means });
      }
      return { ...look, things };
    });
  }

  /** The person goes about by keys: what is pressed next was chosen. */
  walk(at: number): void {
    this.#walked = at;
    this.#untouched = false;
  }

  /** Whether a press can have been meant for what it lands on, as it was last looked at. Remembers the press. */
  take(press: Press): boolean {
    const taken = press.key === null || this.#meant(press, press.key);
    this.#last = { ...press, taken };
    this.#untouched = false;
    return taken;
  }

  #meant(press: Press, key: object): boolean {
    const last = this.#near(press);
    if (last && last.at < this.#opened) return false;
    if (last && !last.taken && press.at - last.at < SERIES_MS) return false;
    const since = Math.min(press.at - SETTLE_MS, last?.at ?? press.at);
    // From the look that held at `since` to the last one before that of now.
    const earlier = this.#looks.filter((_, index, all) => (all[index + 1]?.at ?? -Infinity) > since);
    return earlier.every((look) => {
      const was = look.things.get(key);
      if (was && was.means !== press.means) return false;
      if (press.by === 'keys') return !!was || this.#walked > since;
      if (this.#stoodElsewise(look, press)) return false;
      if (was && holds(was, press)) return true;
      if (last || press.by === 'finger') return false;
      const then = this.#looks[this.#looks.indexOf(look) + 1]?.mouse;
      return !then || apart(then, press) > AWAY_PX;
    });
  }

  /** The press before, when this one may be the same made twice. */
  #near(press: Press): (Press & { taken: boolean }) | null {
    const last = this.#last;
    if (!last || press.at - last.at >= TWICE_MS || (press.by === 'keys') !== (last.by === 'keys')) return null;
    if (press.by === 'keys') return this.#walked > last.at ? null : last;
    return apart(last, press) <= NEAR_PX ? last : null;
  }

  /** Something else could be pressed at this place, which is not there any more. */
  #stoodElsewise(look: Look, press: Press): boolean {
    const now = this.#looks.at(-1);
    if (!now || look.layer !== now.layer) return false;
    for (const [key, was] of look.things) {
      if (key === press.key || !holds(was, press)) continue;
      const is = now.things.get(key);
      if (!is || !holds(is, press)) return true;
    }
    return false;
  }
}
