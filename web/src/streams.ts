/**
 * The order of sequenced events (contract 10.1, 10.2): every event of a stream is delivered
 * once, in order, without holes. A hole or a new epoch asks for a resume, and what arrives
 * meanwhile is held back until the missed events or a snapshot have come.
 */

import type { Delivered, RtPosition, RtResumed, RtSnapshot } from './protocol.gen';

/** What every frame has: its type, and its place in a stream where it is an event of one. */
export type Frame = { type: string } & Delivered;
/** An event of a stream. */
type Numbered<F extends Frame> = F & Required<Delivered>;

export interface StreamActions<F extends Frame> {
  deliver: (frame: F, replayed: boolean) => void;
  resume: (positions: Record<string, RtPosition>) => void;
  snapshot: (frame: RtSnapshot) => void;
  /** Resuming does not fill the hole: start over with a new connection. */
  giveUp: () => void;
}

interface Stream<F extends Frame> {
  position: RtPosition;
  /** Events waiting for the end of a resume; null while none is running. */
  held: Numbered<F>[] | null;
  /** How far an answer has come. */
  told: number;
  /** Resumes in a row that left a hole. */
  failures: number;
}

const MAX_FAILURES = 2;
/** An event of the stream that this socket does not show. */
const MOVED_ON = 'position';

/** A stream without events has no epoch yet; its first event brings one. */
function follows(next: RtPosition, at: RtPosition): boolean {
  return next.seq === at.seq + 1 && (next.epoch === at.epoch || (at.epoch === '' && at.seq === 0));
}

export class StreamOrder<F extends Frame> {
  readonly #streams = new Map<string, Stream<F>>();
  readonly #actions: StreamActions<F>;

  constructor(actions: StreamActions<F>) {
    this.#actions = actions;
  }

  /** True while missed events or a snapshot are still to come. */
  get waiting(): boolean {
    return [...this.#streams.values()].some((stream) => stream.held !== null);
  }

  /** A connection is up: ask for what was missed since the last one. */
  hello(heads: Record<string, RtPosition>): void {
    const missed: string[] = [];
    for (const [name, head] of Object.entries(heads)) {
      const stream = this.#streams.get(name);
      // The first connection starts here; what was before is in the state that it fetched.
      if (!stream) this.#start(name, head);
      else if (stream.position.epoch !== head.epoch || stream.position.seq !== head.seq) missed.push(name);
    }
    if (missed.length) this.#ask(missed);
  }

  /** The connection is gone: a resume that was running has to be asked for again. */
  pause(): void {
    for (const stream of this.#streams.values()) stream.held = null;
  }

  /** Returns whether it is the next piece of an answer to a resume. */
  take(frame: F): boolean {
    const { stream: name, epoch, seq } = frame;
    // A frame without an epoch is about an event of a stream (delivery), not one of its events.
    if (name === undefined || epoch === undefined || seq === undefined) {
      this.#actions.deliver(frame, false);
      return false;
    }
    const position = { epoch, seq };
    const stream = this.#streams.get(name);
    if (!stream) {
      this.#start(name, position);
      if (frame.type !== MOVED_ON) this.#actions.deliver(frame, false);
      return false;
    }
    if (stream.held) {
      stream.held.push(frame as Numbered<F>);
      if (seq !== stream.told + 1) return false;
      stream.told += 1;
      return true;
    }
    const at = stream.position;
    if (epoch === at.epoch && seq <= at.seq) return false;
    if (follows(position, at)) {
      stream.position = position;
      if (frame.type !== MOVED_ON) this.#actions.deliver(frame, false);
      return false;
    }
    this.#ask([name]);
    stream.held = [frame as Numbered<F>];
    return false;
  }

  /** The answer to a resume of one stream. */
  resumed({ stream: name, recovered }: RtResumed): void {
    const stream = this.#streams.get(name);
    if (stream?.held && recovered) this.#release(name, stream);
  }

  /**
   * The whole state instead of the missed events: `streams` says where it stands, `frames`
   * are what a new connection would be told.
   */
  snapshot(frame: RtSnapshot): void {
    this.#actions.snapshot(frame);
    for (const told of frame.frames) this.#actions.deliver(told as F, false);
    for (const [name, position] of Object.entries(frame.streams)) {
      const stream = this.#streams.get(name) ?? this.#start(name, position);
      stream.position = position;
      this.#release(name, stream);
    }
  }

  #start(name: string, position: RtPosition): Stream<F> {
    const stream = { position, held: null, told: 0, failures: 0 };
    this.#streams.set(name, stream);
    return stream;
  }

  #ask(names: string[]): void {
    const positions: Record<string, RtPosition> = {};
    for (const name of names) {
      const stream = this.#streams.get(name);
      if (!stream) continue;
      stream.held = [];
      stream.told = stream.position.seq;
      positions[name] = stream.position;
    }
    this.#actions.resume(positions);
  }

  /** Deliver what was held, in order; ask again when there still is a hole. */
  #release(name: string, stream: Stream<F>): void {
    const frames = (stream.held ?? []).sort((a, b) => a.seq - b.seq);
    stream.held = null;
    const due: F[] = [];
    let hole = false;
    for (const frame of frames) {
      const { epoch, seq } = frame;
      if (epoch === stream.position.epoch && seq <= stream.position.seq) continue;
      hole = !follows(frame, stream.position);
      if (hole) break;
      stream.position = { epoch, seq };
      if (frame.type !== MOVED_ON) due.push(frame);
    }
    // The last one is news for the screen, those before it only lead there.
    due.forEach((frame, index) => this.#actions.deliver(frame, index < due.length - 1));
    if (!hole) {
      stream.failures = 0;
      return;
    }
    stream.failures += 1;
    if (stream.failures > MAX_FAILURES) this.#streams.delete(name);
    if (stream.failures > MAX_FAILURES) this.#actions.giveUp();
    else this.#ask([name]);
  }
}
