import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Entry } from '../api/entries.ts';
import { folderKey, folderQuery, refreshFolder } from '../api/queries.ts';
import { useApi, useMe } from '../session/session.tsx';
import type { TreePath } from '../tree/tree-path.ts';

/** A folder as far as it has been read. */
export interface Folder {
  readonly path: TreePath;
  /** What came, page by page; undefined before the first. */
  readonly pages: readonly (readonly Entry[])[] | undefined;
  /** Whether what is removed here can be restored; undefined before the first page. */
  readonly trash: boolean | undefined;
  /** Whether this person may put something here. */
  readonly writable: boolean;
  /** Everything is there. */
  readonly complete: boolean;
  /** Why the folder, or the rest of it, didn't come. */
  readonly error: Error | null;
  readonly fetching: boolean;
  /** Goes on where reading stopped, or starts anew where it never began. */
  readonly readOn: () => void;
  /** Asks again, past the gateway's cache where this person may. */
  readonly refresh: () => Promise<void>;
}

/** Reads a folder page by page until it is there, as long as somebody looks at it. */
export function useFolder(path: TreePath, enabled = true): Folder {
  const query = useInfiniteQuery({ ...folderQuery(useApi(), path), enabled });
  const { data, error, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage, refetch } = query;
  const wantsMore = enabled && hasNextPage && !isFetching && !isFetchNextPageError;
  useEffect(() => {
    if (wantsMore) void fetchNextPage({ cancelRefetch: false });
  }, [wantsMore, fetchNextPage]);
  const refresh = useRefresh(path);
  return {
    path,
    pages: useMemo(() => data?.pages.map((page) => page.entries), [data]),
    trash: data?.pages[0]?.trash,
    writable: data?.pages[0]?.write ?? false,
    complete: data !== undefined && !hasNextPage,
    error,
    fetching: isFetching,
    readOn: () => void (isFetchNextPageError ? fetchNextPage() : refetch()),
    refresh,
  };
}

function useRefresh(path: TreePath): () => Promise<void> {
  const api = useApi();
  const queries = useQueryClient();
  const mayRefresh = useMe()?.canWrite ?? false;
  return async () => {
    // What the storage answers is shown by the query below, errors included.
    if (mayRefresh) await refreshFolder(api, path).catch(() => undefined);
    await queries.invalidateQueries({ queryKey: folderKey(path) });
  };
}
