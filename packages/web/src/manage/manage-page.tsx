import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { TitleBar } from '../frame/top-bar.tsx';
import { useMe } from '../session/session.tsx';
import { Notice } from '../ui/notice.tsx';
import { ManageTabs, type Tab } from './manage-tabs.tsx';
import { useWords } from './use-words.ts';

interface ManagePageProps {
  readonly tab: Tab;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of Manage, which admins alone see. */
export function ManagePage({ tab, actions, children }: ManagePageProps) {
  const { t } = useWords();
  const me = useMe();
  if (me === undefined) return null;
  const admin = me.role === 'admin';
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TitleBar title={t(tab)} actions={admin && actions} />
      {admin && <ManageTabs at={tab} />}
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-[48rem] flex-col gap-4 p-4 sm:p-6">
          {admin ? (
            children
          ) : (
            <Notice icon={<Lock size={24} />} title={t('admins_only')}>
              {t('admins_only_text')}
            </Notice>
          )}
        </div>
      </div>
    </div>
  );
}
