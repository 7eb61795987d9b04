import { describe, expect, test } from 'bun:test';
import type { Call, Ctx, Driver, UploadJournal, UploadSource } from '../../core/driver.ts';
import type { Entry } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { normalizePath as at } from '../../core/path.ts';
import { Permission } from '../../core/rights.ts';
import { createMemoryDriver, type MemoryTree } from '../../drivers/memory/index.ts';
import { ctx, failureOf, treeOf } from '../testing/fake-storage.ts';
import {
  forgetAll,
  layeredMount,
  LOCAL,
  MEMORY,
  type Shape,
  shapeOf,
  viewFor,
} from '../testing/real-tree.ts';
import { has } from '../../../testing/contract/test-case.ts';
import type { Vfs } from '../vfs.ts';

function sourceOf(text: string): UploadSource {
  const blob = new Blob([text]);
  return {
    size: blob.size,
    open: (start, end) => blob.slice(start, end).stream(),
    hash: async () => '',
  };
}

/** A storage that replaces in steps, as clouds do. */
function inSteps(driver: Driver): Driver {
  return { ...driver, traits: { ...driver.traits, replacesAtOnce: false } };
}

function treeWith(content: MemoryTree, change: (driver: Driver) => Driver = (driver) => driver): Vfs {
  return treeOf([layeredMount('/', change(inSteps(createMemoryDriver(content))))]).vfs;
}

/** The tree as listings show it, which must be what stands there. */
async function truth(vfs: Vfs): Promise<Shape> {
  const listed = await shapeOf(viewFor(vfs));
  forgetAll(vfs);
  expect(await shapeOf(viewFor(vfs))).toEqual(listed);
  return listed;
}

describe.each([MEMORY, LOCAL])('an upload to $kind', (kind) => {
  test('stands in the listing, with the folders that were missing', async () => {
    const { driver, dispose } = await kind.make({ in: {} });
    const { vfs } = treeOf([layeredMount('/m', driver)]);
    try {
      await shapeOf(viewFor(vfs));
      const view = viewFor(vfs, { base: '/m' });
      const node = await view.upload(at('/in/a/b/new.txt'), sourceOf('hello'), {}, ctx());
      expect(node).toMatchObject({
        path: '/in/a/b/new.txt',
        fullPath: '/m/in/a/b/new.txt',
        entry: { name: 'new.txt', size: 5 },
      });
      expect(await truth(vfs)).toEqual({ m: { in: { a: { b: { 'new.txt': 5 } } } } });
    } finally {
      await dispose();
    }
  });

  test('replaces a file, and leaves nothing else', async () => {
    const { driver, dispose } = await kind.make({ 'a.txt': 'old', b: '1' });
    const { vfs } = treeOf([layeredMount('/', driver)]);
    try {
      await viewFor(vfs).upload(at('/a.txt'), sourceOf('longer'), { overwrite: true }, ctx());
      expect(await truth(vfs)).toEqual({ 'a.txt': 6, b: 1 });
    } finally {
      await dispose();
    }
  });
});

