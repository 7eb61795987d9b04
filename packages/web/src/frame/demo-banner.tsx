import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FlaskConical, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { settingsQuery } from '../api/queries.ts';
import { useApi, useIsAdmin } from '../session/session.tsx';
import { IconButton } from '../ui/button.tsx';

/** In demo mode: what one is looking at, and the way to one's own files. */
export function DemoBanner() {
  const { t } = useTranslation();
  const demo = useQuery(settingsQuery(useApi())).data?.demo ?? false;
  const admin = useIsAdmin();
  const [hidden, setHidden] = useState(false);
  if (!demo || hidden) return null;
  return (
    <aside className="flex shrink-0 items-center gap-3 border-b border-line bg-accent-soft py-1.5 pr-2 pl-4 text-sm">
      <FlaskConical size={16} aria-hidden className="shrink-0 text-accent max-md:hidden" />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
        <p>{t('demo.text')}</p>
        {admin && (
          <Link
            to="/manage/$"
            params={{ _splat: 'storages/new' }}
            search={{ driver: 'PikPak' }}
            className="inline-flex h-7 touch:h-9 items-center rounded-control bg-accent px-2.5 font-medium text-on-accent transition-colors hover:bg-accent-strong"
          >
            {t('demo.connect')}
          </Link>
        )}
      </div>
      <IconButton
        label={t('demo.hide')}
        icon={<X size={16} />}
        className="size-8! touch:size-10!"
        onClick={() => setHidden(true)}
      />
    </aside>
  );
}
