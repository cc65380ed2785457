/** Words of where people are, of suggested completions and of screens. */
import { catalogue } from '../i18n';
import { withForm } from '../i18n/forms';
import { ko } from '../i18n/where.ko';

export const t = catalogue(ko, () => import('../i18n/where.en'), withForm);
