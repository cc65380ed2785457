/** Words of the chat; loaded with it. */
import { catalogue } from '../i18n';
import { withForm } from '../i18n/forms';
import { ko } from '../i18n/chat.ko';

export const t = catalogue(ko, () => import('../i18n/chat.en'), withForm);
