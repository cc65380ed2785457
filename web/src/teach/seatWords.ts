/** Words of a class's settings and seats. */
import { catalogue } from '../i18n';
import { ko } from '../i18n/seats.ko';

export const t = catalogue(ko, () => import('../i18n/seats.en'));
