import type { Korean } from './lesson.ko';
import type { Translated } from './texts';

/** English texts about a lecture that was changed while a class of it is held. */
export const en: Translated<Korean> = {
  'lesson.changed': 'The lecture has changed. Bring it into this class?',
  'lesson.refresh': 'Bring it into the class',
  'lesson.question': 'Bring the changed lecture into this class?',
  'lesson.consequence':
    'The students’ phones and the projector show the changes at once. The class stays on its step. There is no way back to what it was.',
  'lesson.refreshed': 'The class now shows the changed lecture.',
  'lesson.running': 'The class “{title}” is running. It goes on showing what it began with, whatever you change here.',
  'lesson.how': 'To show the changes, press “Bring it into the class” on the page of the class.',
  'lesson.goThere': 'To the class',
};
