/** Words of whoever helps, teacher or supporter. */
import { catalogue } from '../../i18n';
import { withForm } from '../../i18n/forms';
import { ko } from '../../i18n/helping.ko';

export const t = catalogue(ko, () => import('../../i18n/helping.en'), withForm);
