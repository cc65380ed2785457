/**
 * The work that lets one more password be tried after too many wrong ones: a text that makes SHA-256 of
 * `challenge:answer` begin with so many zero bits. Own SHA-256, because a page at http://192.168.x.x has no
 * crypto.subtle, and because asking for each hash apart would take ten times as long.
 */
export interface Challenge {
  challenge: string;
  bits: number;
}

/** More than this is no work for a phone. */
const MOST_BITS = 24;
const AT_ONCE = 4_000;

/** First 32 bits of the fractional part. */
const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0;
const primes: number[] = [];
for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUND = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const schedule = new Int32Array(64);

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** One block of 64 bytes from `at`; `state` becomes the next state. */
function compress(state: Int32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i += 1) {
    const from = at + i * 4;
    schedule[i] =
      (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
  }
  for (let i = 16; i < 64; i += 1) {
    const near = schedule[i - 2]!;
    const far = schedule[i - 15]!;
    const small = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3);
    const large = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
    schedule[i] = (schedule[i - 16]! + small + schedule[i - 7]! + large) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i += 1) {
    const sum = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + sum + ((e & f) ^ (~e & g)) + ROUND[i]! + schedule[i]!) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  const next = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i += 1) state[i] = (state[i]! + next[i]!) | 0;
}

/** Tries one answer after the other; the beginning that all share is hashed once. */
export class Search {
  readonly #bits: number;
  readonly #begun = Int32Array.from(START);
  readonly #state = new Int32Array(8);
  readonly #rest: Uint8Array;
  readonly #length: number;
  #next = 0;

  constructor({ challenge, bits }: Challenge) {
    const start = new TextEncoder().encode(`${challenge}:`);
    const whole = start.length - (start.length % 64);
    for (let at = 0; at < whole; at += 64) compress(this.#begun, start, at);
    this.#rest = start.subarray(whole);
    this.#length = start.length;
    this.#bits = bits;
  }

  /** The answer, or null when none of the next `count` is one. */
  look(count: number): string | null {
    for (let i = 0; i < count; i += 1) {
      const answer = String(this.#next++);
      if (this.#zeros(answer) >= this.#bits) return answer;
    }
    return null;
  }

  /** How many zero bits the hash begins with, 32 at most. */
  #zeros(answer: string): number {
    const used = this.#rest.length + answer.length;
    const block = new Uint8Array(used + 9 > 64 ? 128 : 64);
    block.set(this.#rest);
    for (let i = 0; i < answer.length; i += 1) block[this.#rest.length + i] = answer.charCodeAt(i);
    block[used] = 0x80;
    new DataView(block.buffer).setUint32(block.length - 4, (this.#length + answer.length) * 8);
    this.#state.set(this.#begun);
    for (let at = 0; at < block.length; at += 64) compress(this.#state, block, at);
    return Math.clz32(this.#state[0]!);
  }
}

/** The challenge in the details of a refusal, if there is one that can be solved here. */
export function challengeIn(details: Record<string, unknown>): Challenge | null {
  const { challenge, bits } = details;
  if (typeof challenge !== 'string' || typeof bits !== 'number' || bits > MOST_BITS) return null;
  return { challenge, bits };
}

/** The answer; found beside the page where the browser allows it, else in between. */
export async function answerTo(asked: Challenge): Promise<string> {
  return (await byWorker(asked)) ?? inBetween(asked);
}

function byWorker(asked: Challenge): Promise<string | null> {
  return new Promise((resolve) => {
    let worker: Worker;
    try {
      worker = new Worker(new URL('./proof.worker.ts', import.meta.url), { type: 'module' });
    } catch {
      resolve(null);
      return;
    }
    const settle = (answer: string | null): void => {
      worker.terminate();
      resolve(answer);
    };
    worker.onmessage = (event: MessageEvent<string>) => settle(event.data);
    worker.onerror = () => settle(null);
    worker.postMessage(asked);
  });
}

async function inBetween(asked: Challenge): Promise<string> {
  const search = new Search(asked);
  for (;;) {
    const answer = search.look(AT_ONCE);
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve));
  }
}
