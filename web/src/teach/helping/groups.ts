/** Many who wait on one step are one card (contract 11.18): each of them is in it, and nowhere else. */
import type { HelpGroup, PendingRequest } from '../../api.gen';

export interface Group {
  group: HelpGroup;
  /** Those of its people whose requests are among the rows. */
  members: readonly PendingRequest[];
}

export interface Gathered {
  groups: readonly Group[];
  /** Whoever is in no group, in the order of before. */
  single: readonly PendingRequest[];
}

/** A group of which none of these rows is has no card here. */
export function gather(rows: readonly PendingRequest[], groups: readonly HelpGroup[]): Gathered {
  const made = groups
    .map((group) => ({ group, members: rows.filter((row) => group.help_request_ids.includes(row.help_request_id)) }))
    .filter(({ members }) => members.length > 0);
  const inside = new Set(made.flatMap(({ members }) => members));
  return { groups: made, single: rows.filter((row) => !inside.has(row)) };
}

/** What the most of them would be told; of as many, what the first one would be. "" where nothing is suggested. */
export function startOf(members: readonly PendingRequest[]): string {
  const counted = new Map<string, number>();
  for (const { analysis } of members) {
    const words = analysis?.suggestion;
    if (words) counted.set(words, (counted.get(words) ?? 0) + 1);
  }
  return [...counted].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0] as [string, number])[0];
}
