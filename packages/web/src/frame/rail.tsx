import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Mark } from '../brand/mark.tsx';
import { useNavItems } from './nav-items.ts';

/** The places of the app at the left edge: with words where there is room, with icons alone on tablets. */
export function Rail() {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t('nav.label')}
      className="flex w-16 shrink-0 flex-col gap-1 border-r border-line bg-canvas px-3 py-3 lg:w-52"
    >
      <Link
        to="/files"
        className="mb-2 flex h-9 items-center gap-2.5 rounded-control px-1.5 text-lg font-semibold tracking-tight"
      >
        <Mark size={28} />
        <span className="sr-only lg:not-sr-only">{t('app.name')}</span>
      </Link>
      {useNavItems().map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          title={t(label)}
          className="flex h-10 touch:h-12 items-center gap-3 rounded-control px-2.5 text-muted transition-colors hover:bg-hover hover:text-text"
          activeProps={{ className: 'bg-accent-soft text-accent! font-medium', 'aria-current': 'page' }}
        >
          <Icon size={20} aria-hidden className="shrink-0" />
          <span className="sr-only lg:not-sr-only">{t(label)}</span>
        </Link>
      ))}
    </nav>
  );
}

/** The same at a phone's lower edge. With a single place to be there is nothing to choose, and no bar. */
export function BottomBar() {
  const { t } = useTranslation();
  const items = useNavItems();
  if (items.length < 2) return null;
  return (
    <nav
      aria-label={t('nav.label')}
      className="flex shrink-0 border-t border-line bg-canvas pb-[env(safe-area-inset-bottom)]"
    >
      {items.map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className="flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-xs text-muted"
          activeProps={{ className: 'text-accent! font-medium', 'aria-current': 'page' }}
        >
          <Icon size={22} aria-hidden />
          {t(label)}
        </Link>
      ))}
    </nav>
  );
}
