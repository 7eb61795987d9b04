import { fakeClock, fakeRandom, type FakeClock } from '../../../testing/fake-clock.ts';
import { storageRow } from '../../../testing/store-contract.ts';
import { defineConfig } from '../../core/config-fields.ts';
import type { Call, Driver, DriverType, Env } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { normalizePath } from '../../core/path.ts';
import { openMemoryStore } from '../../store/open.ts';
import type { StorageTable, Store } from '../../store/port.ts';
import { createMountTable, type MountTable } from '../../vfs/mount-table.ts';
import type { StorageInput } from '../service.ts';
import { createStorageService, type OwnedStorageService } from '../storage-service.ts';

/** What the fake cloud does next, and what was asked of it. */
export interface CloudScript {
  /** Answers `list`; an empty page when absent. */
  list?: Call<'list'>;
  /** Fails creation. */
  createFails?: Error;
  close?: () => Promise<void>;
  readonly created: unknown[];
  readonly closed: unknown[];
  lists: number;
}

export interface LogLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface StoragesFixture {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly mounts: MountTable;
  readonly service: OwnedStorageService;
  readonly cloud: CloudScript;
  readonly log: readonly LogLine[];
  /** A second gateway's worth of service over the same store, as after a restart. */
  restart(table?: StorageTable): { readonly service: OwnedStorageService; readonly mounts: MountTable };
  close(): Promise<void>;
}

const traits = { duplicateNames: true, caseSensitive: true, listTtlMs: 60_000, localSort: true };

/** A kind with links, a secret and a required field. */
function cloudType(script: CloudScript): DriverType<unknown> {
  return {
    kind: 'Cloud',
    title: 'Cloud',
    abilities: { givesLinks: true, canUpload: false, traits },
    config: defineConfig(
      [
        { name: 'username', type: 'string', label: 'Username', help: '', required: true },
        { name: 'password', type: 'string', label: 'Password', help: '', secret: true },
        { name: 'egress', type: 'string', label: 'Egress', help: '' },
        { name: 'page_size', type: 'number', label: 'Page size', help: '', default: 100 },
      ],
      (values) => values,
    ),
    create(config) {
      if (script.createFails !== undefined) throw script.createFails;
      script.created.push(config);
      const driver: Driver = {
        kind: 'Cloud',
        root: 'root',
        traits,
        async list(args, ctx) {
          script.lists++;
          return (await script.list?.(args, ctx)) ?? { entries: [] };
        },
        stat: async ({ id }) => ({ id, name: '', kind: 'folder', size: 0 }),
        link: async () => ({ url: 'https://x/', headers: {}, boundTo: 'nobody', variant: 'original' }),
        async close() {
          await script.close?.();
          script.closed.push(config);
        },
      };
      return driver;
    },
  };
}

/** A kind without links. */
const diskType: DriverType<unknown> = {
  kind: 'Disk',
  title: 'Disk',
  abilities: { givesLinks: false, canUpload: true, traits },
  config: defineConfig([{ name: 'folder', type: 'string', label: 'Folder', help: '' }], (values) => values),
  create: () => ({
    kind: 'Disk',
    root: 'root',
    traits,
    list: async () => ({ entries: [] }),
    stat: async ({ id }) => ({ id, name: '', kind: 'folder', size: 0 }),
    read: async () => new ReadableStream(),
    close: async () => {},
  }),
};

export async function startStorages(): Promise<StoragesFixture> {
  const store = await openMemoryStore();
  const clock = fakeClock();
  const cloud: CloudScript = { created: [], closed: [], lists: 0 };
  const lines: LogLine[] = [];
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    void lines.push({ level, fields, message });
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const env: Env = {
    http(egress) {
      if (/^(|socks5:.*|http:.*)$/.test(egress))
        return { request: () => Promise.reject(new Error('no network')) };
      throw new StorageError('misconfigured', 'this is no way out');
    },
    clock,
    random: fakeRandom(),
    log,
    accounts: {
      join: () => {
        throw new Error('the fake cloud has no accounts');
      },
    },
  };
  const restart = (table: StorageTable = store.storages) => {
    const mounts = createMountTable();
    const driverTypes = [cloudType(cloud), diskType];
    const options = { table, driverTypes, env, trialEnv: env, mounts, clock, random: fakeRandom(), log };
    return { mounts, service: createStorageService(options) };
  };
  const { mounts, service } = restart();
  return {
    store,
    clock,
    mounts,
    service,
    cloud,
    log: lines,
    restart,
    async close() {
      await service.close();
      await store.close();
    },
  };
}

/** A storage of the fake cloud that holds. */
export function cloudInput(path: string, changes: Partial<StorageInput> = {}): StorageInput {
  const { modified: _, ...row } = storageRow({
    mountPath: normalizePath(path),
    driver: 'Cloud',
    disabled: false,
    webdavPolicy: '302_redirect',
    addition: { username: 'ann', password: 'hunter2' },
  });
  return { ...row, ...changes };
}
