import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver } from '../../core/driver.ts';
import { normalizePath, type TreePath } from '../../core/path.ts';
import type { Rights } from '../../core/rights.ts';
import type { Random } from '../../core/runtime.ts';
import type { StorageRecord } from '../../core/storage-record.ts';
import { createLocalDriver } from '../../drivers/local/driver.ts';
import { createMemoryDriver, type MemoryTree } from '../../drivers/memory/index.ts';
import { applyLayers } from '../../layers/apply.ts';
import { standardLayers } from '../../layers/standard.ts';
import { fakeClock } from '../../../testing/fake-clock.ts';
import type { Mount } from '../mount.ts';
import { createView } from '../user-view.ts';
import type { View } from '../view.ts';
import type { Vfs } from '../vfs.ts';
import { ctx, fakeMount } from './fake-storage.ts';

const ENTROPY: Random = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  fraction: () => 0.5,
};

/** A mount as the gateway makes it, layers included. Listings are remembered for an hour. */
export function layeredMount(path: string, driver: Driver, record: Partial<StorageRecord> = {}): Mount {
  const layers = standardLayers({
    clock: fakeClock(),
    random: ENTROPY,
    cache: { listTtlMs: 0, statTtlMs: 30_000 },
  });
  const mount = fakeMount(path, applyLayers(driver, layers.layers), { cacheExpiration: 60, ...record });
  return { ...mount, memory: layers };
}

/** A kind of storage that takes changes, filled with what a test writes down. */
export interface WritableKind {
  readonly kind: string;
  make(content: MemoryTree): Promise<{ readonly driver: Driver; readonly dispose: () => Promise<void> }>;
}

export const MEMORY: WritableKind = {
  kind: 'Memory',
  make: async (content) => ({
    // Small pages, so that folders have more than one.
    driver: createMemoryDriver(content, { pageSize: 2, now: () => 0 }),
    dispose: async () => {},
  }),
};

export const LOCAL: WritableKind = {
  kind: 'Local',
  async make(content) {
    const rootFolder = await mkdtemp(join(tmpdir(), 'sluice-changes-'));
    await plant(rootFolder, content);
    const config = { rootFolder, showHidden: true, mkdirMode: 0o777 };
    return {
      driver: createLocalDriver(config, { random: ENTROPY }),
      dispose: () => rm(rootFolder, { recursive: true, force: true }),
    };
  },
};

async function plant(dir: string, content: MemoryTree): Promise<void> {
  for (const [name, what] of Object.entries(content)) {
    const path = join(dir, name);
    if (typeof what === 'string' || what instanceof Uint8Array) await Bun.write(path, what);
    else {
      await mkdir(path);
      await plant(path, what);
    }
  }
}

/** A tree as it is listed: folders are objects, files their sizes. */
export interface Shape {
  [name: string]: Shape | number;
}

/** Everything below `path`, as its listings show it. */
export async function shapeOf(view: View, path: TreePath = normalizePath('/')): Promise<Shape> {
  const shape: Shape = {};
  const { nodes } = await view.list(path, {}, ctx());
  for (const { entry, path: child } of nodes) {
    shape[entry.name] = entry.kind === 'folder' ? await shapeOf(view, child) : entry.size;
  }
  return shape;
}

/** Forgets all listings, so that the next come from the storages. */
export function forgetAll(vfs: Vfs): void {
  for (const { record } of vfs.mounts.all()) vfs.invalidate(record.id);
}

/** The tree as an admin sees it, or someone with other rights. */
export function viewFor(vfs: Vfs, rights: Partial<Rights> & { readonly base?: string } = {}): View {
  const { base = '/', ...others } = rights;
  return createView(vfs, { basePath: normalizePath(base), admin: true, permission: 0, ...others });
}
