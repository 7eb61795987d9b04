import { describe, expect, test } from 'bun:test';
import type { Driver } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { normalizePath } from '../core/path.ts';
import { Permission, type Rights } from '../core/rights.ts';
import { NoStorageError } from './no-storage-error.ts';
import {
  ctx,
  failureOf,
  type FakeDriver,
  fakeDriver,
  fakeMount,
  file,
  folder,
  treeOf,
} from './testing/fake-storage.ts';
import { createView } from './user-view.ts';
import type { View } from './view.ts';
import type { Vfs } from './vfs.ts';

function viewOf(vfs: Vfs, basePath: string, rights: Partial<Rights> = {}): View {
  return createView(vfs, { basePath: normalizePath(basePath), admin: false, permission: 0, ...rights });
}

const at = normalizePath;
const names = async (view: View, path = '/'): Promise<string[]> =>
  (await view.list(at(path), {}, ctx())).nodes.map(({ entry }) => entry.name);

const upload: NonNullable<Driver['upload']> = () => Promise.reject(new Error('not called'));
const read: NonNullable<Driver['read']> = () =>
  Promise.reject(new StorageError('unavailable', 'the cloud is gone'));

/** `users/bob/mine.txt` and `users/bobby/secret.txt`. */
function drive(): FakeDriver {
  return fakeDriver(
    {
      root: [folder('users')],
      users: [folder('bob'), folder('bobby')],
      bob: [file('mine.txt')],
      bobby: [file('secret.txt')],
    },
    { optional: { read, upload } },
  );
}

describe('base path escape (class A and B of the advisories: traversal, plain-prefix confusion)', () => {
  test('a user of /users/bob sees nothing of /users/bobby, neither in lists nor by path', async () => {
    const { vfs } = treeOf([fakeMount('/', drive())]);
    const view = viewOf(vfs, '/users/bob');
    expect(await names(view)).toEqual(['mine.txt']);
    for (const path of ['/by/secret.txt', '/users/bobby/secret.txt', '/bobby/secret.txt']) {
      expect(await failureOf(view.get(at(path), ctx()))).toMatchObject({ code: 'not_found' });
    }
  });

  test('a mount whose path begins like the base path is outside', async () => {
    const { vfs } = treeOf([
      fakeMount('/a', drive()),
      fakeMount('/ab', drive()),
      fakeMount('/a/in', drive()),
    ]);
    const view = viewOf(vfs, '/a');
    expect(await names(view)).toEqual(['users', 'in']);
    expect(await failureOf(view.list(at('/b'), {}, ctx()))).toMatchObject({ code: 'not_found' });
    expect(await failureOf(view.list(at('/ab'), {}, ctx()))).toMatchObject({ code: 'not_found' });
  });

  test.each([['/../bobby'], ['/x/../../bobby'], ['\\..\\bobby'], ['//..//bobby']])(
    '%j never becomes a path at all',
    (path) => {
      expect(() => at(path)).toThrow('relative path');
    },
  );

  test('encoded dots and slashes are names like any other', async () => {
    const { vfs } = treeOf([fakeMount('/', drive())]);
    const view = viewOf(vfs, '/users/bob');
    for (const path of ['/%2e%2e/bobby', '/..%2fbobby', '/．．/bobby']) {
      expect(await failureOf(view.get(at(path), ctx()))).toMatchObject({ code: 'not_found' });
    }
  });

  test('a folder that the cloud calls ".." leads down, not up', async () => {
    const driver = fakeDriver({
      root: [folder('bob'), file('secret')],
      bob: [folder('..', { id: 'x' })],
      x: [],
    });
    const { vfs } = treeOf([fakeMount('/', driver)]);
    const view = viewOf(vfs, '/bob');
    expect(await names(view)).toEqual(['．．']);
    expect(await names(view, '/．．')).toEqual([]);
  });

  test('an admin with a base path stays inside it as well', async () => {
    const { vfs } = treeOf([fakeMount('/', drive())]);
    const view = viewOf(vfs, '/users/bob', { admin: true });
    expect(await failureOf(view.get(at('/users/bobby'), ctx()))).toMatchObject({ code: 'not_found' });
  });
});

