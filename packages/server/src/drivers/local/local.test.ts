import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf, listAll } from '../../../testing/contract/fixture.ts';
import { expectCode, has, outcomeOf } from '../../../testing/contract/test-case.ts';
import {
  CONTRACT_TREE,
  describeDriver,
  findContractTree,
  patientCtx,
} from '../../../testing/driver-contract.ts';
import { fakeRandom } from '../../../testing/fake-clock.ts';
import type { Driver } from '../../core/driver.ts';
import type { MemoryTree } from '../memory/index.ts';
import { createLocalDriver, type LocalOptions } from './driver.ts';
import { openCheckedRoot, openHeldRoot, openRootFor } from './folder.ts';
import { localDriverType } from './index.ts';

async function plant(dir: string, tree: MemoryTree): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const [name, what] of Object.entries(tree)) {
    const path = join(dir, name);
    if (typeof what === 'string' || what instanceof Uint8Array) await writeFile(path, what);
    else await plant(path, what);
  }
}

function openLocal(
  rootFolder: string,
  options: Partial<LocalOptions> & { showHidden?: boolean } = {},
): Driver {
  const { showHidden = true, ...rest } = options;
  return createLocalDriver({ rootFolder, showHidden, mkdirMode: 0o777 }, { random: fakeRandom(), ...rest });
}

const WAYS = [
  ['held folders', openHeldRoot],
  ['checked paths', openCheckedRoot],
] as const;

for (const [way, openRoot] of WAYS) {
  describeDriver(`the local driver with ${way}`, {
    ops: ['read', 'mkdir', 'rename', 'move', 'copy', 'remove', 'upload', 'quota', 'thumbnail'],
    async open() {
      const dir = await mkdtemp(join(tmpdir(), 'sluice-local-'));
      await plant(dir, CONTRACT_TREE);
      const driver = openLocal(dir, { pageSize: 7, openRoot });
      const fixture = await findContractTree(driver, { pages: 4, missing: '/many/absent' });
      const close = async (): Promise<void> => {
        await driver.close();
        await rm(dir, { recursive: true });
      };
      return { driver, fixture, close };
    },
  });
}

test('what the kind promises is what its drivers do', () => {
  const driver = openLocal('/nowhere');
  const { givesLinks, canUpload, traits } = localDriverType.abilities ?? {};
  expect([givesLinks, canUpload]).toEqual([driver.link !== undefined, driver.upload !== undefined]);
  expect(traits).toEqual(driver.traits);
});

test('Linux holds folders, other systems check paths', () => {
  expect(openRootFor('linux')).toBe(openHeldRoot);
  expect(openRootFor('darwin')).toBe(openCheckedRoot);
});

describe('settings of Local', () => {
  const parse = (values: Record<string, unknown>): unknown => localDriverType.config.parse(values);

  test('AList settings are taken, and what means nothing here is ignored', () => {
    const addition = {
      root_folder_path: '/srv/media/',
      thumbnail: false,
      thumb_cache_folder: '',
      show_hidden: 'false',
      mkdir_perm: '755',
      recycle_bin_path: 'delete permanently',
    };
    expect(parse(addition)).toEqual({
      ok: { rootFolder: '/srv/media', showHidden: false, mkdirMode: 0o755, thumbnails: false },
    });
  });

  test('a relative or absent folder and a mode that is none are told together', () => {
    expect(parse({ root_folder_path: 'media', mkdir_perm: '999' })).toMatchObject({
      problems: [{ field: 'root_folder_path' }, { field: 'mkdir_perm' }],
    });
    expect(parse({})).toMatchObject({ problems: [{ field: 'root_folder_path' }] });
  });
});

