import type { Korean } from './along.ko';

export const en: Record<keyof Korean, string> = {
  'along.float': 'Keep the guide in view',
  'along.close': 'Close the small window',
  'along.floats': 'The guide now stays in view when you open another app.',
  'along.refused': 'The guide cannot be kept in view now.',
  'along.notices': 'Notify me of new steps',
  'along.noticesWhy': 'While you use another app, a notification tells you when a new step comes.',
  'along.noticesOn': 'A notification will tell you when a new step comes.',
  'along.noticesOff': 'You will get no notifications.',
  'along.missedSteps': 'Meanwhile the class has gone on by this many steps: {n}.',
  'along.missedBack': 'Meanwhile the class has gone back to an earlier step.',
  'along.missedStart': 'Meanwhile the class has started.',
  'along.missedPause': 'Meanwhile the class has paused.',
  'along.missedEnd': 'Meanwhile the class has ended.',
  'along.missedMessage': 'Meanwhile your teacher has said something.',
};
