import type { Korean } from './learning.ko';
import type { Translated } from './texts';

/** English texts of what somebody has learned. */
export const en: Translated<Korean> = {
  'learning.title': 'My learning',
  'learning.of': 'What {name} has learned.',
  'learning.noneTitle': 'Nothing learned yet',
  'learning.noneHint': 'Join a class and do its steps one by one: they are shown here.',
  'learning.join': 'Join a class',
  'learning.login': 'If you are a member, log in. What you have learned stays, even with a new phone.',
  'learning.teacher': 'Teacher: {name}',
  'learning.done': 'Steps done',
  'learning.doneOf': '{n} of {total:step|steps}',
  'learning.allDone': 'You have done every step.',
  'learning.next': 'Practise next',
  'learning.hard': 'Practise once more',
  'learning.hardHint': 'You asked for help with this step in class.',
  'learning.place': 'Step {n}',
  'learning.classes': '{n:class|classes} attended',
  'learning.review': 'Review the class',
  'learning.enter': 'Go to the class',
  'learning.achievements': 'Achievements',
  'learning.achievement': 'You have done {n:step|steps}',
  'learning.again': 'Load again',
  'learning.teachers': 'Your classes are under “My lectures”.',
  'learning.lectures': 'My lectures',
};
