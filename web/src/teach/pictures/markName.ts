/** A mark in words, for those who do not see it, and the words proposed for the whole picture. */
import type { PictureMark } from '../../api.gen';
import type { Translate } from '../../i18n';
import { ko, type Korean } from '../../i18n/pictures.ko';
import { placeOf, type Mark } from './marks';

type Say = Translate<Korean>;

/** "2. 밀기 위로, 한가운데": its number is its place among all. */
export function markName(say: Say, all: readonly Mark[], mark: Mark): string {
  const n = all.findIndex(({ id }) => id === mark.id) + 1;
  const kind = say(mark.kind);
  const place = say(placeOf(mark));
  if (mark.kind === 'swipe') return say('editor.markSwipe', { n, kind, place, direction: say(mark.direction) });
  return say('editor.mark', { n, kind, place });
}

const LONGEST_NAME = 80;

interface Titles {
  task: string;
  step: string;
  /** What the step has one touch, where that is known. */
  element: string | null;
}

/**
 * What is proposed as the picture's alternative text, before it is saved: the screen, and what is marked first on it. The
 * server makes the same of the saved marks.
 */
export function proposedAlt(say: Say, shown: readonly Mark[], titles: Titles): string {
  const task = titles.task.slice(0, LONGEST_NAME);
  const step = titles.step.slice(0, LONGEST_NAME);
  const mark = shown[0];
  if (!mark) return step === task ? say('alt.screen', { task }) : say('alt.step', { task, step });
  const place = say(placeOf(mark));
  if (mark.kind === 'swipe') return say('alt.swipe', { task, place, direction: say(mark.direction) });
  return say('alt.mark', { task, place, what: titles.element?.slice(0, LONGEST_NAME) || step });
}

/** Whether a picture's words are what is proposed, in either language, and nobody's own. */
export async function isProposed(alt: string, marks: readonly PictureMark[], titles: Titles): Promise<boolean> {
  const shown = marks.map((mark, id) => ({ ...mark, id }) as Mark);
  const { en } = await import('../../i18n/pictures.en');
  return [ko, en].some((texts) => proposedAlt(plainly(texts), shown, titles) === alt);
}

/** The texts of one language, whichever the page speaks. */
function plainly(texts: Record<keyof Korean, string>): Say {
  return (key, ...[values]) => texts[key].replace(/\{(\w+)\}/g, (_, name: string) => String((values as Record<string, unknown>)[name]));
}
