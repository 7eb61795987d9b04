import { describe, expect, test } from 'bun:test';
import type { Driver } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { normalizePath } from '../core/path.ts';
import { NoStorageError } from './no-storage-error.ts';
import {
  ctx,
  failureOf,
  type FakeDriver,
  fakeDriver,
  fakeMount,
  file,
  files,
  folder,
  treeOf,
} from './testing/fake-storage.ts';
import type { Listing, ListOptions, Node } from './view.ts';
import type { Vfs } from './vfs.ts';

const get = (vfs: Vfs, path: string): Promise<Node> => vfs.get(normalizePath(path), ctx());
const list = (vfs: Vfs, path: string, options: ListOptions = {}): Promise<Listing> =>
  vfs.list(normalizePath(path), options, ctx());
const names = async (vfs: Vfs, path: string, options?: ListOptions): Promise<string[]> =>
  (await list(vfs, path, options)).nodes.map(({ entry }) => entry.name);
const failing = (): FakeDriver => {
  const driver = fakeDriver({});
  const error = new StorageError('unavailable', 'the cloud is gone');
  driver.failures.push(error, error, error);
  return driver;
};

describe('a path', () => {
  const driver = (): FakeDriver =>
    fakeDriver({ root: [folder('Movies'), file('a.txt')], Movies: [file('film.mkv', { id: 'f1' })] });

  test('leads through folders to an entry, and the way is remembered', async () => {
    const fake = driver();
    const { vfs } = treeOf([fakeMount('/demo', fake)]);
    const node = await get(vfs, '/demo/Movies/film.mkv');
    expect(node.entry.id).toBe('f1');
    expect(String(node.fullPath)).toBe('/demo/Movies/film.mkv');
    expect(String(node.storage?.mountPath)).toBe('/demo');
    expect(node.mount).toBeUndefined();
    await get(vfs, '/demo/Movies/film.mkv');
    expect(fake.calls).toEqual(['root', 'Movies']);
  });

  test.each([
    ['/demo/nothing', 'nothing there'],
    ['/demo/a.txt/below', 'below a file'],
    ['/demo/movies', 'another case'],
    ['/demox', 'a name that begins like the mount'],
    ['/elsewhere', 'outside of every mount'],
  ])('%s (%s) is not found', async (path) => {
    const { vfs } = treeOf([fakeMount('/demo', driver())]);
    expect(await failureOf(get(vfs, path))).toMatchObject({ code: 'not_found', message: 'object not found' });
    expect(await failureOf(list(vfs, path))).toMatchObject({ code: 'not_found' });
  });

  test('a file is no folder, and a folder no file', async () => {
    const { vfs } = treeOf([fakeMount('/demo', driver())]);
    expect(await failureOf(list(vfs, '/demo/a.txt'))).toMatchObject({ code: 'not_a_folder' });
    for (const path of ['/', '/demo', '/demo/Movies']) {
      expect(await failureOf(vfs.open(normalizePath(path), ctx()))).toMatchObject({ code: 'not_a_file' });
    }
  });

  test('two files of one name are two paths to two ids', async () => {
    const twice = fakeDriver({ root: [file('a.txt', { id: '1' }), file('a.txt', { id: '2' })] });
    const { vfs } = treeOf([fakeMount('/', twice)]);
    expect(await names(vfs, '/')).toEqual(['a.txt', 'a (2).txt']);
    expect((await get(vfs, '/a.txt')).entry.id).toBe('1');
    expect((await get(vfs, '/a (2).txt')).entry.id).toBe('2');
  });

  test('a name with a slash is reached under its look-alike, and leads nowhere else', async () => {
    const odd = fakeDriver({
      root: [folder('..', { id: 'up' }), folder('a/b', { id: 'odd' })],
      odd: [file('x')],
    });
    const { vfs } = treeOf([fakeMount('/', odd)]);
    expect(await names(vfs, '/')).toEqual(['．．', 'a／b']);
    expect((await get(vfs, '/a／b/x')).entry.id).toBe('x');
    expect(await failureOf(get(vfs, '/a/b'))).toMatchObject({ code: 'not_found' });
  });
});

