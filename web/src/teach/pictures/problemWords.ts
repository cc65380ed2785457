/** Why a picture was not taken, as a sentence. */
import type { Translate } from '../../i18n';
import type { Korean } from '../../i18n/pictures.ko';
import { explain } from '../../explain';
import type { Problem } from './queue.svelte';

export function sayProblem(say: Translate<Korean>, problem: Problem): string {
  return typeof problem === 'string' ? say(`unfit.${problem}`) : explain(problem.error);
}
