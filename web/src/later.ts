/**
 * Code that the first screen does not need, loaded right after it: early enough to be there
 * when the connection is lost, late enough not to delay the first step.
 */

const RETRY_MS = 5_000;

function idle(run: () => void): void {
  if ('requestIdleCallback' in window) window.requestIdleCallback(run, { timeout: 2_000 });
  else setTimeout(run, 300);
}

/** Run `load` once the browser is idle; again later when the connection failed it. */
export function afterPage(load: () => Promise<void>): void {
  idle(() => void load().catch(() => setTimeout(() => afterPage(load), RETRY_MS)));
}
