/** Words about lessons that travel: copies, files, the library, the history. */
import { catalogue } from '../../i18n';
import { ko } from '../../i18n/travel.ko';

export const t = catalogue(ko, () => import('../../i18n/travel.en'));
