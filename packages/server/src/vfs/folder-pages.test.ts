import { describe, expect, test } from 'bun:test';
import { normalizePath } from '../core/path.ts';
import { StorageError } from '../core/errors.ts';
import {
  ctx,
  failureOf,
  fakeDriver,
  fakeMount,
  file,
  files,
  folder,
  treeOf,
} from './testing/fake-storage.ts';
import { viewFor } from './testing/real-tree.ts';
import type { View } from './view.ts';

async function pieces(view: View, path: string): Promise<string[][]> {
  const found: string[][] = [];
  for await (const nodes of view.pages(normalizePath(path), ctx()))
    found.push(nodes.map((node) => node.path));
  return found;
}

describe('a folder in pieces', () => {
  test('begins with the folder, and asks the storage for a page when it is wanted', async () => {
    const driver = fakeDriver({ root: files(1200) }, { pageSize: 500 });
    const view = viewFor(treeOf([fakeMount('/m', driver)]).vfs);
    const reader = view.pages(normalizePath('/m'), ctx())[Symbol.asyncIterator]();
    expect((await reader.next()).value).toMatchObject([{ path: '/m' }]);
    expect(driver.calls).toEqual([]);
    expect((await reader.next()).value).toHaveLength(500);
    expect(driver.calls).toEqual(['root']);
    const rest = [(await reader.next()).value?.length, (await reader.next()).value?.length];
    expect([rest, (await reader.next()).done]).toEqual([[500, 200], true]);
  });

  test('tells what a listing tells, mounts included and hidden names left out', async () => {
    const { vfs } = treeOf([
      fakeMount('/m', fakeDriver({ root: [file('x'), folder('deep'), file('b'), file('way')] })),
      fakeMount('/m/b'),
      fakeMount('/m/deep/c'),
      fakeMount('/m/way/c'),
    ]);
    const view = viewFor(vfs);
    const { nodes } = await view.list(normalizePath('/m'), {}, ctx());
    const [[self], ...rest] = (await pieces(view, '/m')) as [string[], ...string[][]];
    expect(self).toBe('/m');
    expect(rest.flat()).toEqual(nodes.map((node) => node.path));
  });

  test('keeps the order that its storage is set to', async () => {
    const sorted = { orderBy: 'name', orderDirection: 'desc' } as const;
    const driver = fakeDriver({ root: [file('a'), file('c'), file('b')] }, { pageSize: 1 });
    const view = viewFor(treeOf([fakeMount('/m', driver, sorted)]).vfs);
    expect((await pieces(view, '/m')).slice(1).flat()).toEqual(['/m/c', '/m/b', '/m/a']);
  });

  test('is of one moment, whatever is forgotten or changed while it is read', async () => {
    const driver = fakeDriver({ root: files(1000) }, { pageSize: 500 });
    const { vfs } = treeOf([fakeMount('/m', driver)]);
    const names: string[] = [];
    for await (const nodes of viewFor(vfs).pages(normalizePath('/m'), ctx())) {
      names.push(...nodes.map((node) => node.entry.name));
      for (const { record } of vfs.mounts.all()) vfs.invalidate(record.id);
    }
    expect(new Set(names.slice(1))).toEqual(new Set(files(1000).map(({ name }) => name)));
    expect(names).toHaveLength(1001);
  });

  test('of a folder that only leads to storages, and of a base path, are what there is to see', async () => {
    const { vfs } = treeOf([fakeMount('/x/m'), fakeMount('/x/n')]);
    expect(await pieces(viewFor(vfs), '/x')).toEqual([['/x'], ['/x/m', '/x/n']]);
    expect(await pieces(viewFor(vfs, { base: '/x' }), '/')).toEqual([['/'], ['/m', '/n']]);
  });

  test('ends with the error of the storage, and tells no place outside the base path', async () => {
    const driver = fakeDriver({ root: [file('a')] });
    driver.failures.push(new StorageError('unavailable', 'gone'));
    const view = viewFor(treeOf([fakeMount('/x/m', driver)]).vfs, { base: '/x/m' });
    const error = await failureOf(pieces(view, '/'));
    expect(error).toMatchObject({ code: 'unavailable' });
    expect((error as StorageError).detail.storage).toBeUndefined();
    expect(await failureOf(pieces(view, '/a'))).toMatchObject({ code: 'unavailable' });
  });
});
