/** Words between the QR code and the seat; a phone that is seated needs none of them. */
import { catalogue } from '../i18n';
import { ko } from '../i18n/join.ko';

export const t = catalogue(ko, () => import('../i18n/join.en'));
