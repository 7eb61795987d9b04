import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { emptyTrash, purge, restore, trashQuery, type TrashedEntry } from '../api/trash.ts';
import { useFormat } from '../format/use-format.ts';
import { useApi } from '../session/session.tsx';
import type { TreePath } from '../tree/tree-path.ts';
import { useToasts } from '../ui/toaster.tsx';
import { useWords } from './use-words.ts';

/** The trash of one storage, and what can be done with what lies in it. */
export interface Trash {
  /** Undefined until the first page is there. */
  readonly entries: readonly TrashedEntry[] | undefined;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly readMore: () => void;
  readonly retry: () => void;
  /** Something is being done; nothing else may begin. */
  readonly busy: boolean;
  readonly restore: (ids: readonly string[]) => Promise<void>;
  readonly purge: (ids: readonly string[]) => Promise<void>;
  readonly empty: () => Promise<void>;
}

export function useTrash(path: TreePath): Trash {
  const { t } = useWords();
  const format = useFormat();
  const toasts = useToasts();
  const api = useApi();
  const queries = useQueryClient();
  const query = useInfiniteQuery(trashQuery(api, path));
  const [busy, setBusy] = useState(false);

  const act = async (
    run: () => Promise<void>,
    words: { readonly done: string; readonly failed: (reason: string) => string },
  ): Promise<void> => {
    setBusy(true);
    try {
      await run();
      toasts.show(words.done);
    } catch (error) {
      toasts.show(words.failed(error instanceof Error ? error.message : String(error)), 'bad');
    } finally {
      setBusy(false);
    }
    await queries.invalidateQueries({ queryKey: ['trash', 'content'] });
    await queries.invalidateQueries({ queryKey: ['folder'] });
  };
  const counted = (ids: readonly string[]) => ({ count: ids.length, formatted: format.number(ids.length) });

  return {
    entries: query.data?.pages.flatMap((page) => page.entries),
    error: query.error,
    hasMore: query.hasNextPage,
    readMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
    busy,
    restore: (ids) =>
      act(() => restore(api, path, ids), {
        done: t('restored', counted(ids)),
        failed: (reason) => t('restore_failed', { reason }),
      }),
    purge: (ids) =>
      act(() => purge(api, path, ids), {
        done: t('purged', counted(ids)),
        failed: (reason) => t('action_failed', { reason }),
      }),
    empty: () =>
      act(() => emptyTrash(api, path), {
        done: t('emptied'),
        failed: (reason) => t('action_failed', { reason }),
      }),
  };
}
