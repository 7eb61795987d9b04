import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Mark } from '../brand/mark.tsx';
import { useFormat } from '../format/use-format.ts';
import { type NavItem, useNavItems } from './nav-items.ts';

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
      {useNavItems().map(({ to, label, icon: Icon, running }) => (
        <Link
          key={to}
          to={to}
          title={t(label)}
          className="relative flex h-10 touch:h-12 items-center gap-3 rounded-control px-2.5 text-muted transition-colors hover:bg-hover hover:text-text"
          activeProps={{ className: 'bg-accent-soft text-accent! font-medium', 'aria-current': 'page' }}
        >
          <Icon size={20} aria-hidden className="shrink-0" />
          <span className="sr-only lg:not-sr-only lg:flex-1">{t(label)}</span>
          <Running count={running} label={label} className="max-lg:absolute max-lg:top-0 max-lg:right-0" />
        </Link>
      ))}
    </nav>
  );
}

interface RunningProps {
  readonly count: number;
  readonly label: NavItem['label'];
  readonly className: string;
}

/** How many tasks are under way behind a place. */
export function Running({ count, label, className }: RunningProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (count === 0) return null;
  const words = t('nav.running', { count, name: t(label), formatted: format.number(count) });
  return (
    <span
      title={words}
      className={`figures min-w-5 rounded-full bg-accent-soft px-1.5 text-center text-xs font-medium text-accent ${className}`}
    >
      <span aria-hidden>{count > 99 ? '99+' : format.number(count)}</span>
      <span className="sr-only">{words}</span>
    </span>
  );
}
