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
  /** Resumes in a row that left a hole. */
  failures: number;
}

const MAX_FAILURES = 2;

function positionOf(frame: Frame): Position {
  return { epoch: String(frame.epoch), seq: Number(frame.seq) };
}

export class StreamOrder {
  private readonly streams = new Map<string, Stream>();
  private readonly actions: StreamActions;
  /** Where the server stood at `hello`, for a snapshot that does not say its place. */
  private heads: Record<string, Position> = {};

  constructor(actions: StreamActions) {
    this.actions = actions;
  }

  /** True while missed events or a snapshot are still to come. */
  get waiting(): boolean {
    return [...this.streams.values()].some((stream) => stream.held !== null);
  }

  /** A connection is up: ask for what was missed since the last one. */
  hello(heads: Record<string, Position>): void {
    this.heads = heads;
    const missed: string[] = [];
    for (const [name, head] of Object.entries(heads)) {
      const stream = this.streams.get(name);
      // The first connection starts here; what was before is in the state that it fetched.
      if (!stream) this.start(name, head);
      else if (stream.position.epoch !== head.epoch || stream.position.seq !== head.seq) missed.push(name);
    }
    if (missed.length) this.ask(missed);
  }

  /** The connection is gone: a resume that was running has to be asked for again. */
  pause(): void {
    for (const stream of this.streams.values()) stream.held = null;
  }

  take(frame: Frame): void {
    const name = frame.stream;
    if (name === undefined || frame.seq === undefined) {
      this.actions.deliver(frame, false);
      return;
    }
    const stream = this.streams.get(name);
    if (!stream) {
      this.start(name, positionOf(frame));
      this.actions.deliver(frame, false);
      return;
    }
    if (stream.held) {
      stream.held.push(frame);
      return;
    }
    const at = stream.position;
    if (frame.epoch === at.epoch && frame.seq <= at.seq) return;
    if (frame.epoch === at.epoch && frame.seq === at.seq + 1) {
      stream.position = positionOf(frame);
      this.actions.deliver(frame, false);
      return;
    }
    this.ask([name]);
    stream.held = [frame];
  }

  /** The answer to a resume of one stream. */
  resumed(frame: Frame): void {
    const stream = this.streams.get(String(frame.stream));
    if (!stream?.held || frame['recovered'] !== true) return;
    this.release(String(frame.stream), stream, true);
  }

  /** The whole state instead of the missed events. */
  snapshot(frame: Frame): void {
    const name = frame.stream ?? this.onlyHeld();
    if (name !== null) {
      const stream = this.streams.get(name) ?? this.start(name, { epoch: '', seq: 0 });
      const told = frame.epoch !== undefined && frame.seq !== undefined;
      stream.position = told ? positionOf(frame) : (this.heads[name] ?? stream.position);
      stream.held ??= [];
      this.actions.snapshot(frame);
      this.release(name, stream, true);
      return;
    }
    this.actions.snapshot(frame);
  }

  private start(name: string, position: Position): Stream {
    const stream = { position, held: null, failures: 0 };
    this.streams.set(name, stream);
    return stream;
  }

  private ask(names: string[]): void {
    const positions: Record<string, Position> = {};
    for (const name of names) {
      const stream = this.streams.get(name);
      if (!stream) continue;
      stream.held = [];
      positions[name] = stream.position;
    }
    this.actions.resume(positions);
  }

  private onlyHeld(): string | null {
    const waiting = [...this.streams].filter(([, stream]) => stream.held).map(([name]) => name);
    return waiting[0] ?? null;
  }

  /** Deliver what was held, in order; ask again when there still is a hole. */
  private release(name: string, stream: Stream, replayed: boolean): void {
    const frames = (stream.held ?? []).sort((a, b) => Number(a.seq) - Number(b.seq));
    stream.held = null;
    const due: Frame[] = [];
    let hole = false;
    for (const frame of frames) {
      const next = positionOf(frame);
      if (next.epoch === stream.position.epoch && next.seq <= stream.position.seq) continue;
      hole = next.epoch !== stream.position.epoch || next.seq !== stream.position.seq + 1;
      if (hole) break;
      stream.position = next;
      due.push(frame);
    }
    // The last one is news for the screen, those before it only lead there.
    due.forEach((frame, index) => this.actions.deliver(frame, replayed && index < due.length - 1));
    if (!hole) {
      stream.failures = 0;
      return;
    }
    stream.failures += 1;
    if (stream.failures > MAX_FAILURES) this.streams.delete(name);
    if (stream.failures > MAX_FAILURES) this.actions.giveUp();
    else this.ask([name]);
  }
}
