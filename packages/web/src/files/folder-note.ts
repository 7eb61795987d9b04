import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/use-format.ts';
import type { Folder } from './use-folder.ts';

/** How much is in a folder, or how far reading has come, in one quiet line. */
export function useFolderNote(folder: Folder, shown: number, filtered: boolean): string | undefined {
  const { t } = useTranslation();
  const format = useFormat();
  if (folder.pages === undefined) return undefined;
  const count = folder.pages.reduce((sum, page) => sum + page.length, 0);
  const formatted = format.number(count);
  const reading = !folder.complete && folder.error === null;
  if (filtered) {
    return t(reading ? 'files.count_of_so_far' : 'files.count_of', {
      shown: format.number(shown),
      formatted,
    });
  }
  return reading ? t('files.count_so_far', { formatted }) : t('files.count', { count, formatted });
}
