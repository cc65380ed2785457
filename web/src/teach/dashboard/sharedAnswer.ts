/** A shared answer: for what it counts, and what of it was changed (contract 11.19). */
import type { EditAnswerRequest, SharedAnswer } from '../../api.gen';
import { tidy } from '../../text';
import { edited } from '../helping/suggestion';

const COMPLAINTS = [
  'keyboard_language', 'no_keyboard', 'no_sound', 'small_text', 'advertisement', 'call',
  'is_it_right', 'what_next', 'too_fast', 'wrong_place', 'no_reaction', 'cannot_find',
] as const;
export type Complaint = (typeof COMPLAINTS)[number];

/** What somebody says is wrong, as the server calls it (`said_cannot_find`); null for what has no words here. */
export const complaintOf = ({ complaint }: Pick<SharedAnswer, 'complaint'>): Complaint | null =>
  COMPLAINTS.find((one) => complaint === `said_${one}`) ?? null;

/** Nobody is given it before a teacher says that it fits. */
export const isHeldBack = ({ outdated, withdrawn_at }: Pick<SharedAnswer, 'outdated' | 'withdrawn_at'>): boolean =>
  outdated || withdrawn_at !== null;

export interface Written {
  content: string;
  /** Null: what is read aloud follows the answer. */
  voice: string | null;
  problem: string;
}

/** Only what is another one now: new words also say that the answer fits its step, which nobody should say by accident. */
export function changeOf(row: SharedAnswer, { content, voice, problem }: Written): EditAnswerRequest {
  const change: EditAnswerRequest = edited({ content: row.help_content, voice: row.voice_guide_text || row.help_content }, content, voice);
  if (change.help_content === row.help_content) delete change.help_content;
  const asked = tidy(problem);
  return asked === row.problem ? change : { ...change, problem: asked };
}