describe('a base path', () => {
  test('makes paths relative to it, and keeps the full ones beside', async () => {
    const { vfs } = treeOf([fakeMount('/', drive())]);
    const view = viewOf(vfs, '/users/bob');
    const { folder: root, nodes } = await view.list(at('/'), {}, ctx());
    expect(root).toMatchObject({ path: '/', fullPath: '/users/bob', entry: { name: '', id: 'bob' } });
    expect(nodes[0]).toMatchObject({ path: '/mine.txt', fullPath: '/users/bob/mine.txt' });
    const opened = await view.open(at('/mine.txt'), ctx());
    expect(opened.node).toEqual(await view.get(at('/mine.txt'), ctx()));
  });

  test('above mounts shows the mounts below it', async () => {
    const { vfs } = treeOf([fakeMount('/x/one', drive()), fakeMount('/y/two')]);
    const view = viewOf(vfs, '/x');
    expect(await names(view)).toEqual(['one']);
    expect((await view.get(at('/one'), ctx())).mount).toBeDefined();
    expect(await names(view, '/one/users/bob')).toEqual(['mine.txt']);
  });

  test('that does not exist is not found, also in a tree without storages', async () => {
    for (const { vfs } of [treeOf([]), treeOf([fakeMount('/a', drive())])]) {
      const failure = viewOf(vfs, '/gone').list(at('/'), {}, ctx());
      expect(await failureOf(failure)).toMatchObject({ code: 'not_found' });
      expect(await failureOf(failure)).not.toBeInstanceOf(NoStorageError);
    }
  });

  test('keeps the place of storages out of errors', async () => {
    const driver = drive();
    const { vfs } = treeOf([fakeMount('/private/drive', driver)]);
    const path = at('/mine.txt');
    const confined = await viewOf(vfs, '/private/drive/users/bob').open(path, ctx());
    const told = await viewOf(vfs, '/').open(at('/private/drive/users/bob/mine.txt'), ctx());
    expect(await failureOf(told.read(0, 1, ctx()))).toMatchObject({ detail: { storage: '/private/drive' } });
    expect(await failureOf(confined.read(0, 1, ctx()))).toMatchObject({ code: 'unavailable', detail: {} });
    vfs.invalidate(vfs.mounts.all()[0]?.record.id ?? 0);
    driver.failures.push(new StorageError('unavailable', 'gone', { detail: { remedy: 'Wait.' } }));
    const failure = viewOf(vfs, '/private/drive/users/bob').get(path, ctx());
    expect(await failureOf(failure)).toMatchObject({ code: 'unavailable', message: 'gone' });
    expect(await failureOf(failure)).toHaveProperty('detail', { op: 'list', remedy: 'Wait.' });
  });
});

describe('rights', () => {
  const refresh = (view: View): Promise<unknown> => view.list(at('/'), { refresh: true }, ctx());

  test('refresh needs the right to write', async () => {
    const driver = drive();
    const { vfs } = treeOf([fakeMount('/', driver)]);
    expect(await failureOf(refresh(viewOf(vfs, '/')))).toMatchObject({
      code: 'forbidden',
      message: 'Refresh without permission',
    });
    expect(driver.calls).toEqual([]);
    await refresh(viewOf(vfs, '/', { permission: Permission.write }));
    await refresh(viewOf(vfs, '/', { admin: true }));
    expect(driver.calls).toEqual(['root', 'root']);
  });

  test('writing needs the right, a folder, and a storage that takes files', async () => {
    const { vfs } = treeOf([
      fakeMount('/drive', drive()),
      fakeMount('/drive/x/share', fakeDriver({ root: [] })),
    ]);
    const writer = viewOf(vfs, '/', { permission: Permission.write });
    const allowed = (view: View, path: string): Promise<boolean> => view.canWrite(at(path), ctx());
    expect(await allowed(writer, '/drive/users/bob')).toBe(true);
    expect(await allowed(viewOf(vfs, '/'), '/drive/users/bob')).toBe(false);
    expect(await allowed(writer, '/drive/users/bob/mine.txt')).toBe(false);
    expect(await allowed(writer, '/drive/nothing')).toBe(false);
    expect(await allowed(writer, '/drive/x')).toBe(false); // only leads to a mount
    expect(await allowed(writer, '/drive/x/share')).toBe(false);
    expect(await allowed(writer, '/')).toBe(false);
  });
});

describe('shares of one’s own, which concern a whole account', () => {
  const share = { id: 's', url: 'https://cloud.test/s', passCode: '', title: 'mine.txt', open: true };
  const optional = {
    share: async () => share,
    listShares: async () => ({ shares: [share] }),
    unshare: async () => {},
    restore: async () => ({}),
  };
  const tree = () =>
    treeOf([
      fakeMount('/', fakeDriver({ root: [folder('users')], users: [file('mine.txt')] }, { optional })),
      fakeMount(
        '/share',
        fakeDriver(
          { root: [file('theirs.txt')] },
          {
            optional: {
              shareTicket: async () => ({ kind: 'K', shareId: 'x', token: '', ids: [], ancestors: [] }),
            },
          },
        ),
      ),
    ]).vfs;

  test('are made with the right to write, and nothing is saved without it', async () => {
    const wish = { names: ['mine.txt'] };
    const batch = { from: at('/share'), names: ['theirs.txt'], to: at('/users') };
    const may = viewOf(tree(), '/', { permission: Permission.write });
    expect(await may.shareOut(at('/users'), wish, ctx())).toEqual(share);
    expect(await may.saveShared(batch, undefined, ctx())).toEqual({});
    const mayNot = viewOf(tree(), '/', { permission: Permission.copy });
    expect(await failureOf(mayNot.shareOut(at('/users'), wish, ctx()))).toMatchObject({ code: 'forbidden' });
    expect(await failureOf(mayNot.saveShared(batch, undefined, ctx()))).toMatchObject({ code: 'forbidden' });
  });

  test('are listed and ended by admins alone: they may show what lies outside a base path', async () => {
    const user = viewOf(tree(), '/users', { permission: Permission.write });
    expect(await failureOf(user.ownShares(at('/'), undefined, ctx()))).toMatchObject({ code: 'forbidden' });
    expect(await failureOf(user.endShares(at('/'), ['s'], ctx()))).toMatchObject({ code: 'forbidden' });
    const admin = viewOf(tree(), '/', { admin: true });
    expect((await admin.ownShares(at('/'), undefined, ctx())).shares).toEqual([share]);
  });
});
