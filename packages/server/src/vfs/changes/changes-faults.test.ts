import { describe, expect, test } from 'bun:test';
import type { Driver } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { normalizePath as at } from '../../core/path.ts';
import { createMemoryDriver, type MemoryTree } from '../../drivers/memory/index.ts';
import { ctx, failureOf, type FakeTree, treeOf } from '../testing/fake-storage.ts';
import { forgetAll, layeredMount, type Shape, shapeOf, viewFor } from '../testing/real-tree.ts';
import type { View } from '../view.ts';

const CONTENT: MemoryTree = { in: { a: '1', b: '22', c: '333' }, out: { b: '4444' } };
const BEFORE: Shape = { in: { a: 1, b: 2, c: 3 }, out: { b: 4 } };

/** A storage that counts listings and can be made to fail. */
interface Rig extends FakeTree {
  readonly view: View;
  readonly driver: Driver;
  /** What is asked of the storage, other than listings: `move`, `remove trash`. */
  readonly calls: string[];
  listings: number;
  /** Called before a change is made; what it throws, the storage answers. */
  before: (call: string) => void;
  /** Called when it was made; the same. */
  after: (call: string) => unknown;
}

function rigOf(content: MemoryTree = CONTENT, lacks: readonly (keyof Driver)[] = []): Rig {
  const inner = createMemoryDriver(content);
  const watched =
    <A, R>(name: (args: A) => string, call: (args: A, c: ReturnType<typeof ctx>) => Promise<R>) =>
    async (args: A, c: ReturnType<typeof ctx>): Promise<R> => {
      rig.calls.push(name(args));
      rig.before(name(args));
      const answer = await call(args, c);
      await rig.after(name(args));
      return answer;
    };
  const { mkdir, rename, move, copy, remove } = inner;
  const missing = (): Promise<never> => Promise.reject(new Error('the memory driver has it'));
  const driver: Driver = {
    ...inner,
    list: (args, c) => {
      rig.listings++;
      return inner.list(args, c);
    },
    mkdir: watched(() => 'mkdir', mkdir ?? missing),
    rename: watched(({ name }) => `rename ${name.replace(/replaced-.*/, 'aside')}`, rename ?? missing),
    move: watched(() => 'move', move ?? missing),
    copy: watched(() => 'copy', copy ?? missing),
    remove: watched(({ mode }) => `remove ${mode}`, remove ?? missing),
  };
  const served = { ...driver, ...Object.fromEntries(lacks.map((op) => [op, undefined])) };
  const tree = treeOf([layeredMount('/', served)]);
  const rig: Rig = {
    ...tree,
    view: viewFor(tree.vfs),
    driver: inner,
    calls: [],
    listings: 0,
    before: () => {},
    after: () => {},
  };
  return rig;
}

const broken = (): StorageError => new StorageError('unavailable', 'the cloud is gone', { retry: 'later' });

const failAt =
  (wanted: string, error: () => Error = broken) =>
  (call: string): void => {
    if (call === wanted) throw error();
  };

async function truth({ view, vfs }: Rig): Promise<Shape> {
  const listed = await shapeOf(view);
  forgetAll(vfs);
  expect(await shapeOf(view)).toEqual(listed);
  return listed;
}

const overwriting = (view: View, c = ctx()): Promise<unknown> =>
  view.move({ from: at('/in'), names: ['b'], to: at('/out') }, { overwrite: true }, c);

