/** Pictures from a drop, the clipboard, a list of files or a camera, before they are sent. */

/** Contract 11.11. */
export const MOST_BYTES = 15 * 1024 * 1024;
/** Twice what the server keeps: how the rest is made smaller is its own affair. */
export const WIDEST = 2160;
const ENDINGS = /\.(png|jpe?g|webp|hei[cf])$/i;
const KINDS = /^image\/(png|jpeg|webp|hei[cf])(-sequence)?$/;
export const ACCEPT = 'image/png,image/jpeg,image/webp,image/heic,image/heif,.heic,.heif';

export type Unfit = 'kind' | 'empty' | 'large';

/** Why a file cannot be a picture of a step, before anything is sent. Many computers do not know the kind of a HEIC. */
export function unfit({ type, name, size }: Pick<File, 'type' | 'name' | 'size'>): Unfit | null {
  if (type ? !KINDS.test(type) : !ENDINGS.test(name)) return 'kind';
  if (size === 0) return 'empty';
  return null;
}

/** The pictures among what was dropped or pasted, in their order. */
export function filesIn(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])];
}

/** How a picture is made smaller on the way: only to what the server keeps anyway, so that no phone would show less. */
export function widthToSend(width: number): number | null {
  return width > WIDEST ? WIDEST : null;
}

/**
 * A file of at most 15 MB that looks the same on every phone; the file itself where it will do, and where this browser
 * cannot read it (HEIC outside of Safari), which the server then does.
 */
export async function lighter(file: File): Promise<Blob> {
  // Small ones are sent as they are: drawing them anew takes longer than sending them.
  if (file.size < 1024 * 1024) return file;
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
  if (!picture) return file;
  try {
    const width = widthToSend(picture.width);
    if (width === null && file.size <= MOST_BYTES) return file;
    const drawn = await redrawn(picture, width ?? picture.width);
    return drawn && drawn.size < file.size ? drawn : file;
  } finally {
    picture.close();
  }
}

/** Without loss where the browser can (WebP of full quality), as a fine JPEG where it cannot. */
async function redrawn(picture: ImageBitmap, width: number): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = Math.max(1, Math.round((picture.height * width) / picture.width));
  const paper = canvas.getContext('2d');
  if (!paper) return null;
  paper.imageSmoothingQuality = 'high';
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const as = (type: string, quality: number): Promise<Blob | null> =>
    new Promise((resolve) => canvas.toBlob((blob) => resolve(blob?.type === type ? blob : null), type, quality));
  const exact = await as('image/webp', 1);
  return exact && exact.size <= MOST_BYTES ? exact : as('image/jpeg', 0.95);
}
