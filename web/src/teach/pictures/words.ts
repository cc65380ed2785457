/** Words of pictures in the lesson editor, and of the page that sends them from a phone. */
import { catalogue } from '../../i18n';
import { ko } from '../../i18n/pictures.ko';

export const t = catalogue(ko, () => import('../../i18n/pictures.en'));
