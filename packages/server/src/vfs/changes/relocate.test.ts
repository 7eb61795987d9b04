import { describe, expect, test } from 'bun:test';
import { StorageError } from '../../core/errors.ts';
import type { Driver } from '../../core/driver.ts';
import { normalizePath } from '../../core/path.ts';
import { createMemoryDriver, type MemoryTree } from '../../drivers/memory/index.ts';
import { ctx, failureOf, treeOf } from '../testing/fake-storage.ts';
import { layeredMount, LOCAL, MEMORY, shapeOf, viewFor } from '../testing/real-tree.ts';
import type { View } from '../view.ts';

const path = normalizePath;
const CONTENT: MemoryTree = { a: 'aa', b: 'b', dir: { a: 'x', sub: { deep: 'd' } } };

async function inTree<T>(
  kind: typeof MEMORY,
  use: (view: View, shape: () => ReturnType<typeof shapeOf>) => Promise<T>,
): Promise<T> {
  const { driver, dispose } = await kind.make(CONTENT);
  try {
    const view = viewFor(treeOf([layeredMount('/m', driver)]).vfs);
    return await use(view, () => shapeOf(view, path('/m')));
  } finally {
    await driver.close();
    await dispose();
  }
}

describe.each([MEMORY, LOCAL])('moving and copying to another name on $kind', (kind) => {
  const cases: readonly ['move' | 'copy', string, string, object][] = [
    ['move', '/m/a', '/m/c', { b: 1, c: 2, dir: { a: 1, sub: { deep: 1 } } }],
    ['move', '/m/a', '/m/dir/c', { b: 1, dir: { a: 1, c: 2, sub: { deep: 1 } } }],
    ['move', '/m/dir/sub', '/m/x', { a: 2, b: 1, dir: { a: 1 }, x: { deep: 1 } }],
    ['move', '/m/b', '/m/dir/b', { a: 2, dir: { a: 1, b: 1, sub: { deep: 1 } } }],
    ['copy', '/m/a', '/m/c', { a: 2, b: 1, c: 2, dir: { a: 1, sub: { deep: 1 } } }],
    [
      'copy',
      '/m/dir',
      '/m/d2',
      { a: 2, b: 1, d2: { a: 1, sub: { deep: 1 } }, dir: { a: 1, sub: { deep: 1 } } },
    ],
    ['copy', '/m/b', '/m/dir/c', { a: 2, b: 1, dir: { a: 1, c: 1, sub: { deep: 1 } } }],
    // Its own name is taken where it goes, by another.
    ['copy', '/m/a', '/m/dir/c', { a: 2, b: 1, dir: { a: 1, c: 2, sub: { deep: 1 } } }],
  ];
  test.each(cases)('%s %p to %p', async (op, from, to, after) => {
    await inTree(kind, async (view, shape) => {
      await view.relocate({ op, from: path(from), to: path(to) }, ctx());
      expect(await shape()).toEqual(after as Awaited<ReturnType<typeof shapeOf>>);
    });
  });

  test.each(['move', 'copy'] as const)('%s replaces only when asked to', async (op) => {
    await inTree(kind, async (view, shape) => {
      const before = await shape();
      const taken = await failureOf(view.relocate({ op, from: path('/m/b'), to: path('/m/dir/a') }, ctx()));
      expect(taken).toMatchObject({ code: 'exists' });
      expect(await shape()).toEqual(before);
      await view.relocate({ op, from: path('/m/a'), to: path('/m/dir/sub'), overwrite: true }, ctx());
      expect(await shape()).toMatchObject({ dir: { a: 1, sub: 2 } });
    });
  });
});

