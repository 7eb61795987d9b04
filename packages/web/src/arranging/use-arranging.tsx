import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../api/entries.ts';
import { useMe } from '../session/session.tsx';
import type { TreePath } from '../tree/tree-path.ts';
import { useToasts } from '../ui/toaster.tsx';
import type { ArrangeWish } from './wish.ts';

const ArrangeDialog = lazy(() => import('./index.tsx'));

/** Moving, copying and renaming entries of a folder. */
export interface Arranging {
  /** What this person may do here. */
  readonly offered: { readonly move: boolean; readonly copy: boolean; readonly rename: boolean };
  /** Asks where to, and does it. */
  readonly start: (what: 'move' | 'copy', entries: readonly Entry[]) => void;
  /** Asks for another name, and gives it. */
  readonly rename: (entry: Entry) => void;
  /** What is asked, while it is. */
  readonly dialog: ReactNode;
}

interface Setup {
  readonly folder: TreePath;
  /** Whether the folder can be changed. */
  readonly writable: boolean;
  readonly onRenamed: (name: string) => void;
}

export function useArranging({ folder, writable, onRenamed }: Setup): Arranging {
  const { t } = useTranslation();
  const me = useMe();
  const toasts = useToasts();
  const [wish, setWish] = useState<ArrangeWish>();
  const offered = {
    move: writable && me?.canMove === true,
    copy: me?.canCopy === true,
    rename: writable && me?.canRename === true,
  };
  const ask = (next: ArrangeWish, entries: readonly Entry[]): void => {
    if (!offered[next.what] || entries.length === 0) return;
    if (entries.some(({ mount }) => mount !== undefined)) return toasts.show(t('arrange.storage'), 'bad');
    setWish(next);
  };
  const dialog = wish !== undefined && (
    <Suspense>
      <ArrangeDialog {...{ folder, wish, onRenamed }} onClose={() => setWish(undefined)} />
    </Suspense>
  );
  return {
    offered,
    start: (what, entries) => ask({ what, entries }, entries),
    rename: (entry) => ask({ what: 'rename', entry }, [entry]),
    dialog,
  };
}
