import { afterEach, describe, expect, test } from 'bun:test';
import { normalizePath } from '../../core/path.ts';
import { Permission } from '../../core/rights.ts';
import { createMemoryDriver, type MemoryTree } from '../../drivers/memory/index.ts';
import type { User } from '../../users/user.ts';
import { treeOf } from '../../vfs/testing/fake-storage.ts';
import { forgetAll, layeredMount, type Shape, shapeOf, viewFor } from '../../vfs/testing/real-tree.ts';
import { createView } from '../../vfs/user-view.ts';
import { admin, guest, startDoors } from '../testing/fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

interface Answer {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

interface World {
  /** Calls the API. @param who a user's name; '' for the guest */
  readonly call: (path: string, body: unknown, who?: string) => Promise<Answer>;
  /** The tree as listings show it, and then as the storages have it. */
  readonly shape: () => Promise<Shape>;
}

/** The API on a tree of memory storages: one at `/`, or those that `mounts` names. */
async function world(
  mounts: Readonly<Record<string, MemoryTree>>,
  users: readonly User[] = [],
): Promise<World> {
  const { vfs } = treeOf(
    Object.entries(mounts).map(([path, content]) => layeredMount(path, createMemoryDriver(content))),
  );
  const doors = await startDoors({
    users: [admin, guest, ...users],
    viewOf: (rights) => createView(vfs, rights),
  });
  cleanups.push(doors.close);
  return {
    call: async (path, body, who = 'admin') => {
      const headers = { 'Content-Type': 'application/json', Authorization: who === '' ? '' : `${who}-token` };
      return JSON.parse(await doors.api(path, body, { headers }));
    },
    shape: async () => {
      const view = viewFor(vfs);
      const listed = await shapeOf(view);
      forgetAll(vfs);
      expect(await shapeOf(view)).toEqual(listed);
      return listed;
    },
  };
}

const user = (username: string, permission: number, basePath = '/'): User => ({
  ...admin,
  id: 9,
  username,
  role: 'general',
  admin: false,
  permission,
  basePath: normalizePath(basePath),
});

const ALL = 0xff;
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
      '/fs/move',
      { src_dir: '/a', dst_dir: '/b', names: ['movies'] },
      "can't move files between two storages, try to copy",
    ],
    ['/fs/copy', { src_dir: '/a', dst_dir: '/b', names: ['movies'] }, 'copies within one storage only'],
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

/** Names that would be more than a name somewhere. */
const HOSTILE = ['..', '.', '../evil', '..\\evil', '/evil', 'a/b', 'a\\b', 'nul\0', '/etc/passwd', '../../x'];

describe('path traversal (class A of the advisories)', () => {
  const bob = user('bob', ALL, '/users/bob');
  const TREE: MemoryTree = { users: { bob: { 'mine.txt': 'm' }, bobby: { secret: 'ss' } }, evil: 'eee' };
  const refused = { code: 400, message: 'invalid file name', data: null };

  test.each(HOSTILE)('CVE-2026-73509: batch_rename src_name %j reaches nothing', async (src_name) => {
    const { call, shape } = await world({ '/': TREE }, [bob]);
    const before = await shape();
    const rename_objects = [
      { src_name: 'mine.txt', new_name: 'touched' },
      { src_name, new_name: 'x' },
    ];
    expect(await call('/fs/batch_rename', { src_dir: '/', rename_objects }, 'bob')).toEqual(refused);
    expect(await shape()).toEqual(before);
  });

  test.each(HOSTILE)('CVE-2022-45969, CVE-2026-54093: %j is never given as a name', async (name) => {
    const { call, shape } = await world({ '/': TREE }, [bob]);
    const before = await shape();
    const pair = { src_name: 'mine.txt', new_name: name };
    expect(await call('/fs/rename', { path: '/mine.txt', name }, 'bob')).toEqual(refused);
    expect(await call('/fs/batch_rename', { src_dir: '/', rename_objects: [pair] }, 'bob')).toEqual(refused);
    const regex = { src_dir: '/', src_name_regex: '^mine.txt$', new_name_regex: name };
    expect(await call('/fs/regex_rename', regex, 'bob')).toEqual(refused);
    expect(await shape()).toEqual(before);
  });

  test.each(HOSTILE)(
    'CVE-2026-25059: the name %j in a batch moves, copies and removes nothing',
    async (name) => {
      const { call, shape } = await world({ '/': TREE }, [bob]);
      await call('/fs/mkdir', { path: '/users/bob/to' });
      const before = await shape();
      const names = ['mine.txt', name];
      expect(await call('/fs/move', { src_dir: '/', dst_dir: '/to', names }, 'bob')).toEqual(refused);
      expect(await call('/fs/copy', { src_dir: '/', dst_dir: '/to', names }, 'bob')).toEqual(refused);
      expect(await call('/fs/remove', { dir: '/', names }, 'bob')).toEqual(refused);
      expect(await shape()).toEqual(before);
    },
  );

  test.each([
    ['/fs/mkdir', { path: '/../evil' }],
    ['/fs/mkdir', { path: '\\..\\evil' }],
    ['/fs/rename', { path: '/../bobby/secret', name: 'x' }],
    ['/fs/move', { src_dir: '/../bobby', dst_dir: '/', names: ['secret'] }],
    ['/fs/copy', { src_dir: '/', dst_dir: '/x/../../bobby', names: ['mine.txt'] }],
    ['/fs/remove', { dir: '/..', names: ['bobby'] }],
    ['/fs/recursive_move', { src_dir: '/..', dst_dir: '/' }],
    ['/fs/remove_empty_directory', { src_dir: '/..' }],
  ])('CVE-2026-25161: %s %j does not leave the base path', async (path, body) => {
    const { call, shape } = await world({ '/': TREE }, [bob]);
    const before = await shape();
    expect(await call(path, body, 'bob')).toMatchObject({
      code: 403,
      message: 'access using relative path is not allowed',
    });
    expect(await shape()).toEqual(before);
  });

  test('CVE-2026-25890: leading slashes are one slash, below the base path', async () => {
    const { call, shape } = await world({ '/': TREE }, [bob]);
    expect(await call('/fs/mkdir', { path: '//users//bobby' }, 'bob')).toEqual(DONE);
    expect(await shape()).toMatchObject({ users: { bob: { users: { bobby: {} } }, bobby: { secret: 2 } } });
  });

  test('the base folder itself cannot be renamed from inside (weak spot 7)', async () => {
    const { call, shape } = await world({ '/': TREE }, [bob]);
    const before = await shape();
    expect((await call('/fs/rename', { path: '/', name: 'x' }, 'bob')).code).toBe(500);
    expect(await shape()).toEqual(before);
  });
});

