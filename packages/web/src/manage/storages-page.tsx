import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { HardDrive, Plus } from 'lucide-react';
import { useApi } from '../session/session.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { ManagePage } from './manage-page.tsx';
import { StorageCard } from './storage-card.tsx';
import { storageListQuery } from './storages.ts';
import { useWords } from './use-words.ts';

/** All storages with their states. */
export function StoragesPage() {
  const { t } = useWords();
  return (
    <ManagePage tab="storages" actions={<AddLink />}>
      <p className="text-muted">{t('lead')}</p>
      <StorageList />
    </ManagePage>
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
