import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { TreePath } from '../tree/tree-path.ts';
import type { Api } from './client.ts';
import { readDetails, readFolderPage } from './entries.ts';
import { readList, readNumber, readRecord, readText } from './read.ts';

/** Entries asked for at once; the first page is on the screen while the others come. */
export const FOLDER_PAGE_SIZE = 500;

/** How long a listing counts as fresh: within it, going back to a folder asks nothing. */
const FRESH_MS = 30_000;

export function folderKey(path: TreePath): readonly ['folder', TreePath] {
  return ['folder', path];
}

/** A folder, page by page. */
export function folderQuery(api: Api, path: TreePath) {
  return infiniteQueryOptions({
    queryKey: folderKey(path),
    initialPageParam: 1,
    queryFn: async ({ pageParam, signal }) =>
      readFolderPage(
        await api('/fs/list', { body: { path, page: pageParam, per_page: FOLDER_PAGE_SIZE }, signal }),
      ),
    getNextPageParam: (last, _, page) => (last.hasMore ? page + 1 : undefined),
    staleTime: FRESH_MS,
  });
}

/** Makes the gateway ask the storage anew for a folder, past its cache. Needs the right to write. */
export async function refreshFolder(api: Api, path: TreePath, signal?: AbortSignal): Promise<void> {
  await api('/fs/list', { body: { path, page: 1, per_page: 1, refresh: true }, signal });
}

/** One file or folder with everything that is known of it. */
export function detailsQuery(api: Api, path: TreePath) {
  return queryOptions({
    queryKey: ['details', path],
    queryFn: async ({ signal }) =>
      readDetails(await api('/fs/get', { body: { path, variants: true }, signal })),
    staleTime: FRESH_MS,
  });
}

/** Who is signed in, or the guest (API reference §2.6). */
export interface Me {
  readonly username: string;
  readonly basePath: TreePath;
  readonly role: 'admin' | 'guest' | 'general';
  readonly canWrite: boolean;
  readonly canRename: boolean;
  readonly canMove: boolean;
  readonly canCopy: boolean;
  readonly canRemove: boolean;
  /** May have links fetched into folders. */
  readonly canFetch: boolean;
}

/** Bits of the permission mask (API reference §2.6). */
const Bit = {
  fetch: 1 << 2,
  write: 1 << 3,
  rename: 1 << 4,
  move: 1 << 5,
  copy: 1 << 6,
  remove: 1 << 7,
} as const;

export function meQuery(api: Api, token: string) {
  return queryOptions({
    queryKey: ['me', token],
    queryFn: async ({ signal }): Promise<Me> => {
      const wire = readRecord(await api('/me', { signal }));
      const role = readNumber(wire['role']);
      const permission = readNumber(wire['permission']);
      const may = (bit: number) => role === 2 || (permission & bit) !== 0;
      return {
        username: readText(wire['username']),
        basePath: readText(wire['base_path']) || '/',
        role: role === 2 ? 'admin' : role === 1 ? 'guest' : 'general',
        canWrite: may(Bit.write),
        canRename: may(Bit.rename),
        canMove: may(Bit.move),
        canCopy: may(Bit.copy),
        canRemove: may(Bit.remove),
        canFetch: may(Bit.fetch),
      };
    },
    staleTime: 5 * 60_000,
  });
}

/** What anyone may know of this gateway (API reference §6.7). */
export interface PublicSettings {
  readonly demo: boolean;
  readonly version: string;
  readonly title: string;
}

export function settingsQuery(api: Api) {
  return queryOptions({
    queryKey: ['settings'],
    queryFn: async ({ signal }): Promise<PublicSettings> => {
      const wire = readRecord(await api('/public/settings', { signal }));
      return {
        demo: wire['demo'] === 'true',
        version: readText(wire['version']),
        title: readText(wire['site_title']),
      };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** A configured storage, as far as the file pages need it. */
export interface StorageBrief {
  readonly id: number;
  /** In the whole tree. */
  readonly mountPath: TreePath;
  readonly driver: string;
}

/** Admins only. */
export function storagesQuery(api: Api) {
  return queryOptions({
    queryKey: ['storages', 'brief'],
    queryFn: async ({ signal }): Promise<readonly StorageBrief[]> => {
      const wire = readRecord(await api('/admin/storage/list', { signal }));
      return readList(wire['content']).map((item) => {
        const { id, mount_path, driver } = readRecord(item);
        return { id: readNumber(id), mountPath: readText(mount_path), driver: readText(driver) };
      });
    },
  });
}
