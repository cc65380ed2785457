import type { Korean } from './break.ko';

export const en: Record<keyof Korean, string> = {
  'break.left': 'Time left',
  'break.over': 'We go on in a moment',
};
