import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Api } from '../api/client.ts';
import type { Entry, MountState } from '../api/entries.ts';
import { folderQuery } from '../api/queries.ts';
import { useApi } from '../session/session.tsx';
import { baseName, parentOf, ROOT, trailOf, type TreePath } from '../tree/tree-path.ts';

/** A storage that holds a path, and how it is doing. */
export interface MountAbove {
  readonly path: TreePath;
  /** Its path in the whole tree. */
  readonly fullPath: TreePath;
  readonly state: MountState;
}

/** Finds the storage in which `path` lies, for a folder that couldn't be read. Null when there is none to be seen. */
export function useMountAbove(path: TreePath) {
  const api = useApi();
  const queries = useQueryClient();
  return useQuery({
    queryKey: ['mount-above', path],
    queryFn: () => findMount(api, queries, path),
  });
}

/** Goes down from the root as far as folders can be listed; the deepest storage on the way is it. */
async function findMount(api: Api, queries: QueryClient, path: TreePath): Promise<MountAbove | null> {
  let found: MountAbove | null = null;
  for (const step of trailOf(path)) {
    if (step === ROOT) continue;
    const entry = await entryAt(api, queries, step);
    if (entry === undefined) break;
    if (entry.mount !== undefined) found = { path: step, fullPath: entry.fullPath, state: entry.mount };
  }
  return found;
}

/** The entry as its parent's first page has it now; undefined where the parent can't be listed. */
async function entryAt(api: Api, queries: QueryClient, path: TreePath): Promise<Entry | undefined> {
  try {
    const { pages } = await queries.fetchInfiniteQuery({
      ...folderQuery(api, parentOf(path)),
      staleTime: 0,
      pages: 1,
    });
    return pages.flatMap((page) => page.entries).find(({ name }) => name === baseName(path));
  } catch {
    return undefined; // the storage above it is what doesn't work
  }
}
