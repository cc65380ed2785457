/** English texts between the QR code and the seat. */
import type { Korean } from './join.ko';
import type { Translated } from './texts';

export const en: Translated<Korean> = {
  'join.title': 'Join the class',
  'join.code': 'Class code {code}',
  'join.name': 'Name',
  'join.nameHint': 'Type the name your instructor calls you by.',
  'join.nameMissing': 'Type your name.',
  'join.enter': 'Join',
  'join.entering': 'Joining',
  'join.as': 'Join as {name}',
  'join.asGuest': 'Join with another name',
  'join.instructor': 'Instructor {name}',
  'join.absent': 'There is no class with this code. Please check the code on your instructor’s screen.',
  'join.full': 'All seats are taken. Please tell your instructor.',
  'join.guestsOff': 'Only members can join this class. Please sign in.',
  'join.over': 'This class is over. Please ask your instructor for a new code.',
  'join.otherCode': 'Type another code',
  'join.waiting': 'It starts soon. You can go in and wait.',
  'join.running': 'The class is running now.',
  'join.paused': 'The class is taking a short break.',
  'join.review': 'This class is over. If you were there, you can look at it again.',
  'join.locked': 'Your instructor has closed the door. If you were there, you can come back. If you are new, please tell your instructor.',
  'join.lookAgain': 'Check again',
  'join.isItYou': 'Are you {name}?',
  'join.yes': 'Yes, that is me',
  'join.no': 'I am somebody else',
  'join.sameName': 'Somebody here has the same name. Please add one more word, such as {name} Kim.',
  'join.removed': 'Your instructor has closed this seat. If you want to come back, please tell your instructor.',
  'join.crowded': 'Nobody else can join with this phone. Please tell your instructor.',
};
