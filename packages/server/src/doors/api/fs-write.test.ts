import { afterEach, describe, expect, test } from 'bun:test';
import type { MemoryTree } from '../../drivers/memory/index.ts';
import type { Shape } from '../../vfs/testing/real-tree.ts';
import { type WriteWorld, writeWorld } from '../testing/write-world.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function world(mounts: Readonly<Record<string, MemoryTree>>): Promise<WriteWorld> {
  const made = await writeWorld(mounts);
  cleanups.push(made.close);
  return made;
}

const DONE = { code: 200, message: 'success', data: null };
const MOVIES: MemoryTree = { movies: { 'a.mp4': 'a', 'b.mp4': 'bb', sub: { 'c.mp4': 'ccc' } }, old: {} };
const BEFORE: Shape = { movies: { 'a.mp4': 1, 'b.mp4': 2, sub: { 'c.mp4': 3 } }, old: {} };

describe('the answers of the reference (§3.7 to §3.9, §13.5)', () => {
  test('mkdir makes a folder and its parents, and is content with one that exists', async () => {
    const { call, shape } = await world({ '/': MOVIES });
    expect(await call('/fs/mkdir', { path: '/movies/new/er' })).toEqual(DONE);
    expect(await call('/fs/mkdir', { path: '/movies/new' })).toEqual(DONE);
    expect(await shape()).toMatchObject({ movies: { new: { er: {} } } });
    expect(await call('/fs/mkdir', { path: '/movies/a.mp4' })).toEqual({
      code: 500,
      message: 'file exists',
      data: null,
    });
  });

  test('rename refuses a taken name unless told to overwrite', async () => {
    const { call, shape } = await world({ '/': MOVIES });
    const taken = { code: 403, message: 'file [b.mp4] exists', data: null };
    expect(await call('/fs/rename', { path: '/movies/a.mp4', name: 'b.mp4' })).toEqual(taken);
    expect(await shape()).toEqual(BEFORE);
    expect(await call('/fs/rename', { path: '/movies/a.mp4', name: 'b.mp4', overwrite: true })).toEqual(DONE);
    expect(await shape()).toMatchObject({ movies: { 'b.mp4': 1 } });
  });

  test('batch_rename leaves out pairs with an empty side, and ends at the first error', async () => {
    const { call, shape } = await world({ '/': MOVIES });
    const rename_objects = [
      { src_name: '', new_name: 'x' },
      { src_name: 'a.mp4', new_name: '' },
      { src_name: 'a.mp4', new_name: 'z.mp4' },
      { src_name: 'no.mp4', new_name: 'y.mp4' },
      { src_name: 'b.mp4', new_name: 'never.mp4' },
    ];
    const answer = await call('/fs/batch_rename', { src_dir: '/movies', rename_objects });
    expect(answer).toEqual({ code: 500, message: 'object not found', data: null });
    expect(await shape()).toMatchObject({ movies: { 'z.mp4': 1, 'b.mp4': 2 } });
    expect(
      await call('/fs/batch_rename', {
        src_dir: '/movies',
        rename_objects: [{ src_name: 'b.mp4', new_name: 'a..b' }],
      }),
    ).toEqual(DONE);
  });

  test('regex_rename gives every matching object its new name', async () => {
    const { call, shape } = await world({
      '/': { d: { '01 x.mp4': '1', '02 y.mp4': '22', 'z.mp4': '333' } },
    });
    const input = { src_dir: '/d', src_name_regex: '^(?P<n>\\d+) (.*)', new_name_regex: 'ep${n}-$2' };
    expect(await call('/fs/regex_rename', input)).toEqual(DONE);
    expect(await shape()).toEqual({ d: { 'ep01-x.mp4': 1, 'ep02-y.mp4': 2, 'z.mp4': 3 } });
  });

  test('regex_rename renames nothing when two would get one name, or one a name that is taken', async () => {
    const { call, shape } = await world({ '/': MOVIES });
    for (const [src_name_regex, name] of [
      ['^[ab]', 'x'],
      ['^a', 'b'],
    ]) {
      const input = { src_dir: '/movies', src_name_regex, new_name_regex: name };
      expect(await call('/fs/regex_rename', input)).toMatchObject({
        code: 403,
        message: `file [${name}.mp4] exists`,
      });
    }
    expect(await shape()).toEqual(BEFORE);
  });

  test('regex_rename answers 500 for what is no pattern', async () => {
    const { call } = await world({ '/': MOVIES });
    const input = { src_dir: '/movies', src_name_regex: '([', new_name_regex: '' };
    expect(await call('/fs/regex_rename', input)).toMatchObject({ code: 500, data: null });
  });

  test('move and copy name the conflict and do nothing', async () => {
    const { call, shape } = await world({ '/': { ...MOVIES, old: { 'b.mp4': 'bbbb' } } });
    const input = { src_dir: '/movies', dst_dir: '/old', names: ['a.mp4', 'b.mp4'] };
    const taken = { code: 403, message: 'file [b.mp4] exists', data: null };
    expect(await call('/fs/move', input)).toEqual(taken);
    expect(await call('/fs/copy', input)).toEqual(taken);
    expect(await shape()).toEqual({ ...BEFORE, old: { 'b.mp4': 4 } });
    expect(await call('/fs/copy', { ...input, skip_existing: true })).toEqual({
      ...DONE,
      data: { tasks: [] },
    });
    expect(await call('/fs/move', { ...input, overwrite: true })).toEqual(DONE);
    expect(await shape()).toEqual({ movies: { sub: { 'c.mp4': 3 } }, old: { 'a.mp4': 1, 'b.mp4': 2 } });
  });

  test('recursive_move tells how many files moved', async () => {
    const { call, shape } = await world({ '/': MOVIES });
    const way = { src_dir: '/movies', dst_dir: '/old' };
    expect(await call('/fs/recursive_move', { ...way, conflict_policy: 'cancel' })).toEqual({
      code: 200,
      message: 'Successfully moved 3 files',
      data: null,
    });
    expect(await shape()).toEqual({ movies: { sub: {} }, old: { 'a.mp4': 1, 'b.mp4': 2, 'c.mp4': 3 } });
    expect((await call('/fs/recursive_move', { src_dir: '/movies', dst_dir: '/' })).message).toBe(
      'Successfully moved 0 files',
    );
    await call('/fs/mkdir', { path: '/one' });
    await call('/fs/move', { src_dir: '/old', dst_dir: '/one', names: ['a.mp4'] });
    expect((await call('/fs/recursive_move', { src_dir: '/one', dst_dir: '/' })).message).toBe(
      'Successfully moved 1 file',
    );
  });

  test.each([
    ['cancel', { code: 403, message: 'file [a.mp4] exists' }, { 'a.mp4': 7 }],
    ['skip', { code: 200, message: 'Successfully moved 2 files' }, { 'a.mp4': 7, 'b.mp4': 2, 'c.mp4': 3 }],
    [
      'overwrite',
      { code: 200, message: 'Successfully moved 3 files' },
      { 'a.mp4': 1, 'b.mp4': 2, 'c.mp4': 3 },
    ],
    ['other', { code: 400 }, { 'a.mp4': 7 }],
  ])('recursive_move with the policy %s', async (conflict_policy, answer, old) => {
    const { call, shape } = await world({ '/': { ...MOVIES, old: { 'a.mp4': 'sevenxx' } } });
    const input = { src_dir: '/movies', dst_dir: '/old', conflict_policy };
    expect(await call('/fs/recursive_move', input)).toMatchObject(answer);
    expect((await shape())['old']).toEqual(old);
  });

  test('remove takes missing names as removed', async () => {
    const { call, shape } = await world({ '/': MOVIES });
    expect(await call('/fs/remove', { dir: '/movies', names: ['a.mp4', 'sub', 'no'] })).toEqual(DONE);
    expect(await shape()).toEqual({ movies: { 'b.mp4': 2 }, old: {} });
  });

  test('remove_empty_directory keeps the folder it was asked for', async () => {
    const { call, shape } = await world({ '/': { top: { a: { b: {} }, c: { 'x.txt': 'x' } } } });
    expect(await call('/fs/remove_empty_directory', { src_dir: '/top' })).toEqual(DONE);
    expect(await shape()).toEqual({ top: { c: { 'x.txt': 1 } } });
  });

  test.each(['/fs/move', '/fs/copy', '/fs/remove'])('%s without names is 400', async (path) => {
    const { call } = await world({ '/': MOVIES });
    const input = { src_dir: '/movies', dst_dir: '/old', dir: '/movies', names: [] };
    expect(await call(path, input)).toEqual({ code: 400, message: 'Empty file names', data: null });
  });

  test.each(['/fs/mkdir', '/fs/rename', '/fs/move', '/fs/remove', '/fs/remove_empty_directory'])(
    '%s needs to be told the path: the root is never meant by leaving it out',
    async (path) => {
      const { call, shape } = await world({ '/': MOVIES });
      expect((await call(path, { names: ['movies'], name: 'x' })).code).toBe(400);
      expect(await shape()).toEqual(BEFORE);
    },
  );
});

