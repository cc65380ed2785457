/** What first led a recording away from a step, in words. */
import type { DivergenceBody } from '../../api.gen';
import { PROGRAM_NAME } from '../expecting/ways';
import type { t } from './words';

type Say = Parameters<Parameters<typeof t.subscribe>[0]>[0];
export const OUTCOMES = ['done', 'unseen', 'unfinished', 'not_reached', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** An outcome that this page does not know says nothing. */
export const outcomeOf = (text: string): Outcome => OUTCOMES.find((one) => one === text) ?? 'unknown';

/** "‘이모티콘’을 눌렀어요." Ids, packages and what programs call a screen are nothing to read. */
export function went({ kind, label, app, screen }: DivergenceBody, say: Say): string {
  const quoted = `‘${label}’`;
  switch (kind) {
    case 'app':
      return app ? say('went.app', { app }) : say('went.anotherApp');
    case 'screen':
      return screen && !PROGRAM_NAME.test(screen) ? say('went.screen', { screen }) : say('went.anotherScreen');
    case 'target':
      return label ? say('went.target', { label: quoted }) : say('went.anotherTarget');
    default:
      return label ? say('went.action', { label: quoted }) : say('went.anotherAction');
  }
}
