/** What no event tells again, asked for: what is done in this class, and until when it pauses. Loaded after the first step. */
import { ApiError, type Api } from '../api';
import type { BreakState, OwnStepsBody } from '../api.gen';

/**
 * The steps that this person has done in this class, whatever they did in another; null when the class has none for
 * them any more.
 * @throws ApiError when it may be asked again
 */
export async function readDone(api: Api, sessionId: number): Promise<readonly number[] | null> {
  try {
    return (await api.get<OwnStepsBody>(`/api/sessions/${sessionId}/my-steps`)).done;
  } catch (error) {
    if (error instanceof ApiError && !error.temporary) return null;
    throw error;
  }
}

/** When the break of a paused class ends; null when nobody has said. */
export const readBreak = async (api: Api, sessionId: number): Promise<string | null> =>
  (await api.get<BreakState>(`/api/sessions/${sessionId}/break`)).break_ends_at;
