import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { baseName, parentOf, ROOT, splatOf, type TreePath } from '../tree/tree-path.ts';
import { useNarrow } from '../ui/use-media.ts';
import { AccountMenu } from './account-menu.tsx';
import { Breadcrumb } from './breadcrumb.tsx';
import { HistoryButtons } from './history-buttons.tsx';

interface TopBarProps {
  /** Back and forward, then where one is. */
  readonly where: ReactNode;
  /** What can be done here, before the account. */
  readonly actions?: ReactNode;
}

/** The bar above every screen. */
export function TopBar({ where, actions }: TopBarProps) {
  const narrow = useNarrow();
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 border-b border-line bg-surface px-2 md:px-3">
      {!narrow && <HistoryButtons />}
      {where}
      <div className="flex shrink-0 items-center">
        {actions}
        <AccountMenu />
      </div>
    </header>
  );
}

/** For screens that are no place in the tree. */
export function TitleBar({ title, actions }: { title: string; actions?: ReactNode }) {
  return (
    <TopBar
      where={<h1 className="min-w-0 flex-1 truncate px-2 text-lg font-semibold">{title}</h1>}
      actions={actions}
    />
  );
}

interface PathBarProps {
  readonly path: TreePath;
  /** A quiet line below the title on phones. */
  readonly note?: string | undefined;
  readonly actions?: ReactNode;
}

/** For places in the tree: a breadcrumb; on a phone a title with a way up. */
export function PathBar({ path, note, actions }: PathBarProps) {
  const narrow = useNarrow();
  return (
    <TopBar
      where={narrow ? <PhoneTitle path={path} note={note} /> : <Breadcrumb path={path} />}
      actions={actions}
    />
  );
}

function PhoneTitle({ path, note }: { path: TreePath; note: string | undefined }) {
  const { t } = useTranslation();
  const parent = parentOf(path);
  const nameOf = (of: TreePath) => (of === ROOT ? t('nav.files') : baseName(of));
  return (
    <>
      {path !== ROOT && (
        <Link
          to="/files/$"
          params={{ _splat: splatOf(parent) }}
          aria-label={t('nav.up', { name: nameOf(parent) })}
          className="flex size-11 shrink-0 items-center justify-center rounded-control text-muted active:bg-pressed"
        >
          <ArrowLeft size={22} aria-hidden />
        </Link>
      )}
      <div className="min-w-0 flex-1 px-2">
        <h1 className="truncate text-lg/5 font-semibold whitespace-pre">{nameOf(path)}</h1>
        <p className="figures truncate text-xs text-muted empty:hidden">{note}</p>
      </div>
    </>
  );
}
