/** The guide in a window above other apps, by what the browser has for it. */
import type { Card } from './card';
import type { Floating } from './floating';
import { canFloatVideo, floatVideo } from './floatVideo';
import type { Classroom } from '../student/classroom.svelte';

/** Browsers of computers have windows with real buttons in them. */
export const canFloatPage = (): boolean => 'documentPictureInPicture' in window;

export const canFloat = (): boolean => canFloatPage() || canFloatVideo();

/**
 * Open the window; to be called in a tap. `onclose` tells that it is gone, whoever closed it.
 * @throws DOMException when the browser refuses
 */
export async function float(room: Classroom, card: () => Card, onclose: () => void): Promise<Floating> {
  if (canFloatPage()) return (await import('./floatPage')).floatPage(room, onclose);
  return floatVideo(card, onclose);
}
