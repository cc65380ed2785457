/**
 * The server's time. A device's clock may be wrong by years: whatever is compared with a time
 * that the server gave ("3분 전", how long a class has run, which day is today) counts from here.
 * Every answer of the server corrects it: the Date of HTTP, the server_time of a heartbeat.
 */

/** The server tells whole seconds: in the middle of one it is right to half of it. */
const HALF_A_SECOND_MS = 500;
const SLACK_MS = 1_000;

let offset = 0;
const watchers = new Set<() => void>();

/** Milliseconds since 1970, by the server's clock as far as it is known. */
export function serverNow(): number {
  return Date.now() + offset;
}

/** The same as the server writes it. */
export function serverNowIso(): string {
  return new Date(serverNow()).toISOString();
}

/** The server said `at` (milliseconds since 1970, a whole second) to what was asked at `asked`, by the device's clock. */
export function learnTime(at: number, asked: number): void {
  const answered = Date.now();
  if (!Number.isFinite(at) || answered < asked) return;
  const seen = at + HALF_A_SECOND_MS - (asked + answered) / 2;
  // What a slow answer cannot tell better than we know must not make the clock tremble.
  if (Math.abs(seen - offset) <= (answered - asked) / 2 + SLACK_MS) return;
  offset = seen;
  for (const watcher of watchers) watcher();
}

/** From an answer to a request that left at `asked`. */
export function learnFromResponse(response: Response, asked: number): void {
  const date = response.headers.get('Date');
  // What a cache kept tells when it was made.
  if (date !== null && !response.headers.get('Age')) learnTime(Date.parse(date), asked);
}

/** `run` is called when the clock turns out to be wrong. Returns the way to stop that. */
export function whenCorrected(run: () => void): () => void {
  watchers.add(run);
  return () => watchers.delete(run);
}