describe('replacing', () => {
  test('puts the old entry aside first and removes it last', async () => {
    const rig = rigOf();
    await overwriting(rig.view);
    expect(rig.calls).toEqual(['rename b.aside', 'move', 'remove trash']);
    expect(await truth(rig)).toEqual({ in: { a: 1, c: 3 }, out: { b: 2 } });
  });

  test('gives the old entry its name back when the new one cannot come', async () => {
    const rig = rigOf();
    rig.before = failAt('move');
    expect(await failureOf(overwriting(rig.view))).toMatchObject({ message: 'the cloud is gone' });
    expect(rig.calls).toEqual(['rename b.aside', 'move', 'rename b']);
    expect(await truth(rig)).toEqual(BEFORE);
  });

  test('gives it back when it went aside though the storage said that it failed', async () => {
    const rig = rigOf();
    rig.after = failAt('rename b.aside');
    expect(await failureOf(overwriting(rig.view))).toMatchObject({ message: 'the cloud is gone' });
    expect(rig.calls).toEqual(['rename b.aside', 'rename b']);
    expect(await truth(rig)).toEqual(BEFORE);
  });

  test('gives it back when the client leaves while it goes aside', async () => {
    const rig = rigOf();
    const client = new AbortController();
    rig.after = (call) => call === 'rename b.aside' && client.abort();
    await failureOf(overwriting(rig.view, ctx(client.signal)));
    expect(await truth(rig)).toEqual(BEFORE);
  });

  test('asks nothing more of a storage that has refused', async () => {
    const rig = rigOf();
    rig.before = failAt('rename b.aside', () => new StorageError('forbidden', 'read only'));
    expect(await failureOf(overwriting(rig.view))).toMatchObject({ code: 'forbidden' });
    expect(rig.calls).toEqual(['rename b.aside']);
  });

  test('gives it back also when the client has left meanwhile', async () => {
    const rig = rigOf();
    const client = new AbortController();
    rig.before = (call) => {
      if (call !== 'move') return;
      client.abort();
      throw broken();
    };
    await failureOf(overwriting(rig.view, ctx(client.signal)));
    expect(await truth(rig)).toEqual(BEFORE);
  });

  test('goes on to the end when the client leaves after the new entry came', async () => {
    const rig = rigOf();
    const client = new AbortController();
    rig.after = (call) => call === 'move' && client.abort();
    await overwriting(rig.view, ctx(client.signal)).catch(() => {}); // the client may be told or not
    expect(await truth(rig)).toMatchObject({ out: { b: 2 } });
  });

  test('says where the old entry is kept when even its name cannot be given back', async () => {
    const rig = rigOf();
    rig.before = (call) => {
      if (call === 'move' || call === 'rename b') throw broken();
    };
    const failure = await failureOf(overwriting(rig.view));
    const { out } = await truth(rig);
    const [kept] = Object.keys(out ?? {});
    expect(kept).toStartWith('b.replaced-');
    expect(failure).toMatchObject({ detail: { remedy: `The old version is kept as "${kept}".` } });
  });

  test('says where the old entry is kept when it cannot be removed', async () => {
    const rig = rigOf();
    rig.before = failAt('remove trash');
    const failure = await failureOf(overwriting(rig.view));
    expect(failure).toMatchObject({
      message: '"b" was replaced, but its old version not removed (the cloud is gone)',
      detail: { remedy: expect.stringContaining('b.replaced-') },
    });
    expect(await truth(rig)).toMatchObject({ in: { a: 1, c: 3 }, out: { b: 2 } });
  });

  test('needs no more room for a name than there is', async () => {
    const long = 'n'.repeat(255);
    const rig = rigOf({ in: { [long]: '1' }, out: { [long]: '22' } });
    const batch = { from: at('/in'), names: [long], to: at('/out') };
    await rig.view.move(batch, { overwrite: true }, ctx());
    expect(await truth(rig)).toEqual({ in: {}, out: { [long]: 1 } });
  });

  test('is refused before anything is done where the storage cannot rename', async () => {
    const rig = rigOf(CONTENT, ['rename']);
    expect(await failureOf(overwriting(rig.view))).toMatchObject({ code: 'unsupported' });
    expect(rig.calls).toEqual([]);
  });

  test('of a folder that holds what would replace it is refused before anything is done', async () => {
    const rig = rigOf({ x: { x: { f: '1' } } });
    const batch = { from: at('/x'), names: ['x'], to: at('/') };
    expect(await failureOf(rig.view.move(batch, { overwrite: true }, ctx()))).toMatchObject({
      code: 'invalid_argument',
    });
    expect(rig.calls).toEqual([]);
  });
});

