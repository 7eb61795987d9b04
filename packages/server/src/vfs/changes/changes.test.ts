import { afterEach, describe, expect, test } from 'bun:test';
import type { MemoryTree } from '../../drivers/memory/index.ts';
import { normalizePath as at } from '../../core/path.ts';
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
import type { View } from '../view.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Files are told apart by their sizes. */
const CONTENT: MemoryTree = {
  films: { 'a.mp4': 'a', 'b.mp4': 'bb', extras: { 'c.mp4': 'ccc' } },
  old: { 'b.mp4': 'bbbb' },
  'note.txt': 'notes',
};

interface Change {
  readonly name: string;
  readonly run: (view: View) => Promise<unknown>;
  /** What the tree is like afterwards; as before when absent. */
  readonly gives?: Shape;
  readonly fails?: { readonly code: string; readonly message?: string };
}

const FILMS = { 'a.mp4': 1, 'b.mp4': 2, extras: { 'c.mp4': 3 } };
const BEFORE: Shape = { films: FILMS, old: { 'b.mp4': 4 }, 'note.txt': 5 };

const move =
  (
    [from, names, to]: readonly [string, readonly string[], string],
    options: { overwrite?: boolean; skipExisting?: boolean } = {},
  ): Change['run'] =>
  (view) =>
    view.move({ from: at(from), names, to: at(to) }, options, ctx());

const copy =
  (
    [from, names, to]: readonly [string, readonly string[], string],
    options: { overwrite?: boolean; skipExisting?: boolean } = {},
  ): Change['run'] =>
  (view) =>
    view.copy({ from: at(from), names, to: at(to) }, options, ctx());

const rename =
  (path: string, name: string, overwrite = false): Change['run'] =>
  (view) =>
    view.rename(at(path), { name, overwrite }, ctx());

const mkdir =
  (path: string): Change['run'] =>
  (view) =>
    view.mkdir(at(path), ctx());

const remove =
  (dir: string, ...names: string[]): Change['run'] =>
  (view) =>
    view.remove(at(dir), names, ctx());

const flatten =
  (from: string, to: string, options = {}): Change['run'] =>
  (view) =>
    view.flatten({ from: at(from), to: at(to) }, options, ctx());

