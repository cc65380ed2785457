import type { Korean } from './split.ko';

export const en: Record<keyof Korean, string> = {
  'split.title': 'Two apps on one screen',
  'split.subtitle': 'Samsung Galaxy phones: the guide on top, the app to learn below',
  'split.one': 'Keep the class open, and press the three lines at the bottom left.',
  'split.oneAlt': 'A phone. The guide of the class is on top; the three lines at the bottom left are marked.',
  'split.two': 'Press the small round icon above the page of the class.',
  'split.twoAlt': 'The apps used last. The round icon above the class is marked.',
  'split.three': 'Press “Open in split screen view”, then choose the app to learn.',
  'split.threeAlt': 'In the list that has opened, Open in split screen view is marked.',
  'split.four': 'The guide is on top, the app to learn below. To end it, push the line in the middle all the way.',
  'split.fourAlt': 'A divided screen: the guide of the class on top, the app to learn below, a handle on the line between.',
  'split.menu': 'Open in split screen view',
  'split.menuInfo': 'App info',
  'split.menuPopup': 'Open in pop-up view',
  'split.class': 'Class',
  'split.app': 'App to learn',
  'split.note': 'Words and places differ a little from phone to phone. Without the three lines, push up slowly from the bottom edge and wait.',
  'split.print': 'Print',
};
