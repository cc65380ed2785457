/** What a lesson of the library is called, for who reads English too. */
import type { LibraryRow } from '../../api.gen';
import type { Lang } from '../../i18n';

export const titleOf = ({ title, title_en }: Pick<LibraryRow, 'title' | 'title_en'>, lang: Lang): string =>
  lang === 'en' && title_en ? title_en : title;