describe('the root of a mount', () => {
  test('stands without I/O, with its status, in whatever state its storage is', async () => {
    const driver = failing();
    const { vfs } = treeOf([fakeMount('/x/dead', driver, { id: 9, modified: 123 })]);
    const node = await get(vfs, '/x/dead');
    expect(node.entry).toEqual({ id: 'root', name: 'dead', kind: 'folder', size: 0, modified: 123 });
    expect(node.mount).toMatchObject({ record: { id: 9 }, status: { state: 'ok' } });
    expect((await list(vfs, '/x')).nodes).toEqual([node]);
    expect(driver.calls).toEqual([]);
    expect(await failureOf(list(vfs, '/x/dead'))).toMatchObject({ code: 'unavailable' });
  });

  test('a mount at / has the whole tree, and no name', async () => {
    const { vfs } = treeOf([fakeMount('/', fakeDriver({ root: [file('a')] }))]);
    expect((await get(vfs, '/')).entry.name).toBe('');
    expect(await names(vfs, '/')).toEqual(['a']);
  });
});

describe('folders that only lead to mounts', () => {
  test('stand at every segment, and belong to no storage', async () => {
    const { vfs } = treeOf([fakeMount('/x/y/z', undefined, { modified: 5 })]);
    for (const path of ['/', '/x', '/x/y']) {
      expect(await get(vfs, path)).not.toHaveProperty('storage');
    }
    expect((await get(vfs, '/x')).entry).toEqual({ id: '', name: 'x', kind: 'folder', size: 0, modified: 5 });
    expect(await names(vfs, '/x')).toEqual(['y']);
  });

  test('are paged like others', async () => {
    const { vfs } = treeOf(['/a', '/b', '/c'].map((path) => fakeMount(path)));
    const page = await list(vfs, '/', { offset: 1, limit: 1 });
    expect(page.nodes.map(({ fullPath }) => String(fullPath))).toEqual(['/b']);
    expect(page).toMatchObject({ known: 3, complete: true });
  });

  test('a tree without storages has a root, whose listing says what is missing', async () => {
    const { vfs } = treeOf([]);
    expect((await get(vfs, '/')).entry.kind).toBe('folder');
    expect(await failureOf(list(vfs, '/'))).toBeInstanceOf(NoStorageError);
    expect(await failureOf(list(vfs, '/x'))).not.toBeInstanceOf(NoStorageError);
    expect(await failureOf(list(vfs, '/x'))).toMatchObject({ code: 'not_found' });
  });
});

describe('mounts below a real folder', () => {
  const driver = (): FakeDriver =>
    fakeDriver({
      root: [folder('both', { id: 'b' }), file('blocked'), folder('own', { id: 'o' }), file('last')],
      b: [file('real')],
      o: [file('hidden')],
    });
  const mounts = (): ReturnType<typeof fakeMount>[] => [
    fakeMount('/a', driver()),
    fakeMount('/a/own', fakeDriver({ root: [file('mounted')] })),
    fakeMount('/a/both/deep'),
    fakeMount('/a/blocked/deep'),
    fakeMount('/a/new/deep'),
  ];

  test('are shown behind its entries, each name once', async () => {
    const { vfs } = treeOf(mounts());
    const { nodes, known } = await list(vfs, '/a');
    expect(nodes.map(({ entry }) => `${entry.name}:${entry.id}`)).toEqual([
      'both:b',
      'last:last',
      'blocked:',
      'new:',
      'own:root',
    ]);
    expect(known).toBe(5);
  });

  test('a listing shows at a name what the path leads to', async () => {
    const { vfs } = treeOf(mounts());
    for (const node of (await list(vfs, '/a')).nodes) expect(await get(vfs, node.fullPath)).toEqual(node);
    expect(await names(vfs, '/a/own')).toEqual(['mounted']);
    expect(await names(vfs, '/a/both')).toEqual(['real', 'deep']);
    expect(await names(vfs, '/a/blocked')).toEqual(['deep']);
    expect(await names(vfs, '/a/new')).toEqual(['deep']);
  });

  test('pages put together are the whole', async () => {
    const { vfs } = treeOf(mounts());
    const whole = await names(vfs, '/a');
    const pages = [];
    for (let offset = 0; offset < 6; offset += 2) {
      pages.push(...(await names(vfs, '/a', { offset, limit: 2 })));
    }
    expect(pages).toEqual(whole);
  });

  test('a first page needs one call though a mount hides an entry of it', async () => {
    const fake = fakeDriver({ root: files(6) }, { pageSize: 3 });
    const { vfs } = treeOf([fakeMount('/a', fake), fakeMount('/a/file-1')]);
    expect(await names(vfs, '/a', { limit: 2 })).toEqual(['file-0', 'file-2']);
    expect(fake.calls).toHaveLength(1);
    expect(await names(vfs, '/a', { limit: 3 })).toEqual(['file-0', 'file-2', 'file-3']);
    expect(fake.calls).toHaveLength(2);
  });

  test('of a storage that is down are reached by their own paths, while its listing gives its error', async () => {
    const { vfs } = treeOf([
      fakeMount('/a', failing()),
      fakeMount('/a/b/c', fakeDriver({ root: [file('x')] })),
    ]);
    expect(await failureOf(list(vfs, '/a'))).toMatchObject({ code: 'unavailable' });
    expect(await names(vfs, '/a/b/c')).toEqual(['x']);
    expect((await get(vfs, '/a/b/c/x')).entry.name).toBe('x');
    expect(await names(vfs, '/')).toEqual(['a']);
  });
});

