import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { HardDrive, Lock, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { TitleBar } from '../frame/top-bar.tsx';
import { useApi, useMe } from '../session/session.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { StorageCard } from './storage-card.tsx';
import { storageListQuery } from './storages.ts';
import { useWords } from './use-words.ts';

/** All storages with their states. */
export function StoragesPage() {
  const { t } = useWords();
  const me = useMe();
  if (me === undefined) return null;
  if (me.role !== 'admin') {
    return (
      <Page>
        <Notice icon={<Lock size={24} />} title={t('admins_only')}>
          {t('admins_only_text')}
        </Notice>
      </Page>
    );
  }
  return (
    <Page actions={<AddLink />}>
      <p className="text-muted">{t('lead')}</p>
      <StorageList />
    </Page>
  );
}

function Page({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const { t } = useWords();
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TitleBar title={t('title')} actions={actions} />
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-3xl flex-col gap-4 p-4 sm:p-6">{children}</div>
      </div>
    </div>
  );
}

function AddLink() {
  const { t } = useWords();
  return (
    <Link to="/manage/$" params={{ _splat: 'storages/new' }} className={buttonClass('primary')}>
      <Plus aria-hidden size={18} />
      {t('add')}
    </Link>
  );
}

function StorageList() {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(storageListQuery(useApi()));
  if (data === undefined && error !== null) {
    return (
      <Notice
        urgent
        icon={<HardDrive size={24} />}
        title={t('failed')}
        actions={<Button onClick={() => void refetch()}>{t('try_again')}</Button>}
      >
        {t('failed_text')}
      </Notice>
    );
  }
  if (data === undefined) return <CardSkeletons />;
  if (data.length === 0) {
    return (
      <Notice icon={<HardDrive size={24} />} title={t('none')}>
        {t('none_text')}
      </Notice>
    );
  }
  return (
    <ul className="flex flex-col gap-3">
      {data.map((storage) => (
        <StorageCard key={storage.id} storage={storage} />
      ))}
    </ul>
  );
}

function CardSkeletons() {
  const { t } = useWords();
  return (
    <div role="status" aria-label={t('loading')} className="flex animate-late flex-col gap-3">
      {[0, 1].map((index) => (
        <div key={index} className="h-32 animate-pulse rounded-panel bg-hover" />
      ))}
    </div>
  );
}
