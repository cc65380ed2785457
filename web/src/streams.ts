/**
 * The order of sequenced events (contract 10.1, 10.2): every event of a stream is delivered
 * once, in order, without holes. A hole or a new epoch asks for a resume, and what arrives
 * meanwhile is held back until the missed events or a snapshot have come.
 */

export interface Frame {
  type: string;
  stream?: string;
  epoch?: string;
  seq?: number;
  [key: string]: unknown;
}

export interface Position {
  epoch: string;
  seq: number;
}

export interface StreamActions {
  deliver: (frame: Frame, replayed: boolean) => void;
  resume: (positions: Record<string, Position>) => void;
  snapshot: (frame: Frame) => void;
  /** Resuming does not fill the hole: start over with a new connection. */
  giveUp: () => void;
}

interface Stream {
  position: Position;
  /** Events waiting for the end of a resume; null while none is running. */
  held: Frame[] | null;
  /** How far an answer has come. */
  told: number;
  /** Resumes in a row that left a hole. */
  failures: number;
}

const MAX_FAILURES = 2;
/** An event of the stream that this socket does not show. */
const MOVED_ON = 'position';

function positionOf(frame: Frame): Position {
  return { epoch: String(frame.epoch), seq: Number(frame.seq) };
}

/** A stream without events has no epoch yet; its first event brings one. */
function follows(next: Position, at: Position): boolean {
  return next.seq === at.seq + 1 && (next.epoch === at.epoch || (at.epoch === '' && at.seq === 0));
}

export class StreamOrder {
  readonly #streams = new Map<string, Stream>();
  readonly #actions: StreamActions;

  constructor(actions: StreamActions) {
    this.#actions = actions;
  }

  /** True while missed events or a snapshot are still to come. */
  get waiting(): boolean {
    return [...this.#streams.values()].some((stream) => stream.held !== null);
  }

  /** A connection is up: ask for what was missed since the last one. */
  hello(heads: Record<string, Position>): void {
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
  take(frame: Frame): boolean {
    const name = frame.stream;
    // A frame without an epoch is about an event of a stream (delivery), not one of its events.
    if (name === undefined || frame.epoch === undefined || frame.seq === undefined) {
      this.#actions.deliver(frame, false);
      return false;
    }
    const stream = this.#streams.get(name);
    if (!stream) {
      this.#start(name, positionOf(frame));
      if (frame.type !== MOVED_ON) this.#actions.deliver(frame, false);
      return false;
    }
    if (stream.held) {
      stream.held.push(frame);
      if (frame.seq !== stream.told + 1) return false;
      stream.told += 1;
      return true;
    }
    const at = stream.position;
    if (frame.epoch === at.epoch && frame.seq <= at.seq) return false;
    if (follows(positionOf(frame), at)) {
      stream.position = positionOf(frame);
      if (frame.type !== MOVED_ON) this.#actions.deliver(frame, false);
      return false;
    }
    this.#ask([name]);
    stream.held = [frame];
    return false;
  }

  /** The answer to a resume of one stream. */
  resumed(frame: Frame): void {
    const stream = this.#streams.get(String(frame.stream));
    if (!stream?.held || frame['recovered'] !== true) return;
    this.#release(String(frame.stream), stream);
  }

  /**
   * The whole state instead of the missed events: `streams` says where it stands, `frames`
   * are what a new connection would be told.
   */
  snapshot(frame: Frame): void {
    this.#actions.snapshot(frame);
    for (const told of (frame['frames'] ?? []) as Frame[]) this.#actions.deliver(told, false);
    const positions = (frame['streams'] ?? {}) as Record<string, Position>;
    for (const [name, position] of Object.entries(positions)) {
      const stream = this.#streams.get(name) ?? this.#start(name, position);
      stream.position = position;
      this.#release(name, stream);
    }
  }

  #start(name: string, position: Position): Stream {
    const stream = { position, held: null, told: 0, failures: 0 };
    this.#streams.set(name, stream);
    return stream;
  }

  #ask(names: string[]): void {
    const positions: Record<string, Position> = {};
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
  #release(name: string, stream: Stream): void {
    const frames = (stream.held ?? []).sort((a, b) => Number(a.seq) - Number(b.seq));
    stream.held = null;
    const due: Frame[] = [];
    let hole = false;
    for (const frame of frames) {
      const next = positionOf(frame);
      if (next.epoch === stream.position.epoch && next.seq <= stream.position.seq) continue;
      hole = !follows(next, stream.position);
      if (hole) break;
      stream.position = next;
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
