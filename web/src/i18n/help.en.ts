import type { Korean } from './help.ko';
import type { Translated } from './texts';

/** English texts of a student's help. */
export const en: Translated<Korean> = {
  'review.well': 'Well done.',
  'review.hint': 'You can go through the steps again, slowly.',
  'review.learning': 'My learning',
  'review.start': 'Review',
  'review.closed': 'The time for reviewing is over, too.',
  'review.title': 'Review',
  'review.previous': 'Back',
  'review.next': 'Next',
  'review.finished': 'Done',
  'review.empty': 'This class has no steps to review.',

  'help.calling': 'Calling for help',
  'help.callingHint': 'It is being sent. There is no need to press again.',
  'help.called': 'Looking at it',
  'help.calledHint': 'You will be told what to do in a moment. Leave everything as it is.',
  'help.looking': 'Looking for an answer',
  'help.teacherTold': 'Your instructor has been told, too.',
  'help.answer': 'Try this',
  'help.answerFrom': 'From {name}',
  'help.hear': 'Hear the answer again',
  'help.coming': 'Your instructor has been told',
  'help.comingHint': 'Please raise your hand and wait a moment.',
  'help.solved': 'It works now',
  'help.notYet': 'Not yet',
  'help.again': 'I did as I was told and it is still hard',
  'help.well': 'Good that it works',
  'help.rate': 'How much did the answer help?',
  'help.rate5': 'Very much',
  'help.rate3': 'So so',
  'help.rate1': 'Not really',
  'help.noRate': 'Skip this',
  'help.nudge': 'Do you need help?',
  'help.fine': 'I am fine',
};
