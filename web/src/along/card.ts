/** What goes along: the class at a glance, the same for a floating window, the lock screen and a notification. */
import type { Translate } from '../i18n';
import type { ImageBody } from '../api.gen';
import type { Korean } from '../i18n/ko';
import type { Shown } from '../student/shown';

export interface Card {
  /** "3 / 12"; empty while the class stands on no step. */
  place: string;
  title: string;
  guide: string;
  /** The instructor's words; empty without any. */
  message: string;
  image: ImageBody | null;
}

export type ShownClass = Pick<Shown, 'phase' | 'current' | 'message' | 'placeOf' | 'whole'>;

/** Of a class in whatever state. */
export function cardOf(room: ShownClass, t: Translate<Korean>): Card {
  const message = room.message ?? '';
  const plain = (title: string, guide = ''): Card => ({ place: '', title, guide, message, image: null });
  const { phase, current } = room;
  if (phase === 'paused') return plain(t('class.paused'), t('class.pausedHint'));
  if (phase === 'review' || phase === 'over') return plain(t('review.over'));
  if (phase !== 'live' || !current) return plain(t('class.waiting'));
  const step = room.whole(current);
  const place = room.placeOf(step);
  return {
    place: place ? t('class.place', { ...place }) : '',
    title: step.title,
    guide: step.guide_text || step.voice_guide_text || '',
    message,
    image: step.image ?? null,
  };
}

/** "3 / 12 · 제목". */
export const headline = ({ place, title }: Card): string => (place ? `${place} · ${title}` : title);
