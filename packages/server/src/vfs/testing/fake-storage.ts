import { waitOrAbort } from '../../core/abort.ts';
import type { Ctx, Driver } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { HttpClient } from '../../core/http-client.ts';
import { normalizePath } from '../../core/path.ts';
import type { Log } from '../../core/runtime.ts';
import type { StorageRecord } from '../../core/storage-record.ts';
import { fakeClock, type FakeClock } from '../../../testing/fake-clock.ts';
import type { ListingLimits } from '../listing-cache.ts';
import type { Mount } from '../mount.ts';
import { createVfs, type Vfs } from '../vfs.ts';

export const MINUTE = 60_000;

/** A driver whose folders a test writes down by id, and that counts what it is asked. */
export interface FakeDriver extends Driver {
  /** The folders that were listed, with the cursor: `root`, `root@500`. */
  readonly calls: string[];
  readonly folders: Map<EntryId, readonly Entry[]>;
  /** Errors for the next calls, in turn. */
  readonly failures: Error[];
  /** Makes calls wait from now on, until the function that it gives is called. */
  hold(): () => void;
  /** Calls that were cancelled while they waited. */
  cancelled: number;
}

export interface FakeDriverOptions {
  readonly pageSize?: number;
  readonly listTtlMs?: number;
  readonly optional?: Partial<Driver>;
}

export function fakeDriver(
  folders: Readonly<Record<EntryId, readonly Entry[]>>,
  { pageSize = 500, listTtlMs = MINUTE, optional = {} }: FakeDriverOptions = {},
): FakeDriver {
  let gate: Promise<void> | undefined;
  const driver: FakeDriver = {
    ...optional,
    kind: 'Fake',
    root: 'root',
    traits: { duplicateNames: true, caseSensitive: true, listTtlMs, localSort: false },
    calls: [],
    folders: new Map(Object.entries(folders)),
    failures: [],
    cancelled: 0,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => {
        gate = undefined;
        resolve();
      };
    },
    async list({ dir, cursor }, { signal }) {
      driver.calls.push(cursor === undefined ? dir : `${dir}@${cursor}`);
      if (gate !== undefined) {
        await waitOrAbort(gate, signal).catch((error: unknown) => {
          driver.cancelled++;
          throw error;
        });
      }
      const failure = driver.failures.shift();
      if (failure !== undefined) throw failure;
      const entries = driver.folders.get(dir);
      if (entries === undefined) throw new StorageError('not_found', 'no such folder');
      const start = Number(cursor ?? 0);
      const end = start + pageSize;
      const page = { entries: entries.slice(start, end) };
      return end < entries.length ? { ...page, next: String(end) } : page;
    },
    stat: () => Promise.reject(new Error('the tree must not need stat')),
    close: async () => {},
  };
  return driver;
}

/** An entry whose id, unless given, is its name. */
export function file(name: string, more: Partial<Entry> = {}): Entry {
  return { id: name, name, kind: 'file', size: 1, ...more };
}

export function folder(name: string, more: Partial<Entry> = {}): Entry {
  return { id: name, name, kind: 'folder', size: 0, ...more };
}

/** `file-0` to `file-N`, in that order. */
export function files(count: number): Entry[] {
  return Array.from({ length: count }, (_, i) => file(`file-${i}`));
}

/** A mount that notes what its memory was told to forget. */
export interface FakeMount extends Mount {
  readonly forgotten: string[];
}

export function fakeMount(
  path: string,
  driver: Driver = fakeDriver({ root: [] }),
  record: Partial<StorageRecord> = {},
): FakeMount {
  const mountPath = normalizePath(path);
  const forgotten: string[] = [];
  return {
    forgotten,
    record: { ...RECORD, id: idOf(path), mountPath, ...record },
    driver,
    transport: noTransport,
    memory: {
      invalidate: (dir) => void forgotten.push(`list ${dir}`),
      forgetLinks: (id) => void forgotten.push(`links ${id}`),
      clear: () => void forgotten.push('all'),
    },
    status: () => ({ state: 'ok', since: 0 }),
  };
}

const RECORD: StorageRecord = {
  id: 0,
  mountPath: normalizePath('/'),
  order: 0,
  driver: 'Fake',
  cacheExpiration: 0,
  addition: {},
  remark: '',
  modified: Date.UTC(2026, 0, 1),
  disabled: false,
  disableIndex: false,
  enableSign: false,
  orderBy: '',
  orderDirection: '',
  extractFolder: '',
  webProxy: false,
  webdavPolicy: '302_redirect',
  proxyRange: false,
  downProxyUrl: '',
  downProxySign: true,
};

/** A storage id of its own for every path. */
function idOf(path: string): number {
  return Number(BigInt.asUintN(40, Bun.hash.wyhash(path)));
}

const noTransport: HttpClient = { request: () => Promise.reject(new Error('nothing may be requested')) };

export const noLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What a call fails with. @throws Error when it doesn't fail. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (outcome === undefined) throw new Error('it did not fail');
  return outcome.error;
}

/** A context that nobody leaves, or that `signal` leaves. */
export function ctx(signal: AbortSignal = new AbortController().signal): Ctx {
  return { signal, priority: 'browse' };
}

export interface FakeTree {
  readonly vfs: Vfs;
  readonly clock: FakeClock;
}

/** A tree of these mounts. */
export function treeOf(mounts: readonly Mount[], limits: Partial<ListingLimits> = {}): FakeTree {
  const clock = fakeClock();
  const vfs = createVfs({ clock, log: noLog, limits });
  for (const mount of mounts) vfs.mounts.mount(mount);
  return { vfs, clock };
}
