/** Words of the help queue and the notifications. */
import { catalogue } from '../i18n';
import { withForm } from '../i18n/forms';
import { ko } from '../i18n/desk.ko';

export const t = catalogue(ko, () => import('../i18n/desk.en'), withForm);
