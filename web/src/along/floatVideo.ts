/**
 * A window above other apps: a video in Picture-in-Picture whose frames the page draws. It draws when something changes
 * and once a second, by timers: animation frames stop while a page is hidden, and so would the window.
 */
import type { Card } from './card';
import { Pictures } from './around';
import { coloursOfPage, drawCard, HEIGHT, WIDTH } from './drawCard';
import type { Floating } from './floating';

const PULSE_MS = 1_000;

/** Whether this browser can: iOS and Firefox refuse such a video, browsers within other apps have no such window. */
export function canFloatVideo(): boolean {
  return (
    document.pictureInPictureEnabled === true &&
    'requestPictureInPicture' in HTMLVideoElement.prototype &&
    'captureStream' in HTMLCanvasElement.prototype &&
    !('webkitSetPresentationMode' in HTMLVideoElement.prototype)
  );
}

/**
 * Open it; to be called in a tap. `onclose` tells that it is gone, whoever closed it.
 * @throws DOMException when the browser refuses
 */
export async function floatVideo(card: () => Card, onclose: () => void): Promise<Floating> {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext('2d', { alpha: false });
  if (!pen) throw new DOMException('There is no canvas', 'NotSupportedError');
  const font = getComputedStyle(document.body).fontFamily;
  const pictures = new Pictures();
  const draw = (): void => {
    const now = card();
    drawCard(pen, now, now.image && pictures.get(now.image, draw), coloursOfPage(), font);
  };
  draw();
  const stream = canvas.captureStream();
  const video = document.createElement('video');
  video.muted = video.playsInline = true;
  video.ariaHidden = 'true';
  video.tabIndex = -1;
  video.dataset['float'] = '';
  video.style.cssText = 'position:fixed;left:0;bottom:0;width:2px;height:2px;opacity:0.01;pointer-events:none;z-index:-1';
  video.srcObject = stream;
  document.body.append(video);

  const pulse = setInterval(() => {
    // A frame is sent for what is drawn: one point in the colour that it has.
    pen.fillStyle = coloursOfPage().paper;
    pen.fillRect(0, 0, 1, 1);
    // The phone may have stopped it for the sake of another app.
    if (video.paused) void video.play().catch(() => undefined);
  }, PULSE_MS);
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    clearInterval(pulse);
    stream.getTracks().forEach((track) => track.stop());
    video.remove();
    onclose();
  };
  video.addEventListener('leavepictureinpicture', end);
  try {
    const playing = video.play();
    draw();
    await playing;
    await video.requestPictureInPicture();
  } catch (error) {
    end();
    throw error;
  }
  return {
    update: draw,
    close: () => {
      if (document.pictureInPictureElement === video) void document.exitPictureInPicture().catch(() => undefined);
      end();
    },
  };
}
