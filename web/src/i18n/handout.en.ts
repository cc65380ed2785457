import type { Korean } from './handout.ko';

/** English texts of what is handed out on paper. */
export const en: Record<keyof Korean, string> = {
  'handout.title': 'Handout',
  'handout.print': 'Print',
  'handout.teacher': 'Teacher: {name}',
  'handout.again': 'See it again at home',
  'handout.scan': 'Point the camera of your phone here to see the lesson again.',
  'handout.type': 'Or type the code {code} at {address}.',
  'handout.qr': 'QR code to see the lesson again. Class code {code}',
  'handout.noClass': 'No class is open, so there is no QR code for seeing it again.',
  'handout.empty': 'There are no steps yet.',
};
