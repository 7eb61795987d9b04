import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Driver, DriverType, Env } from '../../src/core/driver.ts';
import { localDriverType } from '../../src/drivers/local/index.ts';
import { createMemoryDriver, type MemoryTree } from '../../src/drivers/memory/index.ts';
import { createCacheStore } from '../../src/layers/cache-store.ts';
import { openMount } from '../../src/storages/mounting.ts';
import { createPaces } from '../../src/storages/paces.ts';
import { fakeClock } from '../fake-clock.ts';
import { gcidOf } from './gcid.ts';
import { type Gateway, gatewayOf, QUIET, recordOf, steadyRandom, type Subject } from './subject.ts';
import type { Item, Tree } from './tree.ts';

/** Storages of this machine: nothing between them and the gateway goes wrong, and nobody else is on them. */
interface Own {
  readonly ids: boolean;
  readonly addition: Readonly<Record<string, string>>;
  readonly type: DriverType<unknown>;
  readonly items: () => Promise<readonly Item[]>;
  readonly dispose: () => Promise<void>;
}

export async function memorySubject(content: Readonly<Record<string, string>>): Promise<Subject> {
  const driver = createMemoryDriver(treeOf(content), { pageSize: 2, now: () => 0 });
  // The process ends only for the gateway: what is in memory stays.
  const lasting: Driver = { ...driver, close: async () => {} };
  return ownSubject({
    ids: true,
    addition: {},
    type: {
      kind: 'Memory',
      title: '',
      config: { fields: [], parse: () => ({ ok: {} }) },
      create: () => lasting,
    },
    items: () => itemsOf(driver, driver.root),
    dispose: () => driver.close(),
  });
}

export async function localSubject(content: Readonly<Record<string, string>>): Promise<Subject> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-model-'));
  for (const [path, text] of Object.entries(content)) {
    const place = join(root, path);
    await mkdir(path.endsWith('/') ? place : dirname(place), { recursive: true });
    if (!path.endsWith('/')) await writeFile(place, text);
  }
  return ownSubject({
    ids: false,
    addition: { root_folder_path: root },
    type: localDriverType,
    items: () => filesOf(root),
    dispose: () => rm(root, { recursive: true, force: true }),
  });
}

function ownSubject({ ids, addition, type, items, dispose }: Own): Subject {
  const clock = fakeClock();
  const random = steadyRandom();
  const nowhere = { request: () => Promise.reject(new Error('nothing may leave this machine')) };
  const env: Env = {
    clock,
    random,
    log: QUIET,
    http: () => nowhere,
    accounts: {
      join: () => {
        throw new Error('no accounts here');
      },
    },
  };
  const open = (): Gateway => {
    const paceOf = createPaces(clock);
    const memory = createCacheStore();
    const options = { driverTypes: [type], env, clock, random, log: QUIET, paceOf, memory };
    return gatewayOf(openMount(recordOf(type.kind, addition), options), clock);
  };
  let gateway = open();
  return {
    get gateway() {
      return gateway;
    },
    ids,
    real: async (): Promise<Tree> => ({ items: await items(), pending: [] }),
    async restart() {
      await gateway.mount.driver.close();
      gateway = open();
    },
    run: (job) => job(),
    pass: (ms) => clock.advance(ms),
    expect: () => {},
    settle: () => ({ troubled: false, effects: [] }),
    rival: async () => undefined,
    async close() {
      await gateway.mount.driver.close();
      await dispose();
    },
  };
}

function treeOf(content: Readonly<Record<string, string>>): MemoryTree {
  const root: { [name: string]: MemoryTree | string } = {};
  for (const [path, text] of Object.entries(content)) {
    const segments = path.split('/').filter((segment) => segment !== '');
    const last = path.endsWith('/') ? undefined : segments.pop();
    let here = root;
    for (const segment of segments) {
      const next: { [name: string]: MemoryTree | string } = { ...Object(here[segment]) };
      here[segment] = next;
      here = next;
    }
    if (last !== undefined) here[last] = text;
  }
  return root;
}

async function itemsOf(driver: Driver, dir: string): Promise<Item[]> {
  const ctx = { signal: new AbortController().signal, priority: 'browse' } as const;
  const found: Item[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await driver.list({ dir, ...(cursor === undefined ? {} : { cursor }) }, ctx);
    for (const { id, name, kind, size } of page.entries) {
      if (kind === 'folder') {
        found.push({ id, name, items: await itemsOf(driver, id) });
        continue;
      }
      const stream = await driver.read?.({ id, start: 0, end: size }, ctx);
      const text = stream === undefined ? '' : await new Response(stream).text();
      found.push({ id, name, content: gcidOf(text), items: [] });
    }
    if (page.next === undefined) return found;
    cursor = page.next;
  }
}

/** Whatever lies in a folder of the disk, temporary files as well: none may be left. Ids are paths. */
async function filesOf(dir: string): Promise<Item[]> {
  const found = await readdir(dir, { withFileTypes: true });
  return Promise.all(
    found.map(async (one): Promise<Item> => {
      const id = join(dir, one.name);
      if (one.isDirectory()) return { id, name: one.name, items: await filesOf(id) };
      const content = gcidOf((await readFile(id)).toString());
      return { id, name: one.name, content, items: [] };
    }),
  );
}