describe.each(WAYS)('the local driver with %s', (_, openRoot) => {
  let base = '';
  let root = '';
  const open = (options: Partial<LocalOptions> & { showHidden?: boolean } = {}): Driver =>
    openLocal(root, { openRoot, ...options });

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'sluice-local-'));
    root = join(base, 'root');
    await plant(base, { root: { inside: { 'in.txt': 'inside' } }, outside: { 'secret.txt': 'secret' } });
  });
  afterEach(async () => {
    await chmod(root, 0o755).catch(() => {}); // a test may have taken the root away
    await rm(base, { recursive: true });
  });

  const textOf = async (driver: Driver, id: string, size: number): Promise<string> => {
    const stream = await has(driver.read).call(driver, { id, start: 0, end: size }, patientCtx());
    return new TextDecoder().decode(await bytesOf(stream));
  };

  /** Every way in that takes an id. */
  const triesOn = (driver: Driver, id: string): (() => Promise<unknown>)[] => [
    () => driver.stat({ id }, patientCtx()),
    () => driver.list({ dir: id }, patientCtx()),
    () => has(driver.read).call(driver, { id, start: 0, end: 1 }, patientCtx()),
    () => has(driver.mkdir).call(driver, { dir: id, name: 'x' }, patientCtx()),
    () => has(driver.rename).call(driver, { id, name: 'x' }, patientCtx()),
    () => has(driver.move).call(driver, { ids: [id], to: '/inside' }, patientCtx()),
    () => has(driver.move).call(driver, { ids: ['/inside/in.txt'], to: id }, patientCtx()),
    () => has(driver.copy).call(driver, { ids: [id], to: '/inside' }, patientCtx()),
    () => has(driver.copy).call(driver, { ids: ['/inside/in.txt'], to: id }, patientCtx()),
    () => has(driver.remove).call(driver, { ids: [id], mode: 'purge' }, patientCtx()),
  ];

  test.each([
    ['/../outside/secret.txt'],
    ['/inside/../../outside/secret.txt'],
    ['../outside/secret.txt'],
    ['/%2E%2E/outside/secret.txt'],
    ['/..%2Foutside%2Fsecret.txt'],
    ['/..\\outside\\secret.txt'],
    ['/inside/in.txt\0.jpg'],
    ['//etc/passwd'],
  ])('escape by path: %p reaches nothing (CVE-2022-45969, CVE-2026-25890, CVE-2026-54093)', async (id) => {
    for (const attempt of triesOn(open(), id)) await expectCode(attempt(), 'invalid_argument', 'not_found');
    expect(await readdir(join(base, 'outside'))).toEqual(['secret.txt']);
  });

  test('escape by symbolic link: one to outside is not listed, and leads nowhere (CVE-2026-54094)', async () => {
    await symlink(join(base, 'outside'), join(root, 'door'));
    await symlink(join(base, 'outside/secret.txt'), join(root, 'window'));
    await symlink('../outside', join(root, 'relative'));
    const driver = open();
    expect((await listAll(driver, '/')).map((entry) => entry.name)).toEqual(['inside']);
    for (const id of ['/door', '/door/secret.txt', '/window', '/relative', '/relative/secret.txt']) {
      // `remove` of a link would be harmless, but it is no entry.
      for (const attempt of triesOn(driver, id)) await expectCode(attempt(), 'not_found');
    }
    expect(await readdir(join(base, 'outside'))).toEqual(['secret.txt']);
  });

  test('symbolic links are not followed even when they lead to inside', async () => {
    await symlink('inside', join(root, 'alias'));
    await symlink('.', join(root, 'loop'));
    const driver = open();
    expect(await listAll(driver, '/')).toHaveLength(1);
    await expectCode(driver.list({ dir: '/loop/loop/inside' }, patientCtx()), 'not_found');
    await expectCode(
      has(driver.read).call(driver, { id: '/alias/in.txt', start: 0, end: 1 }, patientCtx()),
      'not_found',
    );
  });

  test('the folder of the storage may itself be a symbolic link, because an administrator chose it', async () => {
    await symlink(root, join(base, 'entrance'));
    const driver = openLocal(join(base, 'entrance'), { openRoot });
    expect(await textOf(driver, '/inside/in.txt', 6)).toBe('inside');
  });

  test('a folder that is swapped for a link again and again never shows what lies outside', async () => {
    await plant(root, { inside: { 'secret.txt': 'public' } });
    await symlink(join(base, 'outside'), join(root, 'link'));
    const driver = open();
    const done = new AbortController();
    const swapper = (async () => {
      while (!done.signal.aborted) {
        await rename(join(root, 'inside'), join(root, 'aside'));
        await rename(join(root, 'link'), join(root, 'inside'));
        await rename(join(root, 'inside'), join(root, 'link'));
        await rename(join(root, 'aside'), join(root, 'inside'));
      }
    })();
    const seen = new Set<string>();
    for (let round = 0; round < 300; round++) {
      seen.add(await textOf(driver, '/inside/secret.txt', 6).catch(() => 'refused'));
    }
    done.abort();
    await swapper;
    expect(seen).not.toContain('secret');
    expect(await textOf(driver, '/inside/secret.txt', 6)).toBe('public');
  });

  test('removing a folder removes the links in it, not what they point to', async () => {
    await symlink(join(base, 'outside'), join(root, 'inside/door'));
    await open().remove?.({ ids: ['/inside'], mode: 'purge' }, patientCtx());
    expect(await readdir(root)).toEqual([]);
    expect(await readdir(join(base, 'outside'))).toEqual(['secret.txt']);
  });

  test('copying a folder leaves the links in it out', async () => {
    await symlink(join(base, 'outside/secret.txt'), join(root, 'inside/window'));
    await mkdir(join(root, 'target'));
    await open().copy?.({ ids: ['/inside'], to: '/target' }, patientCtx());
    expect(await readdir(join(root, 'target/inside'))).toEqual(['in.txt']);
  });

  test('pipes and other devices are not served, and nobody waits for them', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const driver = open();
    expect((await listAll(driver, '/')).map((entry) => entry.name)).toEqual(['inside']);
    await expectCode(driver.stat({ id: '/pipe' }, patientCtx()), 'not_found');
    await expectCode(driver.list({ dir: '/pipe' }, patientCtx()), 'not_found', 'not_a_folder');
    await expectCode(
      has(driver.read).call(driver, { id: '/pipe', start: 0, end: 0 }, patientCtx()),
      'not_a_file',
    );
  });

  test('file names that are no UTF-8 are listed, read and walked through', async () => {
    const latin = Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]);
    await mkdir(latin);
    await writeFile(Buffer.concat([latin, Buffer.from('/'), Buffer.from([0xff])]), 'bytes');
    const driver = open();
    const folder = (await listAll(driver, '/')).find((entry) => entry.name.startsWith('caf'));
    expect(folder).toMatchObject({ name: 'caf\uFFFDE9', id: '/caf%E9' });
    const [file] = await listAll(driver, folder?.id ?? '');
    expect(file).toMatchObject({ name: '\uFFFDFF', size: 5 });
    expect(await textOf(driver, file?.id ?? '', 5)).toBe('bytes');
  });

  test('hidden entries are absent when they are not to be shown, and so is all below them', async () => {
    await plant(root, { '.hidden': { 'file.txt': 'x' }, '.dot': 'x' });
    const driver = open({ showHidden: false });
    expect((await listAll(driver, '/')).map((entry) => entry.name)).toEqual(['inside']);
    for (const id of ['/.hidden', '/.hidden/file.txt', '/.dot']) {
      for (const attempt of triesOn(driver, id)) await expectCode(attempt(), 'not_found');
    }
    await expectCode(
      has(driver.mkdir).call(driver, { dir: '/', name: '.new' }, patientCtx()),
      'invalid_name',
    );
  });

  test('a file that is being written is not listed and cannot be named', async () => {
    await writeFile(join(root, '.sluice-part-00'), 'half');
    const driver = open();
    expect(await listAll(driver, '/')).toHaveLength(1);
    await expectCode(driver.stat({ id: '/.sluice-part-00' }, patientCtx()), 'not_found');
  });

  test('a listing goes on when entries come and go between its pages', async () => {
    await plant(root, { many: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, name])) });
    const driver = open({ pageSize: 2 });
    const first = await driver.list({ dir: '/many' }, patientCtx());
    await rm(join(root, 'many/b'));
    await rm(join(root, 'many/c'));
    await writeFile(join(root, 'many/a0'), '');
    await writeFile(join(root, 'many/cc'), '');
    const second = await driver.list({ dir: '/many', cursor: first.next ?? '' }, patientCtx());
    expect(second.entries.map((entry) => entry.name)).toEqual(['cc', 'd']);
  });

  test('a storage whose folder is not there says so, and works as soon as it is', async () => {
    await rename(root, join(base, 'away'));
    const driver = open();
    expect(await outcomeOf(driver.list({ dir: '/' }, patientCtx()))).toMatchObject({
      code: 'unavailable',
      retry: 'never',
      detail: { remedy: 'Check the folder path, and that its disk is mounted.' },
    });
    await rename(join(base, 'away'), root);
    expect(await listAll(driver, '/')).toHaveLength(1);
  });

  test('a root that is a file is as good as absent', async () => {
    await expectCode(
      openLocal(join(root, 'inside/in.txt'), { openRoot }).list({ dir: '/' }, patientCtx()),
      'unavailable',
    );
  });

  // Root may read everything.
  test.skipIf(process.getuid?.() === 0)(
    'what the system forbids is forbidden, without a path of the machine in the message',
    async () => {
      await chmod(join(root, 'inside/in.txt'), 0);
      const driver = open();
      const error = await outcomeOf(
        has(driver.read).call(driver, { id: '/inside/in.txt', start: 0, end: 1 }, patientCtx()),
      );
      expect(error).toMatchObject({ code: 'forbidden' });
      expect(error instanceof Error && error.message).not.toContain(base);
    },
  );

  test('a file that becomes shorter while it is read breaks the stream instead of ending it', async () => {
    await writeFile(join(root, 'big'), new Uint8Array(1_000_000));
    const driver = open();
    const stream = await has(driver.read).call(
      driver,
      { id: '/big', start: 0, end: 1_000_000 },
      patientCtx(),
    );
    const chunks = stream[Symbol.asyncIterator]();
    await chunks.next();
    await truncate(join(root, 'big'), 300_000);
    await chunks.next();
    await expectCode(chunks.next(), 'protocol');
  });

  test('no file stays open, however a call or a read ends', async () => {
    const driver = open();
    const before = (await readdir('/proc/self/fd')).length;
    const args = { id: '/inside/in.txt', start: 0, end: 6 };
    for (let round = 0; round < 20; round++) {
      await textOf(driver, args.id, 6);
      await (await has(driver.read).call(driver, args, patientCtx())).cancel();
      const leave = new AbortController();
      const stream = await has(driver.read).call(driver, args, patientCtx(leave.signal));
      leave.abort();
      await outcomeOf(bytesOf(stream));
      await outcomeOf(has(driver.read).call(driver, { ...args, end: 100 }, patientCtx()));
      for (const attempt of triesOn(driver, '/inside/absent/deep')) await outcomeOf(attempt());
      await outcomeOf(driver.list({ dir: '/inside/in.txt' }, patientCtx()));
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect((await readdir('/proc/self/fd')).length).toBeLessThanOrEqual(before);
  });
});
