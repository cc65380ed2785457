/**
 * A recording being replayed. Pages of a thousand events come one after the other, the first
 * at once, so that a long recording can be played while the rest is on its way.
 */
import type { RecordingBody } from '../../api.gen';
import { readEvents, readRecording } from './calls';
import { happeningOf, sizeFor, sizeGiven, type Element, type Happening, type Screenshot, type Size } from './happening';
import { Track } from './track';

export const SPEEDS = [0.5, 1, 2, 4] as const;
/** What happened this shortly before is still to be seen. */
const TRACE_MS = 2500;
const TRACES = 3;
/** Events, for what a screen looks like. */
const LOOK_BACK = 200;
/** A picture that comes late (a tab in the background) does not make the replay jump. */
const MOST_MS_A_FRAME = 250;

export class Player {
  recording = $state.raw<RecordingBody | null>(null);
  /** Why loading stopped. */
  failure = $state.raw<unknown>(null);
  loading = $state(true);
  /** How many events are here; grows. */
  loaded = $state(0);
  total = $state(0);
  size = $state.raw<Size>(sizeFor({ width: 0, height: 0 }));

  time = $state(0);
  playing = $state(false);
  speed = $state<number>(1);
  short = $state(true);

  readonly track = new Track(true);
  /** Grows when times move, so that what is drawn from the track follows. */
  private version = $state(0);
  private readonly id: string;
  private given: Size | null = null;
  private seen: Size = { width: 0, height: 0 };
  private readonly stopped = new AbortController();
  private frame = 0;
  private before = 0;

  constructor(id: string) {
    this.id = id;
    void this.load();
  }

  readonly index: number = $derived.by(() => (this.version, this.track.indexAt(this.time)));
  readonly current: Happening | null = $derived.by(() => (this.version, this.track.events[this.index] ?? null));
  readonly length: number = $derived.by(() => (this.version, this.track.length));
  /** What happened last, the newest last. */
  readonly recent: readonly Happening[] = $derived.by(() => {
    const found = [];
    for (let index = this.index; index >= 0 && found.length < TRACES; index -= 1) {
      const event = this.track.events[index];
      if (!event || (index !== this.index && this.time - this.track.timeOf(index) > TRACE_MS)) break;
      if (event.screen !== this.current?.screen || event.app !== this.current.app) break;
      found.unshift(event);
    }
    return found;
  });
  readonly elements: readonly Element[] = $derived.by(() => this.lastOnScreen(({ elements }) => elements) ?? []);
  readonly screenshot: Screenshot | null = $derived.by(() => this.lastOnScreen(({ screenshot }) => screenshot));

  /** Reactive: marks and rows drawn from the track ask here first. */
  get changes(): number {
    return this.version;
  }

  // --- loading ------------------------------------------------------------------------

  async load(): Promise<void> {
    this.failure = null;
    this.loading = true;
    try {
      this.recording ??= await readRecording(this.id);
      await this.loadEvents(this.recording.id);
    } catch (error) {
      if (!this.stopped.signal.aborted) this.failure = error;
    } finally {
      this.loading = false;
    }
  }

  private async loadEvents(id: number): Promise<void> {
    for (let page = Math.floor(this.loaded / 1000) + 1; ; page += 1) {
      const body = await readEvents(id, page, this.stopped.signal);
      // A page that was read in part before (while it was recorded) brings what is new only.
      const fresh = body.events.slice(this.loaded - (page - 1) * 1000);
      const more: Happening[] = [];
      for (const event of fresh) {
        this.given ??= sizeGiven(event);
        const happening = happeningOf(event, more.at(-1) ?? this.track.events.at(-1) ?? null);
        this.look(happening);
        more.push(happening);
      }
      this.track.add(more);
      this.size = this.given ?? this.sizeSeen;
      this.total = body.count;
      this.loaded = this.track.events.length;
      this.version += 1;
      if (!body.next) return;
    }
  }

  /** What was told last of the screen that is shown now. */
  private lastOnScreen<T>(told: (event: Happening) => T | null): T | null {
    for (let index = this.index; index >= 0 && index > this.index - LOOK_BACK; index -= 1) {
      const event = this.track.events[index];
      if (!event || event.screen !== this.current?.screen || event.app !== this.current.app) return null;
      const found = told(event);
      if (found) return found;
    }
    return null;
  }

  /** A screenshot has the shape of the screen, though not its size. */
  private get sizeSeen(): Size {
    const size = sizeFor(this.seen);
    const shot = this.track.events.find(({ screenshot }) => screenshot)?.screenshot;
    if (!shot) return size;
    const height = Math.round((size.width * shot.height) / shot.width);
    return height >= this.seen.height ? { width: size.width, height } : size;
  }

  private look({ point, to, box, elements }: Happening): void {
    const corners = [point, to, ...[box, ...(elements ?? [])].map((one) => one && { x: one.x + one.width, y: one.y + one.height })];
    for (const corner of corners) {
      if (!corner) continue;
      this.seen = { width: Math.max(this.seen.width, corner.x), height: Math.max(this.seen.height, corner.y) };
    }
  }

  // --- playing ------------------------------------------------------------------------

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    if (!this.loaded) return;
    if (this.time >= this.length && !this.loading) this.time = 0;
    this.playing = true;
    this.before = performance.now();
    this.frame = requestAnimationFrame((moment) => this.go(moment));
  }

  pause(): void {
    this.playing = false;
    cancelAnimationFrame(this.frame);
  }

  private go(moment: number): void {
    if (!this.playing) return;
    const passed = Math.min(MOST_MS_A_FRAME, Math.max(0, moment - this.before));
    this.before = moment;
    this.time = Math.min(this.length, this.time + passed * this.speed);
    if (this.time >= this.length && !this.loading) this.pause();
    else this.frame = requestAnimationFrame((next) => this.go(next));
  }

  seek(time: number): void {
    this.time = Math.min(this.length, Math.max(0, time));
  }

  /** To an event by its place; beyond the ends, to the first or last. */
  show(index: number): void {
    this.seek(this.track.timeOf(Math.min(this.loaded - 1, Math.max(0, index))));
  }

  /** One event on or back; several at the same moment are passed together. */
  move(by: -1 | 1): void {
    const { track, index } = this;
    let next = index + by;
    while (next > 0 && next < this.loaded - 1 && track.timeOf(next) === track.timeOf(index)) next += by;
    this.show(next);
  }

  shorten(short: boolean): void {
    const index = this.index;
    this.short = short;
    this.track.shorten(short);
    this.version += 1;
    this.time = this.track.timeOf(index);
  }

  close(): void {
    this.pause();
    this.stopped.abort();
  }
}
