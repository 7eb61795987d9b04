import { Languages, Moon, Sun, SunMoon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '../i18n/i18n.ts';
import { type Theme, usePreference } from '../preferences/preferences.tsx';
import { IconButton } from '../ui/button.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';

const THEMES: readonly { theme: Theme; icon: typeof Sun }[] = [
  { theme: 'system', icon: SunMoon },
  { theme: 'light', icon: Sun },
  { theme: 'dark', icon: Moon },
];

/** The menu lines by which theme and language are chosen. */
export function useLookItems(): MenuItem[] {
  const { t } = useTranslation();
  const [theme, setTheme] = usePreference('theme');
  const [language, setLanguage] = usePreference('language');
  return [
    { type: 'label', id: 'theme', text: t('account.theme') },
    ...THEMES.map(({ theme: value, icon: Icon }) => ({
      type: 'choice' as const,
      id: value,
      text: t(`account.theme_${value}`),
      icon: <Icon size={16} aria-hidden className="text-muted" />,
      chosen: theme === value,
      onSelect: () => setTheme(value),
    })),
    { type: 'separator', id: 'between' },
    { type: 'label', id: 'language', text: t('account.language') },
    ...LANGUAGES.map(({ code, name }) => ({
      type: 'choice' as const,
      id: code,
      text: name,
      chosen: language === code,
      onSelect: () => setLanguage(code),
    })),
  ];
}

/** Theme and language for those who haven't signed in. */
export function LookMenu() {
  const { t } = useTranslation();
  const items = useLookItems();
  return (
    <Menu
      items={items}
      trigger={(props) => (
        <IconButton
          label={`${t('account.theme')}, ${t('account.language')}`}
          icon={<Languages size={20} />}
          {...props}
        />
      )}
    />
  );
}
