/** Words of what somebody has learned; loaded with the page. */
import { catalogue } from '../i18n';
import { withForm } from '../i18n/forms';
import { ko } from '../i18n/learning.ko';

export const t = catalogue(ko, () => import('../i18n/learning.en'), withForm);
