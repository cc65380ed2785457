import type { Korean } from './ko';
import type { Translated } from './texts';

/** English texts of the public and the student's pages. */
export const en: Translated<Korean> = {
  'app.name': 'MobileGPT Classroom',
  'app.skip': 'Skip to content',
  'app.loading': 'Opening',
  'app.notFound': 'There is nothing at this address.',
  'app.home': 'To the first page',
  'app.broken': 'The page could not be opened. Check your connection and try again.',
  'app.again': 'Try again',
  'app.close': 'Close',

  'settings.open': 'Display',

  'landing.login': 'Sign in',

  'class.waiting': 'Starting soon',
  'class.seated': '{name}, you have a seat.',
  'class.keepOpen': 'Keep the screen on and wait.',
  'class.instructor': 'Instructor',
  'class.lesson': 'Lesson',
  'class.paused': 'A short break',
  'class.pausedHint': 'You will be told when it goes on.',
  'class.place': '{n} / {total}',
  'class.says': 'Your instructor says:',
  'class.done': 'I did it',
  'class.doneThanks': 'Well done. Please wait for your instructor.',
  'class.sending': 'Sending',
  'class.help': 'Help me',
  'class.noVoice': 'This phone has no Korean voice. You can read everything instead.',
  'class.newStep': 'New step. {title}',
  'class.chat': 'Chat',
  'class.chatUnread': '{n} new',
  'class.actions': 'What to do',
  'class.notSent': 'This could not be sent. Please press again.',

  'review.over': 'The class is over',

  'connection.lost': 'The connection is lost. It is being restored. Leave everything as it is.',
  'connection.back': 'Connected again.',
  'connection.seatLost': 'Your seat was closed or could not be found. Please join again.',
  'connection.enterAgain': 'Join again',
  'connection.tooMany': 'This class is open on too many screens. Close the others and press again.',

  'error.network': 'There is no connection. Check it and press again.',
  'error.slow': 'The answer takes long. Press again in a moment.',
  'error.tooMany': 'Too many tries. Press again in {seconds} s.',
  'error.server': 'This does not work right now. Press again in a moment.',
  'error.noSuggestion': 'Somebody has decided about this answer already.',
  'error.autoHelpOff': 'This class has automatic help off. Press ‘Help me’.',
  'error.input': 'Please check what you typed.',
};
