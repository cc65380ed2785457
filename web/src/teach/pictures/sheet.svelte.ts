/** One picture being worked on: its marks and its words, with everything undone that can be, until it is saved. */
import type { ImageBody } from '../../api.gen';
import { begin, changed, redone, sealed, undone, type History } from './history';
import { MOST_MARKS, byKey, cropOf, inside, isArea, markAt, markBetween, moved, resized, turned, type Area, type AreaMark, type Direction, type Mark, type Point, type Tool } from './marks';

/** `alt` is null as long as the proposal will do. */
interface Work {
  marks: readonly Mark[];
  alt: string | null;
}

let lastId = 0;

export class Sheet {
  readonly image: ImageBody;
  private readonly firstAlt: string | null;
  tool = $state<Tool>('tap');
  /** The mark that keys and buttons are about. */
  selected = $state<number | null>(null);
  private history = $state.raw<History<Work>>() as History<Work>;
  readonly marks: readonly Mark[] = $derived(this.history.now.marks);
  readonly alt: string | null = $derived(this.history.now.alt);
  readonly mark: Mark | null = $derived(this.marks.find(({ id }) => id === this.selected) ?? null);
  readonly crop: AreaMark | null = $derived(cropOf(this.marks));
  /** What saving takes away for good. */
  readonly hidden: readonly Mark[] = $derived(this.marks.filter(({ kind }) => kind === 'hidden'));
  readonly full: boolean = $derived(this.marks.length - (this.crop ? 1 : 0) >= MOST_MARKS);
  readonly canUndo = $derived(this.history.past.length > 0);
  readonly canRedo = $derived(this.history.future.length > 0);
  readonly dirty: boolean = $derived(this.canUndo);

  constructor(image: ImageBody, alt: string | null) {
    this.image = image;
    this.firstAlt = alt;
    this.history = begin({ marks: image.marks.map((mark) => ({ ...mark, id: ++lastId }) as Mark), alt });
  }

  get ratio(): number {
    return this.image.height / this.image.width;
  }

  setAlt(alt: string | null): void {
    this.history = changed(this.history, { ...this.history.now, alt }, 'alt');
  }

  /** @returns the new mark; null when there are as many as there may be */
  add(at: Point, to: Point = at): Mark | null {
    if (this.full && this.tool !== 'crop') return null;
    const mark = markBetween(this.tool, ++lastId, at, to, this.ratio);
    // Only one part can be kept.
    const others = mark.kind === 'crop' ? this.marks.filter(({ kind }) => kind !== 'crop') : this.marks;
    this.put([...others, mark]);
    this.selected = mark.id;
    return mark;
  }

  addInTheMiddle(): Mark | null {
    const { id, ...mark } = markAt(this.tool, 0, { x: 0.5, y: 0.5 });
    const twin = this.marks.some((other) => other.kind === mark.kind && other.x === mark.x && other.y === mark.y);
    // Beside the one that nobody has moved yet, where both are seen.
    return this.add(twin ? { x: 0.56, y: 0.56 } : { x: 0.5, y: 0.5 });
  }

  move(id: number, x: number, y: number): void {
    this.alter(id, (mark) => moved(mark, x, y), 'move');
  }

  resize(id: number, w: number, h: number): void {
    this.alter(id, (mark) => resized(mark, w, h), 'size');
  }

  turn(id: number, direction: Direction): void {
    this.alter(id, (mark) => turned(mark, direction), 'turn');
  }

  /** @returns whether the key meant something */
  press(id: number, key: string, shift: boolean): boolean {
    const mark = this.marks.find((one) => one.id === id);
    const after = mark ? byKey(mark, key, shift) : null;
    if (after === 'remove') this.remove(id);
    else if (after) this.alter(id, () => after, shift ? 'size' : 'move');
    return after !== null;
  }

  remove(id: number): void {
    this.put(this.marks.filter((mark) => mark.id !== id));
    if (this.selected === id) this.selected = null;
  }

  /** A drag or a held key is over: what follows is undone apart from it. */
  seal(): void {
    this.history = sealed(this.history);
  }

  undo(): void {
    this.history = undone(this.history);
  }

  redo(): void {
    this.history = redone(this.history);
  }

  /** What the server is told: all marks, what is hidden among them, as they are before the cut; empty words propose. */
  get change(): { marks: Omit<Mark, 'id'>[]; crop?: Area; alt?: string } {
    const { crop, alt } = this;
    return {
      marks: this.marks.filter(({ kind }) => kind !== 'crop').map(({ id: _, ...mark }) => mark),
      ...(crop && { crop: { x: crop.x, y: crop.y, w: crop.w, h: crop.h } }),
      ...(alt !== this.firstAlt && { alt: alt ?? '' }),
    };
  }

  /** The marks that phones will show, where they will be. */
  get shown(): Mark[] {
    return inside(this.marks, this.crop).filter((mark) => mark.kind !== 'hidden');
  }

  private alter(id: number, how: (mark: Mark) => Mark, what: string): void {
    const mark = this.marks.find((one) => one.id === id);
    const after = mark && how(mark);
    if (!mark || !after || same(mark, after)) return;
    this.put(this.marks.map((one) => (one.id === id ? after : one)), `${what} ${id}`);
  }

  private put(marks: readonly Mark[], about: string | null = null): void {
    this.history = changed(this.history, { ...this.history.now, marks }, about);
  }
}

function same(one: Mark, other: Mark): boolean {
  const area = isArea(one) && isArea(other) ? one.w === other.w && one.h === other.h : true;
  const way = one.kind === 'swipe' && other.kind === 'swipe' ? one.direction === other.direction : true;
  return area && way && one.x === other.x && one.y === other.y;
}
