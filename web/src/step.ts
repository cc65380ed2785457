import type { SubtaskBody } from './api.gen';

/** A step as a phone shows it: whole from the lecture and from events, its beginning from elsewhere. */
export type Step = Pick<SubtaskBody, 'id' | 'title'> &
  Partial<Pick<SubtaskBody, 'guide_text' | 'voice_guide_text' | 'image' | 'audio'>>;
