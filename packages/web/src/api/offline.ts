import { queryOptions } from '@tanstack/react-query';
import type { TreePath } from '../tree/tree-path.ts';
import type { Api } from './client.ts';
import { readList, readRecord, readText } from './read.ts';
import { readTask, type Task } from './tasks.ts';

/** Names of the tools that fetch links. */
export function offlineToolsQuery(api: Api) {
  return queryOptions({
    queryKey: ['offline', 'tools'],
    queryFn: async ({ signal }): Promise<readonly string[]> =>
      readList(await api('/public/offline_download_tools', { signal })).map(readText),
    staleTime: 5 * 60_000,
  });
}

/** What is to be fetched, and where to. */
export interface OfflineWish {
  readonly path: TreePath;
  readonly urls: readonly string[];
  readonly tool: string;
  /** Name of a single link's file or folder; '' for its own. */
  readonly name: string;
  /** What becomes of it when it has come. */
  readonly after?: Readonly<Record<string, string | number>>;
}

/** Begins a task for each link. @throws ApiError when the tool can't serve the folder; nothing is begun then. */
export async function addOfflineDownloads(api: Api, wish: OfflineWish): Promise<readonly Task[]> {
  const wire = readRecord(await api('/fs/add_offline_download', { body: { ...wish, delete_policy: '' } }));
  return readList(wire['tasks']).map(readTask);
}
