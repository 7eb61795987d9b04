import { KeyRound } from 'lucide-react';
import { TitleBar } from '../frame/top-bar.tsx';
import { WithStrings } from '../i18n/with-strings.tsx';
import { useMe } from '../session/session.tsx';
import { Notice } from '../ui/notice.tsx';
import { davAddress } from './app-passwords.ts';
import { CarryText } from './carry-text.tsx';
import { NewPassword } from './new-password.tsx';
import { PasswordList } from './password-list.tsx';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';
import { useWords } from './use-words.ts';

/** Passwords for programs: making, seeing and revoking one's own. */
export function AppPasswords() {
  return (
    <WithStrings namespace="app-passwords" strings={{ en, 'zh-CN': zhCN }}>
      <Screen />
    </WithStrings>
  );
}

function Screen() {
  const { t } = useWords();
  const me = useMe();
  if (me === undefined) return null;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TitleBar title={t('title')} />
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-3xl flex-col gap-6 p-4 sm:p-6">
          {me.role === 'guest' ? (
            <Notice icon={<KeyRound size={24} />} title={t('guests')}>
              {t('guests_text')}
            </Notice>
          ) : (
            <Content />
          )}
        </div>
      </div>
    </div>
  );
}

function Content() {
  const { t } = useWords();
  return (
    <>
      <p className="text-pretty text-muted">{t('lead')}</p>
      <div className="flex flex-col gap-1.5">
        <h2 className="font-medium">{t('address')}</h2>
        <CarryText text={davAddress(window.location.origin)} label={t('address')} />
      </div>
      <NewPassword />
      <PasswordList />
    </>
  );
}