describe('listing a folder of 10 000 entries', () => {
  test('by pages takes one call for the first page, and 20 for everything, once', async () => {
    const driver = fakeDriver({ root: files(10_000) });
    const { vfs } = treeOf([fakeMount('/big', driver)]);
    const first = await list(vfs, '/big', { limit: 200 });
    expect(first.nodes).toHaveLength(200);
    expect(first).toMatchObject({ known: 500, complete: false });
    expect(driver.calls).toHaveLength(1);
    await list(vfs, '/big', { offset: 200, limit: 300 });
    expect(driver.calls).toHaveLength(1);
    expect(await list(vfs, '/big')).toMatchObject({ known: 10_000, complete: true });
    expect(driver.calls).toHaveLength(20);
    expect((await list(vfs, '/big')).nodes).toHaveLength(10_000);
    expect(driver.calls).toHaveLength(20);
  });

  test('a page past the end is empty and knows the total', async () => {
    const { vfs } = treeOf([fakeMount('/big', fakeDriver({ root: files(10) }))]);
    expect(await list(vfs, '/big', { offset: 50, limit: 10 })).toMatchObject({
      nodes: [],
      known: 10,
      complete: true,
    });
  });

  test('a hundred who get its files at once fetch each page once', async () => {
    const driver = fakeDriver({ root: files(10_000) });
    const { vfs } = treeOf([fakeMount('/big', driver)]);
    await Promise.all(Array.from({ length: 100 }, (_, i) => get(vfs, `/big/file-${i * 100}`)));
    expect(driver.calls).toHaveLength(20);
  });

  test('an order that was set is that of the whole folder, on every page', async () => {
    const driver = fakeDriver({ root: files(1_000).reverse() });
    const mount = fakeMount('/big', driver, { orderBy: 'name', orderDirection: 'asc' });
    const { vfs } = treeOf([mount]);
    expect(await names(vfs, '/big', { limit: 3 })).toEqual(['file-0', 'file-1', 'file-2']);
    expect(await names(vfs, '/big', { offset: 998, limit: 3 })).toEqual(['file-998', 'file-999']);
    expect(driver.calls).toHaveLength(2);
  });

  test('without an order it comes as delivered', async () => {
    const { vfs } = treeOf([fakeMount('/', fakeDriver({ root: [file('b'), folder('z'), file('a')] }))]);
    expect(await names(vfs, '/')).toEqual(['b', 'z', 'a']);
  });

  test.each([[{ offset: -1 }], [{ limit: -1 }], [{ limit: 1.5 }], [{ offset: Number.NaN }]])(
    '%j is refused',
    async (options) => {
      const { vfs } = treeOf([fakeMount('/')]);
      expect(await failureOf(list(vfs, '/', options))).toMatchObject({ code: 'invalid_argument' });
    },
  );
});

describe('looking again', () => {
  test('refresh reads the folder anew, past every memory, and no other', async () => {
    const driver = fakeDriver({ root: [folder('d')], d: [file('old')] });
    const mount = fakeMount('/a', driver);
    const { vfs } = treeOf([mount]);
    await list(vfs, '/a/d');
    driver.folders.set('d', [file('new')]);
    expect(await names(vfs, '/a/d')).toEqual(['old']);
    expect(await names(vfs, '/a/d', { refresh: true })).toEqual(['new']);
    expect(driver.calls).toEqual(['root', 'd', 'd']);
    expect(mount.forgotten).toEqual(['list d']);
  });

  test('invalidate forgets a whole storage', async () => {
    const driver = fakeDriver({ root: [folder('d')], d: [] });
    const mount = fakeMount('/a', driver, { id: 3 });
    const { vfs } = treeOf([mount]);
    await list(vfs, '/a/d');
    vfs.invalidate(3);
    await list(vfs, '/a/d');
    expect(driver.calls).toEqual(['root', 'd', 'root', 'd']);
    expect(mount.forgotten).toEqual(['all']);
    expect(() => vfs.invalidate(77)).not.toThrow();
  });

  test('a storage that was replaced is read by its new driver', async () => {
    const { vfs } = treeOf([fakeMount('/a', fakeDriver({ root: [file('old')] }), { id: 3 })]);
    await list(vfs, '/a');
    vfs.mounts.replace(fakeMount('/a', fakeDriver({ root: [file('new')] }), { id: 3 }));
    expect(await names(vfs, '/a')).toEqual(['new']);
  });

  test('a storage that was taken out leaves nothing behind', async () => {
    const driver = fakeDriver({ root: [] });
    const { vfs } = treeOf([fakeMount('/a', driver, { id: 3 }), fakeMount('/b')]);
    await list(vfs, '/a');
    const mount = vfs.mounts.unmount(3);
    expect(await failureOf(get(vfs, '/a'))).toMatchObject({ code: 'not_found' });
    if (mount !== undefined) vfs.mounts.mount(mount);
    await list(vfs, '/a');
    expect(driver.calls).toEqual(['root', 'root']);
  });

  test('a folder that is gone upstream is gone here once it was tried', async () => {
    const driver = fakeDriver({ root: [folder('d')], d: [] });
    const { vfs } = treeOf([fakeMount('/a', driver)]);
    await list(vfs, '/a');
    driver.folders.set('root', []);
    driver.folders.delete('d');
    expect(await failureOf(list(vfs, '/a/d'))).toMatchObject({ code: 'not_found' });
    expect(await names(vfs, '/a')).toEqual([]);
  });
});

