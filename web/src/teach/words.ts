/** Words of the instructor's pages; loaded with them. */
import { catalogue } from '../i18n';
import { withForm } from '../i18n/forms';
import { ko } from '../i18n/teach.ko';

export const t = catalogue(ko, () => import('../i18n/teach.en'), withForm);
