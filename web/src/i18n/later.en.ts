import type { Korean } from './later.ko';

export const en: Record<keyof Korean, string> = {
  'later.class': 'Class',
  'later.start': 'Start',
  'later.startsAt': 'It starts at {time}',
  'later.notYet': 'Not yet',
  'later.hear': 'Hear again',
  'later.slow': 'Hear slowly',
  'later.slowly': 'Slowly',
  'later.earlier': 'See earlier steps',
  'later.back': 'Back to the class',
  'later.looking': 'You are looking at an earlier step.',
  'later.moved': 'The class has gone on to the next step. {title}',
  'later.nav': 'Earlier steps',
  'later.previous': 'Previous step',
  'later.next': 'Next step',
  'later.break': 'Break time',
  'later.leave': 'Leave the class',
  'later.leaveHint': 'You can come back from the first page.',
  'later.left': 'You have left the class.',
};
