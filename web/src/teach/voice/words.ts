/** Words about what is heard of a step. */
import { catalogue } from '../../i18n';
import { withForm } from '../../i18n/forms';
import { ko } from '../../i18n/voice.ko';

export const t = catalogue(ko, () => import('../../i18n/voice.en'), withForm);
