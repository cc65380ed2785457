/** What somebody has learned: as a member, and on this phone without an account (contract 11.14). */
import { accountApi, type Api, ApiError } from '../api';
import type { AchievementBody, LearningBody } from '../api.gen';
import { seatApi } from './seat';
import { guestSeats } from './seats';

/** @throws ApiError when nobody can be asked now */
export async function readLearning(member: boolean): Promise<LearningBody> {
  const asked: Api[] = guestSeats().map((seat) => seatApi(seat.code));
  if (member) asked.unshift(accountApi);
  const answers = await Promise.all(asked.map(read));
  const known = answers.filter((body) => body !== null);
  return {
    lectures: known.flatMap((body) => body.lectures),
    achievements: oncePerMilestone(known.flatMap((body) => body.achievements)),
  };
}

/** Null for a seat that the server does not know any more: an old phone has some. */
async function read(api: Api): Promise<LearningBody | null> {
  try {
    return await api.get<LearningBody>('/api/me/learning');
  } catch (error) {
    if (error instanceof ApiError && !error.temporary) return null;
    throw error;
  }
}

/** Each milestone once, the first time that it was reached. */
function oncePerMilestone(all: readonly AchievementBody[]): AchievementBody[] {
  const first = new Map<number, AchievementBody>();
  for (const one of all) {
    const known = first.get(one.milestone);
    if (!known || one.unlocked_at < known.unlocked_at) first.set(one.milestone, one);
  }
  return [...first.values()].sort((a, b) => a.milestone - b.milestone);
}
