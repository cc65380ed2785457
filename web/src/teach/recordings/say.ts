/** An event in words. */
import type { Translate } from '../../i18n';
import type { Korean } from '../../i18n/recordings.ko';
import { appName, type Happening } from './happening';

/** "누르기: 채팅". */
export function say(event: Happening, t: Translate<Korean>): string {
  if (event.masked) return t('replay.masked');
  const what = event.label || (event.kind === 'screen' ? event.screen || appName(event.app) : '');
  return what ? `${t(`kind.${event.kind}`)}: ${what}` : t(`kind.${event.kind}`);
}

/** "카카오톡 · 친구 목록". */
export function placeOf(event: Happening): string {
  return [appName(event.app), event.screen].filter(Boolean).join(' · ');
}
