/** Words of a break, for phones and the projector alike. */
import { catalogue } from '../i18n';
import { ko } from '../i18n/break.ko';

export const t = catalogue(ko, () => import('../i18n/break.en'));