describe('what memory does not know', () => {
  /** Something that another client of the cloud did, and that nobody told us. */
  const behindOurBack = async (rig: Rig): Promise<void> => {
    const { driver } = rig;
    await shapeOf(rig.view);
    const folders = await driver.list({ dir: driver.root }, ctx());
    const out = folders.entries.find(({ name }) => name === 'out');
    await driver.mkdir?.({ dir: out?.id ?? '', name: 'a' }, ctx());
  };
  const moveA = (rig: Rig, options = {}): Promise<unknown> =>
    rig.view.move({ from: at('/in'), names: ['a'], to: at('/out') }, options, ctx());

  test('a name that was taken meanwhile is a conflict all the same', async () => {
    const rig = rigOf();
    await behindOurBack(rig);
    expect(await failureOf(moveA(rig))).toMatchObject({ code: 'exists', message: 'file [a] exists' });
    expect(await truth(rig)).toEqual({ ...BEFORE, out: { b: 4, a: {} } });
  });

  test('a name that was taken meanwhile is replaced when asked for', async () => {
    const rig = rigOf();
    await behindOurBack(rig);
    await moveA(rig, { overwrite: true });
    expect(await truth(rig)).toEqual({ in: { b: 2, c: 3 }, out: { b: 4, a: 1 } });
  });

  test('a name that was taken meanwhile is left out when asked for', async () => {
    const rig = rigOf();
    await behindOurBack(rig);
    expect(await moveA(rig, { skipExisting: true })).toBe(0);
    expect(await truth(rig)).toEqual({ ...BEFORE, out: { b: 4, a: {} } });
  });

  test('a folder that somebody made meanwhile counts as made', async () => {
    const rig = rigOf();
    await behindOurBack(rig);
    await rig.view.mkdir(at('/out/a/new'), ctx());
    expect(await truth(rig)).toMatchObject({ out: { a: { new: {} } } });
  });

  test('what came meanwhile is removed, not taken for missing', async () => {
    const rig = rigOf();
    await behindOurBack(rig);
    await rig.view.remove(at('/out'), ['a', 'missing', 'more'], ctx());
    expect(await truth(rig)).toEqual(BEFORE);
  });

  test('what went meanwhile counts as removed', async () => {
    const rig = rigOf();
    rig.before = failAt('remove trash', () => new StorageError('not_found', 'no such file'));
    await rig.view.remove(at('/in'), ['a'], ctx());
    expect(rig.calls).toEqual(['remove trash']);
  });
});

