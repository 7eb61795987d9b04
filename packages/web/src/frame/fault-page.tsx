import { Link } from '@tanstack/react-router';
import { Bug, MapPinOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

/** What is shown instead of a screen that failed. */
export function FaultPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const message = error instanceof Error ? error.message : String(error);
  const missingPart = /dynamically imported module|Importing a module script failed/.test(message);
  return (
    <Notice
      urgent
      icon={<Bug size={28} />}
      title={t('error.title')}
      actions={
        <Button tone="primary" onClick={() => location.reload()}>
          {t('error.reload')}
        </Button>
      }
    >
      <p>{t(missingPart ? 'error.script' : 'error.text')}</p>
      <details className="text-left text-sm">
        <summary className="cursor-pointer">{t('error.what')}</summary>
        <code className="mt-1 block font-mono text-xs">{message}</code>
      </details>
    </Notice>
  );
}

/** For addresses that lead nowhere. */
export function NoPage() {
  const { t } = useTranslation();
  return (
    <Notice
      icon={<MapPinOff size={28} />}
      title={t('error.no_page')}
      actions={
        <Link to="/files" className={buttonClass('primary')}>
          {t('error.to_files')}
        </Link>
      }
    >
      {t('error.no_page_text', { link: '/files' })}
    </Notice>
  );
}
