/** How fast this device's connection is, as far as pictures care: as the browser says, and as they came. */

/** Below this a picture of 80 KB takes longer than three seconds. */
const SLOW_BYTES_PER_SECOND = 25_000;
/** What came quicker than it can be measured, or is too little to tell. */
const LEAST_BYTES = 4_000;

interface NetworkInformation {
  saveData?: boolean;
  effectiveType?: string;
}

let measured: number | null = null;

const told = (): NetworkInformation => (navigator as { connection?: NetworkInformation }).connection ?? {};

/** Somebody pays for every byte. */
export const sparing = (): boolean => told().saveData === true;

/** The small picture comes first. */
export function slow(): boolean {
  return sparing() || /^(slow-2g|2g|3g)$/.test(told().effectiveType ?? '') || (measured !== null && measured < SLOW_BYTES_PER_SECOND);
}

/** Look up how a file came; the newest one counts. One out of the browser's own store says nothing. */
export function measure(address: string): void {
  const entry = performance.getEntriesByName?.(address, 'resource').at(-1) as PerformanceResourceTiming | undefined;
  if (!entry || entry.transferSize < LEAST_BYTES || !entry.duration) return;
  measured = (entry.transferSize / entry.duration) * 1_000;
}
