/** What a version of a lecture changed, in one line. */
import type { VersionChange } from '../../api.gen';
import type { Translate } from '../../i18n';
import type { Korean } from '../../i18n/travel.ko';

export function changeLine(change: VersionChange, say: Translate<Korean>): string {
  const counts = (['added', 'removed', 'changed'] as const).filter((name) => change[name] > 0);
  const steps = counts.map((name) =>
    change.step === null ? say(`history.${name}`, { n: change[name] }) : say(`history.${name}One`, { title: change.step }),
  );
  const parts = [
    ...steps,
    change.words && say('history.words'),
    change.tasks && say('history.tasks'),
    change.reordered && say('history.reordered'),
  ];
  return parts.filter(Boolean).join(' · ');
}
