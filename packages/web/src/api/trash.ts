import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { TreePath } from '../tree/tree-path.ts';
import type { Api } from './client.ts';
import { type Entry, readEntry } from './entries.ts';
import { readList, readRecord, readText, readTime } from './read.ts';

/** A storage that has a trash. */
export interface TrashPlace {
  /** The path to ask for it by. */
  readonly path: TreePath;
  readonly provider: string;
}

export function trashPlacesQuery(api: Api) {
  return queryOptions({
    queryKey: ['trash', 'places'],
    queryFn: async ({ signal }): Promise<readonly TrashPlace[]> =>
      readList(await api('/fs/trash/places', { body: {}, signal })).map((item) => {
        const { path, provider } = readRecord(item);
        return { path: readText(path), provider: readText(provider) };
      }),
    staleTime: 60_000,
  });
}

/** Something in the trash. */
export interface TrashedEntry {
  readonly entry: Entry;
  /** The folder that it lay in; '' when that is gone. */
  readonly from: TreePath;
  /** When the storage takes it away for good, in ms since the epoch. */
  readonly purgeAt: number | undefined;
}

export function trashKey(path: TreePath): readonly ['trash', 'content', TreePath] {
  return ['trash', 'content', path];
}

/** What lies in the trash of one storage, page by page. */
export function trashQuery(api: Api, path: TreePath) {
  return infiniteQueryOptions({
    queryKey: trashKey(path),
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const wire = readRecord(await api('/fs/trash/list', { body: { path, cursor: pageParam }, signal }));
      return { entries: readList(wire['content']).map(readTrashed), next: readText(wire['next']) };
    },
    getNextPageParam: (last) => (last.next === '' ? undefined : last.next),
    staleTime: 0,
  });
}

function readTrashed(value: unknown): TrashedEntry {
  const wire = readRecord(value);
  return { entry: readEntry(wire), from: readText(wire['from']), purgeAt: readTime(wire['purge_at']) };
}

/** Most ids that the gateway takes in one call. */
export const MOST_IDS = 1000;

/** Puts things back where they lay; all of them, or none with an ApiError that says why. */
export async function restore(api: Api, path: TreePath, ids: readonly string[]): Promise<void> {
  await api('/fs/trash/restore', { body: { path, ids } });
}

export async function purge(api: Api, path: TreePath, ids: readonly string[]): Promise<void> {
  await api('/fs/trash/purge', { body: { path, ids } });
}

export async function emptyTrash(api: Api, path: TreePath): Promise<void> {
  await api('/fs/trash/empty', { body: { path } });
}
