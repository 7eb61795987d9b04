import { useTranslation } from 'react-i18next';
import type { Entry } from '../api/entries.ts';
import { absoluteUrl, downloadUrl, saveUrl } from '../api/file-links.ts';
import { useFormat } from '../format/use-format.ts';
import { copyText } from '../ui/copy-text.ts';
import { useToasts } from '../ui/toaster.tsx';

/** Copies text and says so. */
export function useCopy(): (text: string, done: string) => void {
  const { t } = useTranslation();
  const toasts = useToasts();
  const copy = async (text: string, done: string) => {
    if (await copyText(text)) toasts.show(done);
    else toasts.show(t('copy.failed'), 'bad');
  };
  return (text, done) => void copy(text, done);
}

/** Copies the download links of files, one in each line. */
export function useCopyLinks(): (files: readonly Entry[]) => void {
  const { t } = useTranslation();
  const format = useFormat();
  const copy = useCopy();
  return (files) => {
    const links = files.map((file) => absoluteUrl(downloadUrl(file), location.origin));
    copy(
      links.join('\n'),
      t('copy.link_copied', { count: files.length, formatted: format.number(files.length) }),
    );
  };
}

/** Browsers take several downloads from one press only with a little time between them. */
const BETWEEN_DOWNLOADS_MS = 400;

/** More at once would keep the browser busy for minutes; a download manager with the copied links does it better. */
export const MOST_DOWNLOADS = 50;

/** Downloads files one after the other, also when the list they were started from is left. */
export function useDownload(): (files: readonly Entry[]) => void {
  const { t } = useTranslation();
  const format = useFormat();
  const toasts = useToasts();
  return (files) => {
    for (const [index, file] of files.entries()) {
      setTimeout(() => press(file), index * BETWEEN_DOWNLOADS_MS);
    }
    toasts.show(t('selection.started', { count: files.length, formatted: format.number(files.length) }));
  };
}

function press(file: Entry): void {
  const link = document.createElement('a');
  link.href = saveUrl(file);
  link.download = file.name;
  link.click();
}
