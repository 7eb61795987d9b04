import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Menu } from '../ui/menu.tsx';
import { type NavItem, useNavItems } from './nav-items.ts';
import { Running } from './rail.tsx';

/** So many fit a thumb; more of them go behind the last. */
const MOST = 4;
/** Those that stay in sight on a phone. */
const FIRST: readonly NavItem['to'][] = ['/files', '/offline', '/tasks'];

const ITEM = 'relative flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-xs text-muted';

/** The places of the app at a phone's lower edge. With a single place to be there is nothing to choose, and no bar. */
export function BottomBar() {
  const { t } = useTranslation();
  const items = useNavItems();
  if (items.length < 2) return null;
  const fit = items.length <= MOST;
  const shown = fit ? items : items.filter(({ to }) => FIRST.includes(to));
  const rest = fit ? [] : items.filter(({ to }) => !FIRST.includes(to));
  return (
    <nav
      aria-label={t('nav.label')}
      className="flex shrink-0 border-t border-line bg-canvas pb-[env(safe-area-inset-bottom)]"
    >
      {shown.map(({ to, label, icon: Icon, running }) => (
        <Link
          key={to}
          to={to}
          className={ITEM}
          activeProps={{ className: 'text-accent! font-medium', 'aria-current': 'page' }}
        >
          <Icon size={22} aria-hidden />
          {t(label)}
          <Running count={running} label={label} className="absolute top-1 left-1/2 ml-1.5" />
        </Link>
      ))}
      {rest.length > 0 && <More items={rest} />}
    </nav>
  );
}

function More({ items }: { items: readonly NavItem[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Menu
      items={items.map(({ to, label, icon: Icon }) => ({
        type: 'action',
        id: to,
        text: t(label),
        icon: <Icon size={16} />,
        onSelect: () => void navigate({ to }),
      }))}
      trigger={(props) => (
        <button type="button" className={ITEM} {...props}>
          <Ellipsis size={22} aria-hidden />
          {t('nav.more')}
        </button>
      )}
    />
  );
}
