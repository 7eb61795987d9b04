import { queryOptions } from '@tanstack/react-query';
import type { TreePath } from '../tree/tree-path.ts';
import type { Api } from './client.ts';
import { readList, readRecord, readText } from './read.ts';

export function foldersKey(path: TreePath): readonly ['folders', TreePath] {
  return ['folders', path];
}

/** Names of the folders in a folder, for choosing one. */
export function foldersQuery(api: Api, path: TreePath) {
  return queryOptions({
    queryKey: foldersKey(path),
    queryFn: async ({ signal }): Promise<readonly string[]> =>
      readList(await api('/fs/dirs', { body: { path }, signal })).map((item) =>
        readText(readRecord(item)['name']),
      ),
    staleTime: 10_000,
  });
}

export async function makeFolder(api: Api, path: TreePath): Promise<void> {
  await api('/fs/mkdir', { body: { path } });
}
