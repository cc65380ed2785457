/** Files that are sent and shown: what the chooser offers, and what a page can play. */

/** Types and endings together: phones know one, computers the other. */
export const TAKEN = [
  'image/jpeg,image/png,image/gif,image/webp,image/heic,image/heif,image/avif,.heic,.heif,.avif,.jfif',
  'video/mp4,video/webm,video/quicktime,video/3gpp,.mp4,.m4v,.webm,.mov,.3gp',
  'audio/mpeg,audio/mp4,audio/x-m4a,audio/wav,audio/ogg,audio/aac,audio/amr,audio/flac,audio/webm',
  '.mp3,.m4a,.wav,.ogg,.opus,.aac,.amr,.flac',
  '.pdf,.txt,.csv,.hwp,.hwpx,.doc,.docx,.xls,.xlsx,.ppt,.pptx',
].join(',');

const PICTURES = /^image\/(jpeg|png|gif|webp|heic|heif|avif)$/;
const PICTURE_ENDINGS = /\.(hei[cf]|avif|jfif)$/i;
const SHOWN_BY_ALL = /^image\/(jpeg|png|gif|webp)$/;
const FILMS = /\.(mp4|m4v|mov|webm|3gp)$/i;
const SOUNDS = /\.(mp3|m4a|wav|ogg|oga|opus|aac|amr|flac)$/i;

/** Whether a chosen file will be a picture for everybody; most browsers know no type for HEIC. */
export function isPicture(file: File): boolean {
  return PICTURES.test(file.type) || (!file.type && PICTURE_ENDINGS.test(file.name));
}

/** Whether this browser shows a chosen picture before the server has drawn it. */
export function canPreview(file: File): boolean {
  return SHOWN_BY_ALL.test(file.type);
}

/** How to play a stored file, whose name has the ending that goes with its content. */
export function playerFor(name: string): 'video' | 'audio' | null {
  if (FILMS.test(name)) return 'video';
  return SOUNDS.test(name) ? 'audio' : null;
}

/** "10 MB"; null where no size is known. */
export function megabytes(bytes: number | null): string | null {
  return bytes === null || bytes <= 0 ? null : `${Math.max(1, Math.floor(bytes / 1_048_576))} MB`;
}

/** The most bytes of a file, as the refusal of a larger one says it. */
export function limitIn(message: string): number | null {
  const found = /\d{5,}/.exec(message);
  return found ? Number(found[0]) : null;
}
