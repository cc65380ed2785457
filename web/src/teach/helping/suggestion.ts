/** An answer that the server has not given: what it says, why it waits, who has decided (contract 11.17). */
import { ApiError } from '../../api';
import type { HelpAnalysisBody, Named, PendingRequest, SendSuggestionRequest, SuggestionDecision, Withheld } from '../../api.gen';
import { tidy } from '../../text';

export interface Words {
  content: string;
  /** Read aloud. */
  voice: string;
}

export interface Suggestion extends Words {
  withheld: Withheld;
  /** Null: anybody who helps may decide yet. */
  decided: { decision: SuggestionDecision; by: Named | null } | null;
}

/** Null where nothing was withheld. */
export function suggestionOf({ analysis }: Pick<PendingRequest, 'analysis'>): Suggestion | null {
  if (!analysis?.withheld || !analysis.suggestion) return null;
  const { suggestion: content, suggestion_voice, withheld, decision, decided_by: by } = analysis;
  return { content, voice: suggestion_voice || content, withheld, decided: decision ? { decision, by: by ?? null } : null };
}

/** What there is to see of it: nothing once a person has answered without it. */
export function shownSuggestion(request: PendingRequest): Suggestion | null {
  const suggestion = suggestionOf(request);
  return suggestion?.decided || toDecide(request) ? suggestion : null;
}

/** A suggestion waits for somebody to send it or not; whom a person has answered already, it does not keep waiting. */
export const toDecide = (request: PendingRequest): boolean =>
  suggestionOf(request)?.decided === null && request.answer_source !== 'TEACHER';

export type Sureness = 'high' | 'middle' | 'low' | 'guess';

/** In words: the score is calibrated, but no more exact than that. From 0.7 on it would have been given by itself. */
export function sureness(score: number): Sureness {
  if (score >= 0.85) return 'high';
  if (score >= 0.7) return 'middle';
  return score >= 0.35 ? 'low' : 'guess';
}

const BASES = ['REASON', 'WORDS', 'EXPECTATION', 'TAPS', 'SCREEN', 'PAGE', 'GUIDE', 'SHARED', 'MODEL'] as const;
export type Basis = (typeof BASES)[number];

/** What it rests on, as far as there are words for it here. */
export const basesOf = ({ rests_on }: Pick<HelpAnalysisBody, 'rests_on'>): Basis[] =>
  BASES.filter((basis) => rests_on?.includes(basis));

/** What is read aloud follows the words on the phone as they change, unless it was written on its own (`voice`). */
export function spokenFor(suggested: Words, content: string, voice: string | null): string {
  return voice ?? (tidy(content) === tidy(suggested.content) ? suggested.voice : content);
}

/** What is sent: nothing where it says what was suggested, which is then sent as it is. */
export function edited(suggested: Words, content: string, voice: string | null): SendSuggestionRequest {
  const said = tidy(content);
  const spoken = tidy(spokenFor(suggested, content, voice)) || said;
  if (said === tidy(suggested.content) && spoken === tidy(suggested.voice)) return {};
  return { help_content: said, voice_guide_text: spoken };
}

export type Refused =
  | { kind: 'decided'; decision: SuggestionDecision; name: string | null }
  | { kind: 'claimed'; name: string };

/** Who was faster; null for what has another cause. */
export function whoWasFaster(error: unknown): Refused | null {
  if (!(error instanceof ApiError)) return null;
  const { code, details } = error;
  if (code === 'ALREADY_CLAIMED') return { kind: 'claimed', name: String(details['name'] ?? '') };
  const { decision, by } = details;
  if (code !== 'NO_SUGGESTION' || (decision !== 'SENT' && decision !== 'EDITED' && decision !== 'DECLINED')) return null;
  return { kind: 'decided', decision, name: typeof by === 'string' ? by : null };
}
