/** Words of a class on a phone that the first step does not need. */
import { catalogue } from '../i18n';
import { ko } from '../i18n/later.ko';

export const t = catalogue(ko, () => import('../i18n/later.en'));
