/**
 * Keeps the screen on where there is no Wake Lock (plain HTTP): a silent video that the page draws itself. Browsers do
 * so for a video that plays, is in view and covers a good part of it; this one covers all of it, behind everything and
 * next to invisible. It stops while the page is hidden.
 */

const SIDE = 16;
const FRAME_MS = 1_000;

/** Play until the returned function is called. */
export function playSilently(): () => void {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const pen = canvas.getContext('2d');
  const stream = canvas.captureStream();
  const video = document.createElement('video');
  video.muted = video.loop = video.playsInline = video.disablePictureInPicture = true;
  video.ariaHidden = 'true';
  video.tabIndex = -1;
  video.dataset['awake'] = '';
  video.style.cssText = 'position:fixed;inset:0;width:100%;height:100%;object-fit:fill;opacity:0.01;pointer-events:none;z-index:-1';
  video.srcObject = stream;

  let shade = 0;
  const draw = (): void => {
    shade = 1 - shade; // Two shades of nearly the same: a frame is sent for what is drawn.
    if (pen) pen.fillStyle = shade ? '#808080' : '#818181';
    pen?.fillRect(0, 0, SIDE, SIDE);
  };

  let timer: ReturnType<typeof setInterval> | undefined;
  const follow = (): void => {
    clearInterval(timer);
    if (document.visibilityState !== 'visible') {
      video.pause();
      return;
    }
    timer = setInterval(draw, FRAME_MS);
    draw();
    // To save power a browser may want a tap first.
    if (video.paused) void video.play().catch(() => undefined);
  };
  document.body.append(video);
  document.addEventListener('visibilitychange', follow);
  document.addEventListener('pointerdown', follow);
  follow();

  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', follow);
    document.removeEventListener('pointerdown', follow);
    stream.getTracks().forEach((track) => track.stop());
    video.remove();
  };
}
