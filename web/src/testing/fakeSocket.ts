/** A WebSocket whose other side is the test. */
import { vi } from 'vitest';

type Json = Record<string, unknown>;

export class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }

  readyState = 0;
  readonly sent: Json[] = [];
  closedWith: number | undefined;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Json);
  }

  close(code?: number): void {
    this.closedWith = code;
    this.readyState = 3;
  }

  // What the server does.

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(frame: Json): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  hello(streams: Json = {}, more: Json = {}): void {
    this.open();
    this.say({ type: 'hello', connection_id: 'c', heartbeat_interval: 30, streams, ...more });
  }

  end(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  /** Frames of one type that the client sent. */
  got(type: string): Json[] {
    return this.sent.filter((frame) => frame['type'] === type);
  }
}

export function installFakeSocket(): void {
  FakeSocket.all = [];
  vi.stubGlobal('WebSocket', FakeSocket);
}

/** Let promises that are ready run, without moving the fake clock. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}
