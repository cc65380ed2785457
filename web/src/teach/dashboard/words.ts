/** Words of the dashboard; loaded with it. */
import { catalogue } from '../../i18n';
import { ko } from '../../i18n/dashboard.ko';

export const td = catalogue(ko, () => import('../../i18n/dashboard.en'));
