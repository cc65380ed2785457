/** The lock screen and the shade: "3 / 12 · 제목" with the picture; play says the step once more, pause is silence. */
import { headline, type Card } from './card';

const ICON = { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' };

interface Keys {
  play: () => void;
  pause: () => void;
}

const session = (): MediaSession | null => ('mediaSession' in navigator ? navigator.mediaSession : null);

function pictureOf({ image }: Card): MediaImage[] {
  if (!image) return [{ ...ICON }];
  return image.variants.map(({ url, width }) => ({
    src: url,
    sizes: `${width}x${Math.round((width * image.height) / image.width)}`,
  }));
}

export function showOnLockScreen(card: Card, lesson: string, keys: Keys): void {
  const media = session();
  if (!media || typeof MediaMetadata === 'undefined') return;
  media.metadata = new MediaMetadata({ title: headline(card), artist: card.message || card.guide, album: lesson, artwork: pictureOf(card) });
  media.setActionHandler('play', keys.play);
  media.setActionHandler('pause', keys.pause);
}

/** Whether a step is being said: the key there is pause then, and play otherwise. */
export function sayOnLockScreen(saying: boolean): void {
  const media = session();
  if (media?.metadata) media.playbackState = saying ? 'playing' : 'paused';
}

export function clearLockScreen(): void {
  const media = session();
  if (!media) return;
  media.metadata = null;
  media.playbackState = 'none';
  media.setActionHandler('play', null);
  media.setActionHandler('pause', null);
}
