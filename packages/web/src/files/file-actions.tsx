import { Download, Link2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../api/entries.ts';
import { saveUrl } from '../api/file-links.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { useCopyLinks } from './use-links.ts';

/** What can be done with one file: download it, copy its link. */
export function FileActions({ file }: { file: Entry }) {
  const { t } = useTranslation();
  const copyLinks = useCopyLinks();
  return (
    <>
      <a href={saveUrl(file)} download={file.name} className={buttonClass('primary')}>
        <Download size={18} aria-hidden />
        {t('file.download')}
      </a>
      <Button onClick={() => copyLinks([file])}>
        <Link2 size={18} aria-hidden />
        {t('file.copy_link')}
      </Button>
    </>
  );
}