describe('an upload', () => {
  test('keeps the time it is given, where the storage can', async () => {
    const { driver, dispose } = await LOCAL.make({});
    const { vfs } = treeOf([layeredMount('/', driver)]);
    try {
      const modified = Date.UTC(2020, 1, 2, 3, 4, 5);
      const { entry } = await viewFor(vfs).upload(at('/a'), sourceOf('x'), { modified }, ctx());
      expect(entry.modified).toBe(modified);
    } finally {
      await dispose();
    }
  });

  test('meets a taken name with an error, or gives what stands there', async () => {
    const vfs = treeWith({ a: 'old' });
    const view = viewFor(vfs);
    expect(await failureOf(view.upload(at('/a'), sourceOf('new'), {}, ctx()))).toMatchObject({
      code: 'exists',
    });
    expect(await failureOf(view.uploadHashes(at('/a'), {}, ctx()))).toMatchObject({ code: 'exists' });
    const kept = await view.upload(at('/a'), sourceOf('newer'), { skipExisting: true }, ctx());
    expect(kept.entry.size).toBe(3);
    expect(await truth(vfs)).toEqual({ a: 3 });
  });

  test('meets a name that somebody else took unseen', async () => {
    const driver = createMemoryDriver({});
    const { vfs } = treeOf([layeredMount('/', driver)]);
    const view = viewFor(vfs);
    await shapeOf(view);
    await driver.upload?.({ dir: driver.root, name: 'a', source: sourceOf('theirs') }, ctx());
    expect(await failureOf(view.upload(at('/a'), sourceOf('ours'), {}, ctx()))).toMatchObject({
      code: 'exists',
    });
    await view.upload(at('/a'), sourceOf('ours'), { overwrite: true }, ctx());
    expect(await truth(vfs)).toEqual({ a: 4 });
  });

  test('never takes the place of a folder', async () => {
    const vfs = treeWith({ a: { b: '1' } });
    const call = viewFor(vfs).upload(at('/a'), sourceOf('x'), { overwrite: true }, ctx());
    expect(await failureOf(call)).toMatchObject({ code: 'not_a_file' });
    expect(await truth(vfs)).toEqual({ a: { b: 1 } });
  });

  test('that fails while it replaces leaves the old file as it was, under its name all the time', async () => {
    const seen: unknown[] = [];
    const vfs: Vfs = treeWith({ a: 'old' }, (driver) => ({
      ...driver,
      async upload() {
        seen.push((await driver.list({ dir: driver.root }, ctx())).entries.map(({ name }) => name));
        throw new StorageError('unavailable', 'cut');
      },
    }));
    const call = viewFor(vfs).upload(at('/a'), sourceOf('new'), { overwrite: true }, ctx());
    expect(await failureOf(call)).toMatchObject({ message: 'cut' });
    expect([seen, await truth(vfs)]).toEqual([[['a']], { a: 3 }]);
  });

  test('that a storage can put in the place of another needs no other name, and no second call', async () => {
    const calls: unknown[] = [];
    const never = (): Promise<never> => Promise.reject(new Error('not asked for'));
    const vfs = treeWith({ a: 'old' }, (driver) => ({
      ...driver,
      traits: { ...driver.traits, replacesAtOnce: true },
      rename: never,
      remove: never,
      async upload(args, c) {
        calls.push([args.name, args.replaces !== undefined]);
        return has(driver.upload)(args, c);
      },
    }));
    await shapeOf(viewFor(vfs));
    await viewFor(vfs).upload(at('/a'), sourceOf('longer'), { overwrite: true }, ctx());
    await viewFor(vfs).upload(at('/b'), sourceOf('other'), { overwrite: true }, ctx());
    expect(calls).toEqual([
      ['a', true],
      ['b', false],
    ]);
    expect(await truth(vfs)).toEqual({ a: 6, b: 5 });
  });

  test('that can’t take its place goes again, and the old file stays', async () => {
    const vfs = treeWith({ a: 'old' }, (driver) => ({
      ...driver,
      rename: (args, c) =>
        args.name === 'a' || driver.rename === undefined
          ? Promise.reject(new StorageError('unavailable', 'no'))
          : driver.rename(args, c),
    }));
    const call = viewFor(vfs).upload(at('/a'), sourceOf('new'), { overwrite: true }, ctx());
    expect(await failureOf(call)).toMatchObject({
      detail: { remedy: expect.stringMatching(/kept as "a\.replaced-/) as unknown },
    });
    const names = Object.keys(await truth(vfs));
    expect(names).toEqual([expect.stringMatching(/^a\.replaced-/) as unknown as string]);
  });

  test('that is there though the storage said that it failed goes again', async () => {
    const vfs = treeWith({ a: 'old' }, (driver) => ({
      ...driver,
      async upload(args, c) {
        await driver.upload?.(args, c);
        throw new StorageError('unavailable', 'no answer');
      },
    }));
    const call = viewFor(vfs).upload(at('/a'), sourceOf('new one'), { overwrite: true }, ctx());
    expect(await failureOf(call)).toMatchObject({ message: 'no answer' });
    expect(await truth(vfs)).toEqual({ a: 3 });
  });

  test('that can neither take its place nor go says where it is', async () => {
    const gone = (): Promise<never> => Promise.reject(new StorageError('unavailable', 'no'));
    const vfs = treeWith({ a: 'old' }, (driver) => ({ ...driver, rename: gone, remove: gone }));
    const failure = await failureOf(
      viewFor(vfs).upload(at('/a'), sourceOf('new one'), { overwrite: true }, ctx()),
    );
    const names = Object.keys(await truth(vfs));
    expect(names).toEqual(['a', expect.stringMatching(/^a\.uploaded-/) as unknown as string]);
    expect(failure).toMatchObject({
      code: 'unavailable',
      detail: { remedy: expect.stringContaining(`The new file may be there as "${names[1]}".`) as unknown },
    });
  });

  test.each([
    ['/', 'unsupported'],
    ['/a/b', 'not_a_folder'],
    [`/${'n'.repeat(256)}`, 'invalid_name'],
    [`/${'d/'.repeat(101)}x`, 'invalid_argument'],
    ['/mounted', 'exists'],
  ])('to %s is refused', async (path, code) => {
    const { vfs } = treeOf([
      layeredMount('/', createMemoryDriver({ a: '1' })),
      layeredMount('/mounted', createMemoryDriver({})),
    ]);
    const full = at(path);
    const upload = { path: full, conflict: { overwrite: true } };
    expect(await failureOf(vfs.changes.uploadHashes(upload, ctx()))).toMatchObject({ code });
    expect(await failureOf(vfs.changes.upload({ ...upload, source: sourceOf('x') }, ctx()))).toMatchObject({
      code,
    });
  });

  test('to a storage that takes none is refused before its bytes are asked for', async () => {
    const { upload: _, ...reading } = createMemoryDriver({});
    const { vfs } = treeOf([layeredMount('/', reading)]);
    expect(await failureOf(viewFor(vfs).uploadHashes(at('/a'), {}, ctx()))).toMatchObject({
      code: 'unsupported',
      message: 'this storage cannot take uploads',
    });
  });

  test('knows what its storage asks of the content', async () => {
    const hash = {
      kind: 'sha1',
      needsSize: false,
      begin: () => ({ update: () => {}, digest: () => '' }),
    } as const;
    const vfs = treeWith({}, (driver) => ({ ...driver, uploadHashes: [hash] }));
    expect(await viewFor(vfs).uploadHashes(at('/new/a'), {}, ctx())).toEqual([hash]);
  });
});

/** What is on disk of an upload, whichever process writes it. */
function journalOver(saved: { state: unknown }): UploadJournal {
  return {
    id: 'mark',
    suspended: new AbortController().signal,
    triesAgain: false,
    begin: async () => {},
    load: async () => saved.state,
    save: async (state) => void (saved.state = state),
  };
}

/** A driver that goes on with uploads, in a process that ends at its `lives`-th change. */
function mortalDriver(
  driver: Driver,
  lives: number,
): { readonly driver: Driver; readonly died: Promise<void> } {
  const { promise: died, resolve: die } = Promise.withResolvers<void>();
  let left = lives;
  const never = new Promise<never>(() => {});
  const change =
    <A, R>(run: ((args: A, c: Ctx) => Promise<R>) | undefined) =>
    async (args: A, c: Ctx): Promise<R> => {
      if (run === undefined) throw new Error('the driver lacks it');
      const outcome = left > 0 ? await run(args, c) : never;
      left -= 1;
      if (left > 0) return outcome;
      die();
      return never;
    };
  const stand = async (source: UploadSource): Promise<Entry | undefined> => {
    const id = await source.journal?.load();
    return typeof id === 'string' ? driver.stat({ id }, ctx()) : undefined;
  };
  const upload: Call<'upload'> = async (args, c) => {
    const entry = (await stand(args.source)) ?? (await driver.upload?.(args, c));
    if (entry === undefined) throw new Error('the driver takes no uploads');
    await args.source.journal?.save(entry.id);
    return entry;
  };
  return {
    died,
    driver: {
      ...driver,
      upload: change(upload),
      rename: change(driver.rename?.bind(driver)),
      remove: change(driver.remove?.bind(driver)),
      leftUpload: async ({ source }) => {
        const file = await stand(source);
        return file === undefined ? {} : { file };
      },
    },
  };
}

describe('an upload whose process was killed goes on', () => {
  interface How {
    readonly overwrite: boolean;
    /** To the storage, in all. */
    readonly changes: number;
    readonly atOnce?: boolean;
  }
  test.each<[string, MemoryTree, How]>([
    ['where it replaces a file', { a: 'old' }, { overwrite: true, changes: 4 }],
    ['where it replaces a file at once', { a: 'old' }, { overwrite: true, changes: 1, atOnce: true }],
    ['where it takes a free name', {}, { overwrite: false, changes: 1 }],
    ['where it may replace, and need not', {}, { overwrite: true, changes: 1 }],
  ])('%s, whichever change was the last', async (_, content, how) => {
    const { overwrite, changes, atOnce = false } = how;
    for (let lives = 1; lives <= changes; lives += 1) {
      const driver = createMemoryDriver(content);
      const storage = atOnce ? driver : inSteps(driver);
      const saved = { state: undefined };
      const source = { ...sourceOf('newer'), journal: journalOver(saved) };
      const first = mortalDriver(storage, lives);
      const before = viewFor(treeOf([layeredMount('/', first.driver)]).vfs);
      void before.upload(at('/a'), source, { overwrite }, ctx());
      await first.died;
      const { vfs } = treeOf([layeredMount('/', mortalDriver(storage, 99).driver)]);
      const { entry } = await viewFor(vfs).upload(at('/a'), source, { overwrite }, ctx());
      expect({ lives, name: entry.name, shape: await truth(vfs) }).toEqual({
        lives,
        name: 'a',
        shape: { a: 5 },
      });
    }
  });

  test('and meets what somebody put there meanwhile: it is refused, and what it left can be taken back', async () => {
    const dropped: boolean[] = [];
    const vfs = treeWith({ a: 'theirs' }, (driver) => ({
      ...driver,
      leftUpload: async ({ drop }) => {
        dropped.push(drop);
        return {};
      },
    }));
    const source = { ...sourceOf('ours'), journal: journalOver({ state: 'begun' }) };
    const upload = { path: at('/a'), source };
    const refused = vfs.changes.upload({ ...upload, conflict: {} }, ctx());
    expect(await failureOf(refused)).toMatchObject({ code: 'exists' });
    await vfs.changes.dropUpload(upload, ctx());
    expect([dropped, await truth(vfs)]).toEqual([[false, true], { a: 6 }]);
  });
});

describe('who may upload', () => {
  const rights = (permission: number) => ({ admin: false, permission, base: '/home' });

  test('needs the right to write, and to remove for what is replaced', async () => {
    const vfs = treeWith({ home: { a: 'old' } });
    const upload = (permission: number, path: string): Promise<unknown> =>
      failureOf(viewFor(vfs, rights(permission)).upload(at(path), sourceOf('x'), { overwrite: true }, ctx()));
    const others = ~Permission.write;
    expect(await upload(others, '/b')).toMatchObject({ code: 'forbidden' });
    expect(await upload(others, '/missing/b')).toMatchObject({ code: 'forbidden' });
    expect(await upload(Permission.write, '/a')).toMatchObject({ code: 'forbidden' });
    expect(await truth(vfs)).toEqual({ home: { a: 3 } });
  });

  test('stays below the base path, and can’t replace the base itself', async () => {
    const vfs = treeWith({ home: {}, other: {} });
    const view = viewFor(vfs, rights(Permission.write | Permission.remove));
    expect(await failureOf(view.upload(at('/'), sourceOf('x'), { overwrite: true }, ctx()))).toMatchObject({
      code: 'not_a_file',
    });
    expect(() => at('/../other/a')).toThrow();
    await view.upload(at('/other/a'), sourceOf('x'), {}, ctx());
    expect(await truth(vfs)).toEqual({ home: { other: { a: 1 } }, other: {} });
  });
});