describe('an open file', () => {
  const withOps = (optional: Pick<Driver, 'link' | 'read'>): FakeDriver =>
    fakeDriver({ root: [file('f', { id: 'id-f' })] }, { optional });
  const link: NonNullable<Driver['link']> = async ({ id, purpose }) => ({
    url: `https://cdn.test/${id}?${purpose}`,
    headers: {},
    boundTo: 'nobody',
    variant: 'original',
  });
  const read: NonNullable<Driver['read']> = async ({ start, end }) =>
    new Blob(['x'.repeat(end - start)]).stream();

  test('of a storage with links gives links, and can forget them', async () => {
    const mount = fakeMount('/a', withOps({ link, read }));
    const { vfs } = treeOf([mount]);
    const opened = await vfs.open(normalizePath('/a/f'), ctx());
    expect(opened.source).toBe('link');
    expect((await opened.link('play', ctx())).url).toBe('https://cdn.test/id-f?play');
    expect(opened.transport).toBe(mount.transport);
    opened.forgetLink();
    expect(mount.forgotten).toEqual(['links id-f']);
    expect(await failureOf(opened.read(0, 1, ctx()))).toMatchObject({ code: 'unsupported' });
  });

  test('of a storage without gives bytes', async () => {
    const { vfs } = treeOf([fakeMount('/a', withOps({ read }))]);
    const opened = await vfs.open(normalizePath('/a/f'), ctx());
    expect(opened.source).toBe('read');
    expect(await new Response(await opened.read(2, 5, ctx())).text()).toBe('xxx');
    expect(await failureOf(opened.link('download', ctx()))).toMatchObject({ code: 'unsupported' });
  });

  test('of a storage with neither cannot be had', async () => {
    const { vfs } = treeOf([fakeMount('/a', withOps({}))]);
    expect(await failureOf(vfs.open(normalizePath('/a/f'), ctx()))).toMatchObject({ code: 'unsupported' });
  });
});

test('with 2 000 storages a start and a listing of the root ask none of them', async () => {
  const driver = fakeDriver({ root: [] });
  const { vfs } = treeOf(
    Array.from({ length: 2_000 }, (_, i) => fakeMount(`/s/${i}`, driver, { id: i + 1, order: i })),
  );
  expect(await names(vfs, '/s', { limit: 2 })).toEqual(['0', '1']);
  expect((await list(vfs, '/s')).known).toBe(2_000);
  expect(driver.calls).toEqual([]);
});

describe('the snapshot of a folder', () => {
  test('is one object until the folder is read again or changed, and there for whole folders alone', async () => {
    const driver = fakeDriver({ root: files(4) }, { pageSize: 2 });
    const { vfs } = treeOf([fakeMount('/a', driver)]);
    expect((await list(vfs, '/a', { limit: 2 })).snapshot).toBeUndefined();
    const { snapshot } = await list(vfs, '/a');
    expect(snapshot).toBeObject();
    expect((await list(vfs, '/a', { limit: 100 })).snapshot).toBe(snapshot);
    expect((await list(vfs, '/a', { offset: 1 })).snapshot).toBeUndefined();
    expect((await list(vfs, '/a', { refresh: true })).snapshot).not.toBe(snapshot);
    vfs.mounts.mount(fakeMount('/a/b'));
    expect((await list(vfs, '/a')).snapshot).toBeUndefined();
  });
});
