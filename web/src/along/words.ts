/** Words of a class that goes along into other apps. */
import { catalogue } from '../i18n';
import { ko } from '../i18n/along.ko';

export const t = catalogue(ko, () => import('../i18n/along.en'));
