/** Words of attendance; loaded with it. */
import { catalogue } from '../../i18n';
import { ko } from '../../i18n/attendance.ko';

export const ta = catalogue(ko, () => import('../../i18n/attendance.en'));
