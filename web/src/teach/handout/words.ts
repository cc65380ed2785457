/** Words of what is handed out on paper; loaded with it. */
import { catalogue } from '../../i18n';
import { ko } from '../../i18n/handout.ko';

export const t = catalogue(ko, () => import('../../i18n/handout.en'));
