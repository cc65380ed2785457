/** Words about a recording beside a lesson; loaded with it. */
import { catalogue } from '../../i18n';
import { withForm } from '../../i18n/forms';
import { ko } from '../../i18n/comparing.ko';

export const t = catalogue(ko, () => import('../../i18n/comparing.en'), withForm);
