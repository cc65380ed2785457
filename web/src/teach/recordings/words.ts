/** Words of the pages about recordings; loaded with them. */
import { catalogue } from '../../i18n';
import { ko } from '../../i18n/recordings.ko';

export const t = catalogue(ko, () => import('../../i18n/recordings.en'));
