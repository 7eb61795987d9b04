import { afterEach, describe, expect, test } from 'bun:test';
import { Permission } from '../../core/rights.ts';
import type { MemoryTree } from '../../drivers/memory/index.ts';
import type { User } from '../../users/user.ts';
import type { Shape } from '../../vfs/testing/real-tree.ts';
import { userWith as user, type WriteWorld, writeWorld } from '../testing/write-world.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function world(
  mounts: Readonly<Record<string, MemoryTree>>,
  users: readonly User[] = [],
): Promise<WriteWorld> {
  const made = await writeWorld(mounts, users);
  cleanups.push(made.close);
  return made;
}

const ALL = 0xff;
const DONE = { code: 200, message: 'success', data: null };
const MOVIES: MemoryTree = { movies: { 'a.mp4': 'a', 'b.mp4': 'bb', sub: { 'c.mp4': 'ccc' } }, old: {} };
const BEFORE: Shape = { movies: { 'a.mp4': 1, 'b.mp4': 2, sub: { 'c.mp4': 3 } }, old: {} };

/** Names that would be more than a name somewhere. */
const HOSTILE = ['..', '.', '../evil', '..\\evil', '/evil', 'a/b', 'a\\b', 'nul\0', '/etc/passwd', '../../x'];

describe('path traversal (class A of the advisories)', () => {
  const bob = user('bob', ALL, '/users/bob');
  const TREE: MemoryTree = { users: { bob: { 'mine.txt': 'm' }, bobby: { secret: 'ss' } }, evil: 'eee' };
  const refused = {
    code: 400,
    message: expect.stringMatching(/^invalid file name\b/) as unknown as string,
    data: null,
  };

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

  test('nobody hides a folder from all by giving it the name of the gateway’s own', async () => {
    const { call, shape } = await world({ '/': TREE }, [bob]);
    const before = await shape();
    const name = '.sluice-cache';
    expect(await call('/fs/rename', { path: '/users', name }, 'admin')).toMatchObject({ code: 400 });
    expect(await call('/fs/mkdir', { path: `/${name}/x` }, 'admin')).toMatchObject({ code: 400 });
    const pair = { src_name: 'users', new_name: name };
    expect(await call('/fs/batch_rename', { src_dir: '/', rename_objects: [pair] }, 'admin')).toMatchObject({
      code: 400,
    });
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

  test('a pattern costs nothing before the right to rename is there', async () => {
    const { call } = await world({ '/': MOVIES });
    for (const src_name_regex of ['matches nothing', '([']) {
      const input = { src_dir: '/', src_name_regex, new_name_regex: 'x' };
      expect(await call('/fs/regex_rename', input, '')).toEqual(denied);
    }
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
