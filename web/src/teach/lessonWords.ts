/** Words about a lecture that was changed while a class of it is held. */
import { catalogue } from '../i18n';
import { ko } from '../i18n/lesson.ko';

export const t = catalogue(ko, () => import('../i18n/lesson.en'));
