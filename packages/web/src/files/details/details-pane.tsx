import { X } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreference } from '../../preferences/preferences.tsx';
import { childPath, type TreePath } from '../../tree/tree-path.ts';
import { IconButton } from '../../ui/button.tsx';
import { useMedia } from '../../ui/use-media.ts';
import type { ListControl } from '../use-list-control.ts';
import { EntryFacts, ManyFacts } from './lazy.tsx';

const Dialog = lazy(async () => ({ default: (await import('../../ui/dialog.tsx')).Dialog }));

/** Details of what is selected in a folder: beside the list where there is room, else as a sheet over it. */
export function DetailsPane({ folder, control }: { folder: TreePath; control: ListControl }) {
  const { t } = useTranslation();
  const { selected, cursor, entries } = control;
  const only = selected.length === 0 ? entries[cursor] : selected.length === 1 ? selected[0] : undefined;
  return (
    <Pane>
      {selected.length > 1 ? (
        <ManyFacts entries={selected} />
      ) : only === undefined ? (
        <p className="p-5 text-muted">{t('details.nothing')}</p>
      ) : (
        <EntryFacts key={only.name} path={childPath(folder, only.name)} entry={only} />
      )}
    </Pane>
  );
}

/** The place for details; shown when the person wants it. */
export function Pane({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [open, setOpen] = usePreference('detailsOpen');
  const beside = useMedia('(width >= 64rem)');
  const close = () => setOpen(false);
  useToggleKey(() => setOpen(!open));
  if (!open) return null;
  if (!beside) {
    return (
      <Suspense>
        <Dialog title={t('details.title')} closeLabel={t('details.close')} shape="sheet" onClose={close}>
          {children}
        </Dialog>
      </Suspense>
    );
  }
  return (
    <aside
      aria-label={t('details.title')}
      className="flex w-80 shrink-0 animate-slide-in flex-col overflow-y-auto border-l border-line"
    >
      <header className="sticky top-0 z-10 flex h-9 shrink-0 items-center justify-between border-b border-line bg-surface pr-1 pl-5 text-sm text-muted">
        <h2>{t('details.title')}</h2>
        <IconButton label={t('details.close')} icon={<X size={16} />} className="size-8!" onClick={close} />
      </header>
      {children}
    </aside>
  );
}

function useToggleKey(toggle: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !event.altKey || event.defaultPrevented) return;
      event.preventDefault();
      toggle();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}
