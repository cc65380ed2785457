/** Words of the page about split screens. */
import { catalogue } from '../../i18n';
import { ko } from '../../i18n/split.ko';

export const t = catalogue(ko, () => import('../../i18n/split.en'));
