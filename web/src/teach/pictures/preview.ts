/** The picture as it will be once it is saved: cut, and covered where something is hidden. */
import type { ImageBody, PictureMark } from '../../api.gen';
import { isArea } from './marks';
import type { Sheet } from './sheet.svelte';

/** As the server paints it. */
const COVER = '#606060';

/**
 * @returns a picture whose address is of this page alone; `free` gives its memory back
 * @throws Error when the picture cannot be read
 */
export async function previewOf(sheet: Sheet, alt: string): Promise<{ image: ImageBody; free: () => void }> {
  const picture = new Image();
  picture.src = sheet.image.url;
  await picture.decode();
  const { naturalWidth: width, naturalHeight: height } = picture;
  const part = sheet.crop ?? { x: 0, y: 0, w: 1, h: 1 };
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * part.w));
  canvas.height = Math.max(1, Math.round(height * part.h));
  const paper = canvas.getContext('2d');
  if (!paper) throw new Error('no canvas');
  paper.translate(-part.x * width, -part.y * height);
  paper.drawImage(picture, 0, 0);
  paper.fillStyle = COVER;
  for (const area of sheet.hidden.filter(isArea)) {
    paper.fillRect(area.x * width, area.y * height, area.w * width, area.h * height);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (!blob) throw new Error('no picture');
  const url = URL.createObjectURL(blob);
  const marks = sheet.shown.map(({ id: _, ...mark }) => mark as PictureMark);
  const image = { url, width: canvas.width, height: canvas.height, alt, marks, variants: [{ url, width: canvas.width }] };
  return { image, free: () => URL.revokeObjectURL(url) };
}