describe('mounts', () => {
  const TREES = { '/a': MOVIES, '/b': { kept: {} }, '/a/old/deep': { 'd.txt': 'dddd' } };

  test.each([
    ['/fs/remove', { dir: '/', names: ['a'] }],
    ['/fs/remove', { dir: '/a/old', names: ['deep'] }],
  ])('%s never removes the root of a storage: %j', async (path, body) => {
    const { call, shape } = await world(TREES);
    const before = await shape();
    expect(await call(path, body)).toEqual({
      code: 500,
      message: 'delete root folder is not allowed, please goto the manage page to delete the storage instead',
      data: null,
    });
    expect(await shape()).toEqual(before);
  });

  test.each([
    ['/fs/remove', { dir: '/a', names: ['movies', 'old'] }, 'another storage is mounted inside'],
    ['/fs/rename', { path: '/a/old', name: 'new' }, 'another storage is mounted inside'],
    [
      '/fs/move',
      { src_dir: '/a', dst_dir: '/a/movies', names: ['old'] },
      'another storage is mounted inside',
    ],
    ['/fs/rename', { path: '/a', name: 'c' }, "a storage's root folder stays"],
    ['/fs/rename', { path: '/', name: 'c' }, "a storage's root folder stays"],
    ['/fs/move', { src_dir: '/', dst_dir: '/b', names: ['a'] }, "a storage's root folder stays"],
    ['/fs/mkdir', { path: '/new' }, 'only leads to storages'],
    ['/fs/move', { src_dir: '/a', dst_dir: '/', names: ['movies'] }, 'only leads to storages'],
    [
      '/fs/recursive_move',
      { src_dir: '/a', dst_dir: '/b' },
      "can't move files between two storages, try to copy",
    ],
  ])('%s %j changes nothing and says why', async (path, body, why) => {
    const { call, shape } = await world(TREES);
    const before = await shape();
    const answer = await call(path, body);
    expect(answer).toMatchObject({ code: 500, data: null });
    expect(answer.message).toContain(why);
    expect(await shape()).toEqual(before);
  });

  test('nothing gets the name of a mount, not even by overwriting', async () => {
    const { call, shape } = await world(TREES);
    const before = await shape();
    for (const overwrite of [false, true]) {
      await call('/fs/mkdir', { path: '/a/movies/deep' });
      const move = { src_dir: '/a/movies', dst_dir: '/a/old', names: ['deep'], overwrite };
      expect(await call('/fs/move', move)).toMatchObject({ code: 403, message: 'file [deep] exists' });
    }
    await call('/fs/remove', { dir: '/a/movies', names: ['deep'] });
    expect(await shape()).toEqual(before);
  });

  test('regex_rename leaves mounts out, but never gives their names', async () => {
    const { call, shape } = await world({ '/': { one: {}, two: {} }, '/three': {}, '/four/deep': {} });
    const rename = (pattern: string, by: string): ReturnType<typeof call> =>
      call('/fs/regex_rename', { src_dir: '/', src_name_regex: pattern, new_name_regex: by });
    expect(await rename('^o|e$', '_')).toEqual(DONE);
    expect(await shape()).toEqual({ _n_: {}, two: {}, three: {}, four: { deep: {} } });
    expect(await rename('^two$', 'three')).toMatchObject({ code: 403, message: 'file [three] exists' });
  });

  test('recursive_move and remove_empty_directory leave what is mounted inside alone', async () => {
    const { call, shape } = await world({
      '/a': { x: { leads: {} } },
      '/a/x/leads/m': { 'f.txt': 'f', e: {} },
    });
    const before = await shape();
    expect(await call('/fs/remove_empty_directory', { src_dir: '/a' })).toEqual(DONE);
    expect((await call('/fs/recursive_move', { src_dir: '/a', dst_dir: '/a' })).message).toContain(
      ' 0 files',
    );
    expect(await shape()).toEqual(before);
  });
});
