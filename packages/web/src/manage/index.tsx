import { lazy, Suspense } from 'react';
import { WithStrings } from '../i18n/with-strings.tsx';
import { ManagePage } from './manage-page.tsx';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';
import { EditStoragePage, NewStoragePage } from './storage-pages.tsx';
import { StoragesPage } from './storages-page.tsx';

const SettingsPage = lazy(() => import('./settings/settings-page.tsx'));

export interface ManagePagesProps {
  /** The address behind `/manage/`: '' or, say, `storages/new`. */
  readonly splat: string;
  /** The driver kind to begin a new storage with. */
  readonly driver?: string | undefined;
}

/** All screens under `/manage`. */
export function ManagePages(props: ManagePagesProps) {
  return (
    <WithStrings namespace="manage" strings={{ en, 'zh-CN': zhCN }}>
      <Screen {...props} />
    </WithStrings>
  );
}

/** The storages, a new one, one of them, or the settings. Any other address shows the storages. */
function Screen({ splat, driver }: ManagePagesProps) {
  const [area, item = ''] = splat.split('/');
  if (area === 'storages' && item === 'new') return <NewStoragePage key={driver} driver={driver} />;
  if (area === 'storages' && /^\d+$/.test(item)) return <EditStoragePage key={item} id={Number(item)} />;
  if (area === 'settings') {
    return (
      <ManagePage tab="settings">
        <Suspense>
          <SettingsPage />
        </Suspense>
      </ManagePage>
    );
  }
  return <StoragesPage />;
}
