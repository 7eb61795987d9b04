import { ShieldAlert } from 'lucide-react';
import { TitleBar } from '../frame/top-bar.tsx';
import { WithStrings } from '../i18n/with-strings.tsx';
import { useIsAdmin } from '../session/session.tsx';
import { Notice } from '../ui/notice.tsx';
import { ImportPage } from './import/import-page.tsx';
import { SharesPage } from './shares-page.tsx';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';
import { useWords } from './use-words.ts';

export interface SharesScreenProps {
  readonly screen: 'list' | 'import';
}

/** The shares that are mounted, or adding more of them. */
export function SharesScreen(props: SharesScreenProps) {
  return (
    <WithStrings namespace="shares" strings={{ en, 'zh-CN': zhCN }}>
      <Screen {...props} />
    </WithStrings>
  );
}

function Screen({ screen }: SharesScreenProps) {
  const admin = useIsAdmin();
  const { t } = useWords();
  if (admin) return screen === 'import' ? <ImportPage /> : <SharesPage />;
  return (
    <>
      <TitleBar title={t('title')} />
      <Notice icon={<ShieldAlert size={26} />} title={t('admins_only')} />
    </>
  );
}