describe('plain-prefix confusion (class B of the advisories)', () => {
  test('CVE-2026-35605, GHSA-86cx-wwf4-phq4: a user of /a changes nothing in /ab', async () => {
    const anna = user('anna', ALL, '/a');
    const { call, shape } = await world({ '/a': { x: 'x' }, '/ab': { secret: 'ss', dir: {} } }, [anna]);
    const before = await shape();
    const outside = ['/b/secret', '/ab/secret'];
    for (const path of outside) {
      expect((await call('/fs/rename', { path, name: 'y' }, 'anna')).code).toBe(500);
      const dir = path.slice(0, -'/secret'.length);
      expect(await call('/fs/remove', { dir, names: ['secret'] }, 'anna')).toEqual(DONE); // nothing is there
      expect((await call('/fs/move', { src_dir: dir, dst_dir: '/', names: ['secret'] }, 'anna')).code).toBe(
        500,
      );
      expect((await call('/fs/copy', { src_dir: '/', dst_dir: dir, names: ['x'] }, 'anna')).code).toBe(500);
    }
    expect(await shape()).toEqual(before);
  });

  test('a folder whose name begins like another is no part of it', async () => {
    const { call, shape } = await world({ '/': { a: { f: 'f' }, ab: {} } });
    expect(await call('/fs/move', { src_dir: '/', dst_dir: '/ab', names: ['a'] })).toEqual(DONE);
    expect(await shape()).toEqual({ ab: { a: { f: 1 } } });
  });
});

describe('rights', () => {
  const CALLS: readonly (readonly [string, object, number])[] = [
    ['/fs/mkdir', { path: '/new' }, Permission.write],
    ['/fs/rename', { path: '/movies', name: 'x' }, Permission.rename],
    [
      '/fs/batch_rename',
      { src_dir: '/', rename_objects: [{ src_name: 'old', new_name: 'x' }] },
      Permission.rename,
    ],
    ['/fs/regex_rename', { src_dir: '/', src_name_regex: 'old', new_name_regex: 'x' }, Permission.rename],
    ['/fs/move', { src_dir: '/movies', dst_dir: '/old', names: ['a.mp4'] }, Permission.move],
    ['/fs/recursive_move', { src_dir: '/movies', dst_dir: '/old' }, Permission.move],
    ['/fs/copy', { src_dir: '/movies', dst_dir: '/old', names: ['a.mp4'] }, Permission.copy],
    ['/fs/remove', { dir: '/movies', names: ['a.mp4'] }, Permission.remove],
    ['/fs/remove_empty_directory', { src_dir: '/' }, Permission.remove],
  ];
  const denied = { code: 403, message: 'permission denied', data: null };

  test.each(CALLS)(
    '%s is denied to the guest, and to a user with every right but its own',
    async (path, body, bit) => {
      const { call, shape } = await world({ '/': MOVIES }, [user('almost', ALL & ~bit)]);
      expect(await call(path, body, '')).toEqual(denied);
      expect(await call(path, body, 'almost')).toEqual(denied);
      expect(await shape()).toEqual(BEFORE);
    },
  );

  test.each(CALLS)('%s needs no other right than its own', async (path, body, bit) => {
    const { call, shape } = await world({ '/': MOVIES }, [user('just', bit)]);
    expect((await call(path, body, 'just')).code).toBe(200);
    expect(await shape()).not.toEqual(BEFORE);
  });

  test('overwriting needs the right to remove as well', async () => {
    const mover = user('mover', Permission.move | Permission.rename | Permission.copy);
    const { call, shape } = await world({ '/': MOVIES }, [mover]);
    const rename = { path: '/movies/a.mp4', name: 'b.mp4', overwrite: true };
    expect(await call('/fs/rename', rename, 'mover')).toEqual(denied);
    expect(await shape()).toEqual(BEFORE);
  });

  test('the refusal comes first: it does not tell what there is', async () => {
    const { call } = await world({ '/': MOVIES });
    for (const path of ['/movies/a.mp4', '/no/such/file']) {
      expect(await call('/fs/rename', { path, name: 'x' }, '')).toEqual(denied);
    }
  });

  test('a confined user is not told where the storage is', async () => {
    const anna = user('anna', ALL, '/private/place');
    const { call } = await world({ '/private': { place: {} } }, [anna]);
    const answer = await call('/fs/rename', { path: '/no', name: 'x' }, 'anna');
    expect(JSON.stringify(answer)).not.toContain('private');
  });
});
