/** Words of asking for help and of the review; loaded after the first step. */
import { catalogue } from '../i18n';
import { ko } from '../i18n/help.ko';

export const t = catalogue(ko, () => import('../i18n/help.en'));