describe('a batch', () => {
  test.each(['move', 'copy', 'remove trash'])('of many is one call to the storage: %s', async (call) => {
    const rig = rigOf();
    const batch = { from: at('/in'), names: ['a', 'b', 'c'], to: at('/') };
    if (call === 'move') await rig.view.move(batch, {}, ctx());
    else if (call === 'copy') await rig.view.copy(batch, {}, ctx());
    else await rig.view.remove(batch.from, batch.names, ctx());
    expect(rig.calls).toEqual([call]);
    await truth(rig);
  });

  test('that fails after all leaves listings that show what stands there', async () => {
    const rig = rigOf();
    await shapeOf(rig.view);
    rig.after = failAt('move');
    const batch = { from: at('/in'), names: ['a', 'b', 'c'], to: at('/') };
    expect(await failureOf(rig.view.move(batch, {}, ctx()))).toMatchObject({ code: 'unavailable' });
    expect(await truth(rig)).toEqual({ a: 1, b: 2, c: 3, in: {}, out: { b: 4 } });
  });

  test('replaces one by one, after all that replace nothing have gone at once', async () => {
    const rig = rigOf();
    const batch = { from: at('/in'), names: ['a', 'b', 'c'], to: at('/out') };
    expect(await rig.view.move(batch, { overwrite: true }, ctx())).toBe(3);
    expect(rig.calls).toEqual(['move', 'rename b.aside', 'move', 'remove trash']);
    expect(await truth(rig)).toEqual({ in: {}, out: { a: 1, b: 2, c: 3 } });
  });

  test('in which others take names meanwhile leaves those out, or is given up without end of looks', async () => {
    const rig = rigOf();
    await shapeOf(rig.view);
    const taken = rig.driver.mkdir?.bind(rig.driver);
    const folders = (await rig.driver.list({ dir: rig.driver.root }, ctx())).entries;
    const out = folders.find(({ name }) => name === 'out')?.id ?? '';
    await taken?.({ dir: out, name: 'a' }, ctx());
    const batch = { from: at('/in'), names: ['a', 'c'], to: at('/out') };
    expect(await rig.view.copy(batch, { skipExisting: true }, ctx())).toBe(1);
    rig.before = failAt('copy', () => new StorageError('exists', 'always'));
    const more = { ...batch, names: ['b', 'c'], to: at('/') };
    rig.calls.length = 0;
    expect(await failureOf(rig.view.copy(more, { skipExisting: true }, ctx()))).toMatchObject({
      code: 'exists',
    });
    expect(rig.calls).toEqual(['copy']);
  });

  test('removes what is there, though something in it has gone meanwhile', async () => {
    const rig = rigOf();
    await shapeOf(rig.view);
    const folders = (await rig.driver.list({ dir: rig.driver.root }, ctx())).entries;
    const inside = folders.find(({ name }) => name === 'in')?.id ?? '';
    const gone = (await rig.driver.list({ dir: inside }, ctx())).entries.find(({ name }) => name === 'b');
    await rig.driver.remove?.({ ids: [gone?.id ?? ''], mode: 'purge' }, ctx());
    await rig.view.remove(at('/in'), ['a', 'b', 'c'], ctx());
    expect(await truth(rig)).toEqual({ in: {}, out: { b: 4 } });
  });

  test('does nothing more when the client has left', async () => {
    const rig = rigOf();
    const client = new AbortController();
    rig.before = () => client.abort();
    const failure = await failureOf(rig.view.remove(at('/in'), ['a', 'b', 'c'], ctx(client.signal)));
    expect(failure).toMatchObject({ name: 'AbortError' });
    expect(rig.calls).toHaveLength(1);
  });

  test('names a thing once, however often it is given', async () => {
    const rig = rigOf();
    const batch = { from: at('/in'), names: ['a', 'a'], to: at('/out') };
    expect(await rig.view.move(batch, {}, ctx())).toBe(1);
  });

  test('a folder is not put into itself: the storage is not even asked', async () => {
    const rig = rigOf({ x: { y: {} } });
    for (const [names, to] of [
      [['x'], '/x'],
      [['x'], '/x/y'],
    ] as const) {
      const batch = { from: at('/'), names, to: at(to) };
      expect(await failureOf(rig.view.move(batch, { overwrite: true }, ctx()))).toMatchObject({
        code: 'invalid_argument',
      });
      expect(await failureOf(rig.view.copy(batch, {}, ctx()))).toMatchObject({ code: 'invalid_argument' });
    }
    expect(rig.calls).toEqual([]);
  });
});

