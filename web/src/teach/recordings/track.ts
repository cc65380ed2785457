/**
 * The time of a replay: when each event happens, with long pauses as they were or shortened,
 * and where on the line its mark stands. Made for a hundred thousand events.
 */
import type { Happening, Kind } from './happening';

const LONG_PAUSE_MS = 3000;
const SHORT_PAUSE_MS = 1500;
/** Nobody pauses so long within a recording: the phone's clock was set. */
const CLOCK_SET_MS = 24 * 3600_000;
/** The last event is shown this long. */
const TAIL_MS = 1000;

export const LANES = ['screen', 'press', 'scroll', 'text'] as const;
export type Lane = (typeof LANES)[number];

const LANE_OF: Record<Kind, Lane> = {
  tap: 'press',
  long: 'press',
  back: 'press',
  scroll: 'scroll',
  text: 'text',
  screen: 'screen',
  other: 'screen',
};

export class Track {
  readonly events: Happening[] = [];
  readonly counts: Record<Lane, number> = { screen: 0, press: 0, scroll: 0, text: 0 };
  private times = new Float64Array(1024);
  private short: boolean;

  constructor(short: boolean) {
    this.short = short;
  }

  add(more: readonly Happening[]): void {
    this.makeRoom(this.events.length + more.length);
    for (const event of more) {
      this.events.push(event);
      this.counts[LANE_OF[event.kind]] += 1;
      this.setTime(this.events.length - 1);
    }
  }

  /** Milliseconds from the first event to the end. */
  get length(): number {
    const last = this.events.length - 1;
    return last < 0 ? 0 : (this.times[last] ?? 0) + TAIL_MS;
  }

  timeOf(index: number): number {
    return this.times[index] ?? 0;
  }

  /** The last event that has happened by then; -1 without any. */
  indexAt(time: number): number {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return this.events.length ? Math.max(0, low - 1) : -1;
  }

  shorten(short: boolean): void {
    this.short = short;
    for (let index = 0; index < this.events.length; index += 1) this.setTime(index);
  }

  /** For each lane the columns, of so many, that have an event. */
  marks(columns: number): Record<Lane, number[]> {
    const seen: Record<Lane, Uint8Array> = {
      screen: new Uint8Array(columns),
      press: new Uint8Array(columns),
      scroll: new Uint8Array(columns),
      text: new Uint8Array(columns),
    };
    const scale = columns / (this.length || 1);
    for (const [index, { kind }] of this.events.entries()) {
      seen[LANE_OF[kind]][Math.min(columns - 1, Math.floor((this.times[index] ?? 0) * scale))] = 1;
    }
    const places = (lane: Lane): number[] => [...seen[lane].keys()].filter((column) => seen[lane][column]);
    return { screen: places('screen'), press: places('press'), scroll: places('scroll'), text: places('text') };
  }

  private setTime(index: number): void {
    if (index === 0) {
      this.times[0] = 0;
      return;
    }
    const gap = Math.max(0, (this.events[index]?.at ?? 0) - (this.events[index - 1]?.at ?? 0));
    this.times[index] = (this.times[index - 1] ?? 0) + (gap > CLOCK_SET_MS || (this.short && gap > LONG_PAUSE_MS) ? SHORT_PAUSE_MS : gap);
  }

  private makeRoom(wanted: number): void {
    if (wanted <= this.times.length) return;
    const larger = new Float64Array(Math.max(wanted, this.times.length * 2));
    larger.set(this.times);
    this.times = larger;
  }
}

/** "1:05", "1:02:03". */
export function clockOf(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

