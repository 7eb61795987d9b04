import { useNavigate } from '@tanstack/react-router';
import { CircleUserRound, Keyboard, KeyRound, LogIn, LogOut } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '../api/queries.ts';
import { useApi, useMe, useSignOut } from '../session/session.tsx';
import { IconButton } from '../ui/button.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { useKeyboardHelp } from './keyboard-help.tsx';
import { useLookItems } from './look-menu.tsx';

/** Who is signed in; theme, language, shortcuts; the way out. */
export function AccountMenu() {
  const { t } = useTranslation();
  const items = useItems();
  return (
    <Menu
      items={items}
      trigger={(props) => (
        <IconButton label={t('account.label')} icon={<CircleUserRound size={20} />} {...props} />
      )}
    />
  );
}

function useItems(): MenuItem[] {
  const { t } = useTranslation();
  const me = useMe();
  const version = useQuery(settingsQuery(useApi())).data?.version ?? '';
  const look = useLookItems();
  const showKeys = useKeyboardHelp();
  const session = useSessionItem();
  const appPasswords = useAppPasswordsItem();
  const guest = me?.role === 'guest';
  const who = guest ? t('account.visiting') : t('account.signed_in_as', { name: me?.username ?? '…' });
  return [
    { type: 'label', id: 'who', text: who },
    { type: 'separator', id: 'first' },
    ...look,
    { type: 'separator', id: 'second' },
    {
      type: 'action',
      id: 'keys',
      text: t('account.keys'),
      icon: <Keyboard size={16} />,
      onSelect: showKeys,
    },
    ...(guest ? [] : [appPasswords]),
    session,
    ...(version === ''
      ? []
      : [{ type: 'label' as const, id: 'version', text: t('account.version', { version }) }]),
  ];
}

function useAppPasswordsItem(): MenuItem {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return {
    type: 'action',
    id: 'app-passwords',
    text: t('account.app_passwords'),
    icon: <KeyRound size={16} />,
    onSelect: () => void navigate({ to: '/app-passwords' }),
  };
}

function useSessionItem(): MenuItem {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const guest = useMe()?.role === 'guest';
  return {
    type: 'action',
    id: 'session',
    text: t(guest ? 'account.sign_in' : 'account.sign_out'),
    icon: guest ? <LogIn size={16} /> : <LogOut size={16} />,
    onSelect: () => {
      if (!guest) signOut();
      void navigate({ to: '/sign-in', search: {} });
    },
  };
}
