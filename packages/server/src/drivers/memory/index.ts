import { throwIfAborted } from '../../core/abort.ts';
import { defineConfig } from '../../core/config-fields.ts';
import type { Call, Driver, DriverType, UploadSource } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { bytesStream, collect } from './bytes.ts';
import { type MemoryTree, ROOT_ID, Tree } from './tree.ts';

export type { MemoryTree } from './tree.ts';

export interface MemoryOptions {
  /** Entries on a page. Default 100. */
  readonly pageSize?: number;
  /** Bytes that fit in. Default: no limit. */
  readonly capacity?: number;
  /** Default: the machine's clock. */
  readonly now?: () => number;
}

/**
 * A storage that lives in memory and is gone when it is closed. For tests, and to read before writing a driver of one's own:
 * every operation is a function of its arguments and the context, and the driver is an object that holds them.
 */
export function createMemoryDriver(content: MemoryTree = {}, options: MemoryOptions = {}): Driver {
  const { pageSize = 100, capacity, now = () => Date.now() } = options;
  if (!Number.isInteger(pageSize) || pageSize < 1) throw new Error('pageSize must be 1 or more');
  const tree = new Tree(content, now);

  const list: Call<'list'> = async ({ dir, cursor }, { signal }) => {
    throwIfAborted(signal);
    const behind = placeOf(cursor);
    const places = [...tree.folder(dir).values()]
      .map((id) => tree.get(id))
      .filter(({ order }) => order > behind)
      .sort((a, b) => a.order - b.order);
    const page = places.slice(0, pageSize);
    const entries = page.map(({ entry }) => entry);
    const last = page.at(-1);
    return places.length > pageSize && last !== undefined ? { entries, next: `${last.order}` } : { entries };
  };

  const checkSpace = (bytes: number): void => {
    const { used, trashed } = tree.space();
    if (capacity === undefined || used + trashed + bytes <= capacity) return;
    throw new StorageError('quota_exceeded', 'the storage is full', {
      detail: { remedy: 'Remove files that are not needed any more.' },
    });
  };

  return {
    kind: 'Memory',
    root: ROOT_ID,
    traits: {
      duplicateNames: false,
      caseSensitive: true,
      listTtlMs: 60_000,
      localSort: true,
      replacesAtOnce: true,
    },
    list,
    async stat({ id }, { signal }) {
      throwIfAborted(signal);
      const { entry, parent } = tree.get(id);
      return parent === undefined ? entry : { ...entry, parent };
    },
    async read({ id, start, end }, { signal }) {
      throwIfAborted(signal);
      const { content } = tree.file(id);
      checkRange(start, end, content.length);
      return bytesStream(content.subarray(start, end), signal);
    },
    async mkdir({ dir, name }, { signal }) {
      throwIfAborted(signal);
      return tree.addFolder(dir, name);
    },
    async rename({ id, name }, { signal }) {
      throwIfAborted(signal);
      return tree.place(id, { dir: tree.get(id).parent ?? ROOT_ID, name });
    },
    async move({ ids, to }, { signal }) {
      throwIfAborted(signal);
      tree.checkArrival(ids, to);
      return ids.map((id) => tree.place(id, { dir: to, name: tree.get(id).entry.name }));
    },
    async copy({ ids, to }, { signal }) {
      throwIfAborted(signal);
      checkSpace(ids.reduce((sum, id) => sum + tree.get(id).entry.size, 0));
      tree.checkArrival(ids, to, { copies: true });
      return ids.map((id) => tree.copy(id, to));
    },
    async remove({ ids, mode }, { signal }) {
      throwIfAborted(signal);
      for (const id of ids) tree.checkMovable(id);
      // What lies in another one of them goes with it.
      for (const id of ids.filter((one) => tree.has(one)))
        if (mode === 'trash') tree.trash(id);
        else tree.remove(id);
    },
    async listTrash({ cursor }, { signal }) {
      throwIfAborted(signal);
      const start = placeOf(cursor);
      const all = tree.trashed();
      const entries = all.slice(start, start + pageSize).map(({ entry, parent }) => ({ ...entry, parent }));
      const end = start + entries.length;
      return end < all.length ? { entries, next: `${end}` } : { entries };
    },
    async untrash({ ids, to }, { signal }) {
      throwIfAborted(signal);
      tree.folder(to);
      const coming = ids.map((id) => `${tree.checkUntrash(id, to)} ${tree.trashedName(id)}`);
      if (new Set(coming).size < coming.length) throw new StorageError('exists', 'two of them have one name');
      return ids.map((id) => tree.untrash(id, to));
    },
    async purgeTrashed({ ids }, { signal }) {
      throwIfAborted(signal);
      for (const id of ids) tree.trashedName(id);
      for (const id of new Set(ids)) tree.purge(id);
    },
    async emptyTrash(_, { signal }) {
      throwIfAborted(signal);
      for (const { entry } of tree.trashed()) tree.purge(entry.id);
    },
    async star({ ids, starred }, { signal }) {
      throwIfAborted(signal);
      for (const id of ids) tree.checkMovable(id);
      for (const id of ids) tree.star(id, starred);
    },
    async listStarred(_, { signal }) {
      throwIfAborted(signal);
      return { entries: tree.starred() };
    },
    async upload({ dir, name, source, replaces }, { signal }) {
      tree.checkFree(dir, name, replaces); // before the bytes are fetched, and again when they are there
      checkSpace(source.size);
      return tree.addFile(dir, name, await collectAll(source, signal), replaces);
    },
    async quota(_, { signal }) {
      throwIfAborted(signal);
      return { ...tree.space(), ...(capacity === undefined ? {} : { total: capacity }) };
    },
    close: async () => {},
  };
}

/** The memory storage as a kind of its own, not in the list that users see. Every storage made by it starts with `content`. */
export function memoryDriverType(content: MemoryTree = {}): DriverType<MemoryOptions> {
  return {
    kind: 'Memory',
    title: 'Memory',
    config: defineConfig(
      [{ name: 'page_size', type: 'number', label: 'Page size', help: 'Entries on a page.', default: 100 }],
      (values, problem) => {
        const pageSize = values.page_size;
        if (!Number.isInteger(pageSize) || pageSize < 1) problem('page_size', 'Page size must be 1 or more.');
        return { pageSize };
      },
    ),
    create: (config, env) => createMemoryDriver(content, { ...config, now: () => env.clock.now() }),
  };
}

/** A cursor is the place of the last entry that was listed; it stays good when that entry goes. */
function placeOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,15}$/.test(cursor))
    throw new StorageError('invalid_argument', 'this is no cursor of this storage');
  return Number(cursor);
}

function checkRange(start: number, end: number, size: number): void {
  const inside =
    Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= size;
  if (!inside)
    throw new StorageError('invalid_argument', `range ${start}-${end} is not inside ${size} bytes`);
}

async function collectAll(source: UploadSource, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = await collect(source.open(0, source.size), signal, source.size);
  if (bytes.length === source.size) return bytes;
  throw new StorageError('protocol', `upload had ${bytes.length} bytes, not the ${source.size} announced`);
}