const CHANGES: readonly Change[] = [
  { name: 'a folder is made', run: mkdir('/new'), gives: { ...BEFORE, new: {} } },
  {
    name: 'a folder is made with those missing on the way',
    run: mkdir('/films/x/y/z'),
    gives: { ...BEFORE, films: { ...FILMS, x: { y: { z: {} } } } },
  },
  {
    name: 'a path of thousands of levels is refused before anything is asked of the storage',
    run: mkdir('/a'.repeat(2000)),
    fails: { code: 'invalid_argument' },
  },
  { name: 'an existing folder counts as made', run: mkdir('/films/extras') },
  { name: 'a file is in the way of a folder', run: mkdir('/note.txt'), fails: { code: 'exists' } },
  { name: 'a file is on the way to a folder', run: mkdir('/note.txt/x'), fails: { code: 'exists' } },
  {
    name: 'a folder whose name is too long is not made, nor is one on the way to it',
    run: mkdir(`/new/${'n'.repeat(256)}`),
    fails: { code: 'invalid_name' },
  },
  {
    name: 'two dots inside a name are fine (weak spot 20)',
    run: rename('/note.txt', 'a..b'),
    gives: { films: FILMS, old: { 'b.mp4': 4 }, 'a..b': 5 },
  },
  {
    name: 'a folder is renamed with what it holds',
    run: rename('/films', 'movies'),
    gives: { movies: FILMS, old: { 'b.mp4': 4 }, 'note.txt': 5 },
  },
  { name: 'an entry is given the name it has', run: rename('/films/a.mp4', 'a.mp4') },
  {
    name: 'a name that is taken is refused',
    run: rename('/films/a.mp4', 'b.mp4'),
    fails: { code: 'exists', message: 'file [b.mp4] exists' },
  },
  {
    name: 'a file is replaced by renaming another',
    run: rename('/films/a.mp4', 'b.mp4', true),
    gives: { ...BEFORE, films: { 'b.mp4': 1, extras: { 'c.mp4': 3 } } },
  },
  {
    name: 'a folder is replaced by renaming a file',
    run: rename('/films/a.mp4', 'extras', true),
    gives: { ...BEFORE, films: { 'b.mp4': 2, extras: 1 } },
  },
  { name: 'what is missing has no name to change', run: rename('/no', 'yes'), fails: { code: 'not_found' } },
  {
    name: 'files and folders are moved',
    run: move(['/films', ['a.mp4', 'extras'], '/old']),
    gives: {
      films: { 'b.mp4': 2 },
      old: { 'b.mp4': 4, 'a.mp4': 1, extras: { 'c.mp4': 3 } },
      'note.txt': 5,
    },
  },
  {
    name: 'of a batch with a taken name nothing is moved',
    run: move(['/films', ['a.mp4', 'b.mp4'], '/old']),
    fails: { code: 'exists', message: 'file [b.mp4] exists' },
  },
  {
    name: 'of a batch with a missing name nothing is moved',
    run: move(['/films', ['a.mp4', 'no.mp4'], '/old']),
    fails: { code: 'not_found' },
  },
  {
    name: 'what has the name is replaced by moving',
    run: move(['/films', ['a.mp4', 'b.mp4'], '/old'], { overwrite: true }),
    gives: { films: { extras: { 'c.mp4': 3 } }, old: { 'a.mp4': 1, 'b.mp4': 2 }, 'note.txt': 5 },
  },
  {
    name: 'taken names are left out of a move',
    run: move(['/films', ['a.mp4', 'b.mp4'], '/old'], { skipExisting: true }),
    gives: {
      films: { 'b.mp4': 2, extras: { 'c.mp4': 3 } },
      old: { 'a.mp4': 1, 'b.mp4': 4 },
      'note.txt': 5,
    },
  },
  {
    name: 'a folder is not moved into itself',
    run: move(['/', ['films'], '/films']),
    fails: { code: 'invalid_argument' },
  },
  {
    name: 'a folder is not moved below itself, whatever may be overwritten',
    run: move(['/', ['films'], '/films/extras'], { overwrite: true }),
    fails: { code: 'invalid_argument' },
  },
  {
    name: 'a move to where it stands is a conflict',
    run: move(['/films', ['a.mp4'], '/films']),
    fails: { code: 'exists' },
  },
  {
    name: 'a move onto itself changes nothing',
    run: move(['/films', ['a.mp4'], '/films'], { overwrite: true }),
  },
  {
    name: 'a copy onto itself changes nothing',
    run: copy(['/films', ['a.mp4', 'extras'], '/films'], { overwrite: true }),
  },
  {
    name: 'a file is not moved into a file',
    run: move(['/films', ['a.mp4'], '/note.txt']),
    fails: { code: 'not_a_folder' },
  },
  {
    name: 'files and folders are copied',
    run: copy(['/films', ['a.mp4', 'extras'], '/old']),
    gives: { ...BEFORE, old: { 'b.mp4': 4, 'a.mp4': 1, extras: { 'c.mp4': 3 } } },
  },
  {
    name: 'what has the name is replaced by copying',
    run: copy(['/films', ['b.mp4'], '/old'], { overwrite: true }),
    gives: { ...BEFORE, old: { 'b.mp4': 2 } },
  },
  {
    name: 'a folder is not copied into itself',
    run: copy(['/', ['films'], '/films/extras']),
    fails: { code: 'invalid_argument' },
  },
  {
    name: 'files and folders are removed, and missing ones with them',
    run: remove('/films', 'a.mp4', 'no.mp4', 'extras'),
    gives: { ...BEFORE, films: { 'b.mp4': 2 } },
  },
  { name: 'removing from a missing folder is fine', run: remove('/no/such', 'a') },
  { name: 'removing from a file is refused', run: remove('/note.txt', 'a'), fails: { code: 'not_a_folder' } },
  {
    name: 'all files of a tree are moved into one folder',
    run: flatten('/films', '/films'),
    gives: { ...BEFORE, films: { 'a.mp4': 1, 'b.mp4': 2, extras: {}, 'c.mp4': 3 } },
  },
  {
    name: 'one taken name means that no file of a tree is moved',
    run: flatten('/films', '/old'),
    fails: { code: 'exists', message: 'file [b.mp4] exists' },
  },
  {
    name: 'files of a tree whose names are taken stay',
    run: flatten('/films', '/old', { skipExisting: true }),
    gives: { films: { 'b.mp4': 2, extras: {} }, old: { 'a.mp4': 1, 'b.mp4': 4, 'c.mp4': 3 }, 'note.txt': 5 },
  },
  {
    name: 'files of a tree replace what has their names',
    run: flatten('/films', '/old', { overwrite: true }),
    gives: { films: { extras: {} }, old: { 'a.mp4': 1, 'b.mp4': 2, 'c.mp4': 3 }, 'note.txt': 5 },
  },
];

describe.each([[MEMORY], [LOCAL]])('changes on a storage of kind $kind', (kind) => {
  test.each(CHANGES)('$name', async ({ run, gives = BEFORE, fails }) => {
    const { driver, dispose } = await kind.make(CONTENT);
    cleanups.push(dispose);
    const { vfs } = treeOf([layeredMount('/', driver)]);
    const view = viewFor(vfs);
    expect(await shapeOf(view)).toEqual(BEFORE);
    if (fails === undefined) await run(view);
    else expect(await failureOf(run(view))).toMatchObject(fails);
    expect(await shapeOf(view)).toEqual(gives);
    forgetAll(vfs);
    expect(await shapeOf(view)).toEqual(gives);
  });

  test('empty folders are removed from the bottom up, and those that hold files stay', async () => {
    const { driver, dispose } = await kind.make({
      top: { a: { b: { c: {} } }, d: { e: {}, 'f.txt': 'f' }, 'g.txt': 'gg' },
    });
    cleanups.push(dispose);
    const { vfs } = treeOf([layeredMount('/', driver)]);
    const view = viewFor(vfs);
    await shapeOf(view);
    await view.prune(at('/top'), ctx());
    expect(await shapeOf(view)).toEqual({ top: { d: { 'f.txt': 1 }, 'g.txt': 2 } });
  });

  test('a folder that is made where another one was shows nothing of the old one', async () => {
    const { driver, dispose } = await kind.make(CONTENT);
    cleanups.push(dispose);
    const { vfs } = treeOf([layeredMount('/', driver)]);
    const view = viewFor(vfs);
    await shapeOf(view);
    await view.rename(at('/films'), { name: 'movies' }, ctx());
    await view.mkdir(at('/films/extras'), ctx());
    expect(await shapeOf(view)).toMatchObject({ films: { extras: {} }, movies: FILMS });
  });
});
