/** Words of teaching and helping together. */
import { catalogue } from '../../i18n';
import { ko } from '../../i18n/colleagues.ko';

export const t = catalogue(ko, () => import('../../i18n/colleagues.en'));
