import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { isWithin, normalizePath, segmentsOf } from '../core/path.ts';
import { createMountTable, type MountTable } from './mount-table.ts';
import type { Mount } from './mount.ts';
import { fakeMount } from './testing/fake-storage.ts';

function tableOf(...mounts: readonly Mount[]): MountTable {
  const table = createMountTable();
  for (const mount of mounts) table.mount(mount);
  return table;
}

const located = (table: MountTable, path: string): string | undefined => {
  const found = table.locate(normalizePath(path));
  return found === undefined ? undefined : `${found.mount.record.mountPath} + ${found.below.join('/')}`;
};
const names = (table: MountTable, path: string): string[] =>
  table.children(normalizePath(path)).map(({ name }) => name);

describe('locate', () => {
  test('a mount catches its own path and all below, and not a path that only begins like it', () => {
    const table = tableOf(fakeMount('/a'));
    expect(located(table, '/a')).toBe('/a + ');
    expect(located(table, '/a/b/c')).toBe('/a + b/c');
    expect(located(table, '/ab')).toBeUndefined();
    expect(located(table, '/ab/c')).toBeUndefined();
    expect(located(table, '/')).toBeUndefined();
  });

  test('of nested mounts the deepest wins', () => {
    const table = tableOf(fakeMount('/'), fakeMount('/a'), fakeMount('/a/b/c'));
    expect(located(table, '/x')).toBe('/ + x');
    expect(located(table, '/a/b')).toBe('/a + b');
    expect(located(table, '/a/b/c/d')).toBe('/a/b/c + d');
    expect(located(table, '/a/b/cd')).toBe('/a + b/cd');
  });

  test('names of built-in properties are names like any other', () => {
    expect(located(tableOf(fakeMount('/a')), '/__proto__/constructor')).toBeUndefined();
    expect(located(tableOf(fakeMount('/__proto__')), '/__proto__/x')).toBe('/__proto__ + x');
  });

  test('it agrees with a search through all mounts', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'ab', 'aa'), { maxLength: 4 })
      .map((segments) => normalizePath(segments.join('/')));
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 12 }), path, (mounted, wanted) => {
        const table = tableOf(...mounted.map((at) => fakeMount(at)));
        const best = mounted
          .filter((at) => isWithin(wanted, at))
          .sort((x, y) => segmentsOf(y).length - segmentsOf(x).length)[0];
        expect(table.locate(wanted)?.mount.record.mountPath).toBe(best);
      }),
    );
  });
});

describe('children', () => {
  test('there is one child for each next segment of the mounts below', () => {
    const table = tableOf(fakeMount('/x/one'), fakeMount('/x/two/deep'), fakeMount('/x/two/deeper'));
    expect(names(table, '/')).toEqual(['x']);
    expect(names(table, '/x')).toEqual(['one', 'two']);
    expect(names(table, '/x/two')).toEqual(['deep', 'deeper']);
    expect(names(table, '/x/one')).toEqual([]);
    expect(names(table, '/nowhere')).toEqual([]);
    const [one, two] = table.children(normalizePath('/x'));
    expect(one?.mount?.record.mountPath).toBe(normalizePath('/x/one'));
    expect(two?.mount).toBeUndefined();
  });

  test("they are in the order of the storages' `order`, then of their paths", () => {
    const table = tableOf(
      fakeMount('/c', undefined, { order: 1 }),
      fakeMount('/b', undefined, { order: 1 }),
      fakeMount('/a', undefined, { order: 2 }),
      fakeMount('/z/deep', undefined, { order: 0 }),
      fakeMount('/z', undefined, { order: 9 }),
    );
    expect(names(table, '/')).toEqual(['z', 'b', 'c', 'a']);
    expect(table.all().map(({ record }) => String(record.mountPath))).toEqual([
      '/z/deep',
      '/b',
      '/c',
      '/a',
      '/z',
    ]);
  });

  test('a change deep below shows at once', () => {
    const table = tableOf(fakeMount('/x/y/one'));
    expect(names(table, '/x')).toEqual(['y']);
    table.mount(fakeMount('/x/a/b', undefined, { id: 5 }));
    expect(names(table, '/x')).toEqual(['a', 'y']);
    table.unmount(5);
    expect(names(table, '/x')).toEqual(['y']);
  });
});

describe('changes', () => {
  test('a path is given once, and a storage is mounted once', () => {
    const table = tableOf(fakeMount('/a', undefined, { id: 1 }));
    expect(() => table.mount(fakeMount('/a', undefined, { id: 2 }))).toThrow('the mount path is taken');
    expect(() => table.mount(fakeMount('/b', undefined, { id: 1 }))).toThrow('mounted already');
    expect(table.size).toBe(1);
  });

  test('a disabled storage is not mounted', () => {
    const table = tableOf(fakeMount('/a', undefined, { id: 1 }));
    expect(() => table.mount(fakeMount('/b', undefined, { disabled: true }))).toThrow('disabled');
    expect(() => table.replace(fakeMount('/a', undefined, { id: 1, disabled: true }))).toThrow('disabled');
    expect(names(table, '/')).toEqual(['a']);
  });

  test('unmounting takes the folders away that led to nothing else, and gives the mount back', () => {
    const mount = fakeMount('/x/y/z', undefined, { id: 7 });
    const table = tableOf(fakeMount('/x/k'), mount);
    expect(table.unmount(7)).toBe(mount);
    expect(names(table, '/x')).toEqual(['k']);
    expect(table.byId(7)).toBeUndefined();
    expect(table.unmount(7)).toBeUndefined();
  });

  test('unmounting a parent leaves what is mounted below', () => {
    const table = tableOf(fakeMount('/a', undefined, { id: 1 }), fakeMount('/a/b'));
    table.unmount(1);
    expect(located(table, '/a')).toBeUndefined();
    expect(located(table, '/a/b')).toBe('/a/b + ');
    expect(names(table, '/')).toEqual(['a']);
  });

  test('replacing moves a storage in one step, and tells which mount left', () => {
    const gone: Mount[] = [];
    const table = createMountTable((mount) => gone.push(mount));
    const old = fakeMount('/a/b', undefined, { id: 1 });
    table.mount(old);
    const moved = fakeMount('/c', undefined, { id: 1 });
    expect(table.replace(moved)).toBe(old);
    expect(gone).toEqual([old]);
    expect(names(table, '/')).toEqual(['c']);
    expect(table.byId(1)).toBe(moved);
  });

  test('replacing by a mount at a taken path changes nothing', () => {
    const table = tableOf(fakeMount('/a', undefined, { id: 1 }), fakeMount('/b', undefined, { id: 2 }));
    expect(() => table.replace(fakeMount('/b', undefined, { id: 1 }))).toThrow('taken');
    expect(names(table, '/')).toEqual(['a', 'b']);
  });
});
