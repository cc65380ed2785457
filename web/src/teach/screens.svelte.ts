/**
 * Screens that learners show to the teachers of their class (contract 12.1): who shows theirs, and the newest of each. A
 * picture is read only for the person whom somebody opens: who looked is written down. Forgotten with the class.
 */
import { accountApi } from '../api';
import type { ScreenshotBody, ScreenshotList } from '../api.gen';
import type { Heard } from './heard';

export type ShownScreen = Pick<ScreenshotBody, 'participant' | 'image_url' | 'withheld' | 'captured_at'>;

export class ClassScreens {
  /** By seat. */
  shown = $state.raw<ReadonlyMap<number, ShownScreen>>(new Map());
  private sessionId = 0;
  /** Raised by all that is heard: an answer may be older than that. */
  private news = 0;

  of(participantId: number): ShownScreen | null {
    return this.shown.get(participantId) ?? null;
  }

  /** @throws ApiError FORBIDDEN for those to whom nobody agreed to show anything */
  async read(sessionId: number): Promise<void> {
    this.sessionId = sessionId;
    const asked = this.news;
    const { screenshots } = await accountApi.get<ScreenshotList>(`/api/sessions/${sessionId}/screenshots/`);
    if (asked !== this.news) return this.read(sessionId);
    this.shown = new Map(screenshots.map((one) => [one.participant, one]));
  }

  hear(frame: Heard): void {
    switch (frame.type) {
      case 'screenshot_updated':
        this.put(frame);
        break;
      case 'settings_changed':
        if (!frame.screens) this.forget();
        break;
      case 'session_status_changed':
        if (frame.status === 'REVIEW_MODE' || frame.status === 'ENDED') this.forget();
        break;
      case 'seat_changed':
        if (frame.removed) this.drop(frame.participant_id);
        // Of two who are one the newer screen stays.
        if (frame.merged_into !== null) void this.read(this.sessionId).catch(() => undefined);
        break;
    }
  }

  private put(newest: ShownScreen): void {
    // Without a picture, and without a reason for that, it was taken back.
    if (!newest.image_url && !newest.withheld) return this.drop(newest.participant);
    this.news += 1;
    this.shown = new Map(this.shown).set(newest.participant, newest);
  }

  private drop(participantId: number): void {
    this.news += 1;
    const shown = new Map(this.shown);
    shown.delete(participantId);
    this.shown = shown;
  }

  forget(): void {
    this.news += 1;
    this.shown = new Map();
  }
}