describe('listings after a change', () => {
  test('come from memory when all of the folder was there', async () => {
    const rig = rigOf();
    await shapeOf(rig.view);
    rig.listings = 0;
    await rig.view.rename(at('/in/a'), { name: 'z' }, ctx());
    await rig.view.move({ from: at('/in'), names: ['z'], to: at('/out') }, {}, ctx());
    await rig.view.remove(at('/in'), ['b'], ctx());
    expect(await shapeOf(rig.view)).toEqual({ in: { c: 3 }, out: { b: 4, z: 1 } });
    expect(rig.listings).toBe(0);
    await truth(rig);
  });

  test('show a change that was made although its answer was lost', async () => {
    const rig = rigOf();
    await shapeOf(rig.view);
    rig.after = failAt('remove trash');
    await failureOf(rig.view.remove(at('/in'), ['a'], ctx()));
    expect(await shapeOf(rig.view)).toEqual({ in: { b: 2, c: 3 }, out: { b: 4 } });
  });

  test('show the truth when two changes to one folder are answered in another order than they were made', async () => {
    const rig = rigOf();
    await shapeOf(rig.view);
    const { promise: late, resolve: answer } = Promise.withResolvers<void>();
    rig.after = (call) => (call === 'rename first' ? late : undefined);
    const rename = (name: string): Promise<void> => rig.view.rename(at('/in/a'), { name }, ctx());
    const first = rename('first');
    const second = rename('second');
    await second;
    answer();
    await first;
    expect(await shapeOf(rig.view)).toEqual({ in: { second: 1, b: 2, c: 3 }, out: { b: 4 } });
    await truth(rig);
  });
});

describe('removing', () => {
  test('is for good where the storage says that it has no trash', async () => {
    const driver = createMemoryDriver(CONTENT);
    const modes: string[] = [];
    const bare: Driver = {
      ...driver,
      traits: { ...driver.traits, trash: false },
      remove: async ({ mode }) => void modes.push(mode),
    };
    const view = viewFor(treeOf([layeredMount('/', bare)]).vfs);
    await view.remove(at('/in'), ['a'], ctx());
    expect(modes).toEqual(['purge']);
  });

  test('is never for good because the trash refused', async () => {
    const rig = rigOf();
    rig.before = failAt('remove trash', () => new StorageError('unsupported', 'not this one'));
    expect(await failureOf(rig.view.remove(at('/in'), ['a'], ctx()))).toMatchObject({ code: 'unsupported' });
    expect(rig.calls).toEqual(['remove trash']);
  });

  test('an empty folder that was filled meanwhile stays', async () => {
    const rig = rigOf({ top: { empty: {} } });
    await shapeOf(rig.view);
    const { driver } = rig;
    const top = (await driver.list({ dir: driver.root }, ctx())).entries[0]?.id ?? '';
    const empty = (await driver.list({ dir: top }, ctx())).entries[0]?.id ?? '';
    await driver.mkdir?.({ dir: empty, name: 'new' }, ctx());
    const inner = (await driver.list({ dir: empty }, ctx())).entries[0]?.id ?? '';
    const source = { size: 1, open: () => new Blob(['x']).stream(), hash: () => Promise.resolve('') };
    await driver.upload?.({ dir: inner, name: 'f', source }, ctx());
    await rig.view.prune(at('/top'), ctx());
    expect(await truth(rig)).toEqual({ top: { empty: { new: { f: 1 } } } });
  });
});

describe('a storage that lacks an operation', () => {
  test.each([
    ['mkdir', (view: View) => view.mkdir(at('/in/new'), ctx())],
    ['rename', (view: View) => view.rename(at('/in/a'), { name: 'z' }, ctx())],
    ['move', (view: View) => view.move({ from: at('/in'), names: ['a'], to: at('/out') }, {}, ctx())],
    ['copy', (view: View) => view.copy({ from: at('/in'), names: ['a'], to: at('/out') }, {}, ctx())],
    ['remove', (view: View) => view.remove(at('/in'), ['a'], ctx())],
    ['remove', (view: View) => view.prune(at('/in'), ctx())],
  ] as const)('%s is refused in words', async (op, run) => {
    const rig = rigOf(CONTENT, [op]);
    expect(await failureOf(run(rig.view))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('this storage cannot'),
    });
    expect(await truth(rig)).toEqual(BEFORE);
  });
});
