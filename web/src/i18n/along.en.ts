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
  'along.missedSteps': 'The class went on. Steps: {n}.',
  'along.missedBack': 'The class went back to an earlier step.',
  'along.missedStart': 'The class has started.',
  'along.missedPause': 'The class has paused.',
  'along.missedEnd': 'The class has ended.',
  'along.read': 'OK',
  'along.missedMessage': 'Your teacher spoke.',
};
