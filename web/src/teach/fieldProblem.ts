/** The sentence under a field that could not be saved. */
import type { Translate } from '../i18n';
import type { Korean } from '../i18n/teach.ko';
import type { FieldProblem } from './editor.svelte';

export function fieldProblem(problem: FieldProblem | null, say: Translate<Korean>): string | null {
  if (problem === null) return null;
  if (problem === 'title') return say('editor.titleMissing');
  if (problem === 'url') return say('editor.urlShape');
  return say('editor.refused', { reason: problem.refused });
}
