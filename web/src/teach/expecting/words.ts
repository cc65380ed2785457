/** Words about what a step expects, in the lesson editor. */
import { catalogue } from '../../i18n';
import { withForm } from '../../i18n/forms';
import { ko } from '../../i18n/expecting.ko';

export const t = catalogue(ko, () => import('../../i18n/expecting.en'), withForm);
