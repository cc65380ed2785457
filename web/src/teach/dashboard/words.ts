/** Words of the dashboard; loaded with it. */
import { catalogue } from '../../i18n';
import { withForm } from '../../i18n/forms';
import { ko } from '../../i18n/dashboard.ko';

export const td = catalogue(ko, () => import('../../i18n/dashboard.en'), withForm);
