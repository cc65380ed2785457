/** Words of the large screen and the sheet; loaded with them. */
import { catalogue } from '../../i18n';
import { withForm } from '../../i18n/forms';
import { ko } from '../../i18n/projector.ko';

export const t = catalogue(ko, () => import('../../i18n/projector.en'), withForm);