describe('what is refused', () => {
  test.each([
    ['/m/none', '/m/c', 'not_found'],
    ['/m/a', '/m/none/c', 'not_found'],
    ['/m/dir', '/m/dir/sub/c', 'invalid_argument'],
    ['/m/dir/sub', '/m/dir', 'invalid_argument'],
    ['/m/a', '/n/c', 'unsupported'],
    ['/m/a', '/c', 'unsupported'],
    ['/m', '/c', 'unsupported'],
    ['/m/a', '/', 'unsupported'],
  ])('%p to %p is %p, and changes nothing', async (from, to, code) => {
    const driver = createMemoryDriver(CONTENT);
    const view = viewFor(
      treeOf([layeredMount('/m', driver), layeredMount('/n', createMemoryDriver({}))]).vfs,
    );
    const before = await shapeOf(view);
    for (const op of ['move', 'copy'] as const) {
      const relocation = { op, from: path(from), to: path(to), overwrite: true };
      expect(await failureOf(view.relocate(relocation, ctx()))).toMatchObject({ code });
    }
    expect(await shapeOf(view)).toEqual(before);
  });

  test('each needs its own rights', async () => {
    const { vfs } = treeOf([layeredMount('/m', createMemoryDriver(CONTENT))]);
    const as = (permission: number): View => viewFor(vfs, { admin: false, permission });
    const [rename, move, copy] = [1 << 4, 1 << 5, 1 << 6];
    const tries: readonly [Promise<void>, string][] = [
      [as(move).relocate({ op: 'move', from: path('/m/a'), to: path('/m/c') }, ctx()), 'another name'],
      [
        as(rename).relocate({ op: 'move', from: path('/m/a'), to: path('/m/dir/b') }, ctx()),
        'another folder',
      ],
      [as(rename | move).relocate({ op: 'copy', from: path('/m/a'), to: path('/m/c') }, ctx()), 'a copy'],
      [
        as(copy).relocate({ op: 'copy', from: path('/m/a'), to: path('/m/b'), overwrite: true }, ctx()),
        'replacing',
      ],
    ];
    for (const [attempt, what] of tries) {
      expect([what, await failureOf(attempt)]).toEqual([
        what,
        expect.objectContaining({ code: 'forbidden' }),
      ]);
    }
  });
});

describe('a step that fails', () => {
  /** Fails at the n-th call of one operation. */
  function failing(driver: Driver, op: 'rename' | 'move', at: number): Driver {
    let calls = 0;
    const call = driver[op];
    const broken = async (args: never, context: never): Promise<never> => {
      calls += 1;
      if (calls === at) throw new StorageError('unavailable', 'the cloud is gone');
      return (await (call as (a: never, c: never) => Promise<unknown>)(args, context)) as never;
    };
    return { ...driver, [op]: broken };
  }

  test.each([
    ['move', 'move', 1],
    ['move', 'rename', 1],
    ['move', 'move', 2],
    ['copy', 'rename', 1],
    ['copy', 'move', 1],
  ] as const)('%s whose %s number %p fails leaves everything as it was', async (op, step, at) => {
    const driver = failing(createMemoryDriver(CONTENT), step, at);
    const view = viewFor(treeOf([layeredMount('/m', driver)]).vfs);
    const before = await shapeOf(view);
    expect(
      await failureOf(view.relocate({ op, from: path('/m/a'), to: path('/m/dir/c') }, ctx())),
    ).toMatchObject({
      code: 'unavailable',
    });
    expect(await shapeOf(view)).toEqual(before);
  });

  test('a move that can go neither on nor back says where the entry is', async () => {
    const driver = createMemoryDriver(CONTENT);
    let moves = 0;
    const broken: Driver = {
      ...driver,
      move: async (args, context) => {
        moves += 1;
        if (moves > 1 || driver.move === undefined)
          throw new StorageError('unavailable', 'the cloud is gone');
        return driver.move(args, context);
      },
    };
    const view = viewFor(treeOf([layeredMount('/m', broken)]).vfs);
    const relocation = { op: 'move', from: path('/m/a'), to: path('/m/dir/c') } as const;
    const error = await failureOf(view.relocate(relocation, ctx()));
    const [, folder = ''] = /"(sluice-moving-[^"]+)"/.exec((error as StorageError).detail.remedy ?? '') ?? [];
    expect(await shapeOf(view)).toMatchObject({ m: { b: 1, dir: { [folder]: { a: 2 } } } });
  });
});
