import { afterEach, describe, expect, test } from 'bun:test';
import { Permission } from '../../core/rights.ts';
import type { MemoryTree } from '../../drivers/memory/index.ts';
import type { User } from '../../users/user.ts';
import { userWith as user, type WriteWorld, writeWorld } from '../testing/write-world.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const TREE: MemoryTree = {
  movies: { 'a.mp4': 'a', sub: { 'c.mp4': 'ccc' } },
  users: { bob: { 'mine.txt': 'm', deep: { 'own.txt': 'o' } }, bobby: { 'secret.txt': 's' } },
};

interface TrashWorld extends WriteWorld {
  readonly trash: (who?: string, path?: string) => Promise<{ id: string; name: string; from: string }[]>;
  readonly remove: (dir: string, names: string[]) => Promise<void>;
  readonly ids: (...names: string[]) => Promise<string[]>;
}

async function world(users: readonly User[] = [], mounts = { '/': TREE }): Promise<TrashWorld> {
  const made = await writeWorld(mounts, users);
  cleanups.push(made.close);
  const { call } = made;
  const trash: TrashWorld['trash'] = async (who = 'admin', path = '/') => {
    const { data } = await call('/fs/trash/list', { path }, who);
    return (data as { content: { id: string; name: string; from: string }[] } | null)?.content ?? [];
  };
  return {
    ...made,
    trash,
    remove: async (dir, names) => {
      expect(await call('/fs/remove', { dir, names })).toMatchObject({ code: 200 });
    },
    ids: async (...names) => {
      const all = await trash();
      return names.map((name) => all.find((one) => one.name === name)?.id ?? `no ${name}`);
    },
  };
}

describe('the trash', () => {
  test('shows what was removed and where it lay, and gives it back', async () => {
    const { call, shape, trash, remove, ids } = await world();
    const before = await shape();
    await remove('/movies', ['a.mp4', 'sub']);
    expect(await trash()).toMatchObject([
      { name: 'a.mp4', from: '/movies' },
      { name: 'sub', from: '/movies' },
    ]);
    const restored = await call('/fs/trash/restore', { path: '/', ids: await ids('a.mp4', 'sub') });
    expect(restored.data).toMatchObject({
      restored: [
        { name: 'a.mp4', dir: '/movies' },
        { name: 'sub', dir: '/movies' },
      ],
    });
    expect(await shape()).toEqual(before);
    expect(await trash()).toEqual([]);
  });

  test('gives nothing back where one of the names is taken, and says which', async () => {
    const { call, shape, remove, ids } = await world();
    await remove('/movies', ['a.mp4', 'sub']);
    await call('/fs/mkdir', { path: '/movies/sub' });
    const before = await shape();
    const answer = await call('/fs/trash/restore', { path: '/', ids: await ids('a.mp4', 'sub') });
    expect(answer).toMatchObject({ code: 403, data: null });
    expect(await shape()).toEqual(before);
  });

  test('gives what lay in a folder that is gone back to the storage itself', async () => {
    const { call, shape, trash, remove, ids } = await world();
    await remove('/movies/sub', ['c.mp4']);
    await remove('/', ['movies']);
    expect(await trash()).toMatchObject([
      { name: 'c.mp4', from: '' },
      { name: 'movies', from: '/' },
    ]);
    const answer = await call('/fs/trash/restore', { path: '/', ids: await ids('c.mp4') });
    expect(answer.data).toMatchObject({ restored: [{ name: 'c.mp4', dir: '/' }] });
    expect(await shape()).toMatchObject({ 'c.mp4': 3 });
  });

  test('loses for good what is purged, and all when it is emptied', async () => {
    const { call, trash, remove, ids } = await world();
    await remove('/movies', ['a.mp4', 'sub']);
    await remove('/users', ['bobby']);
    expect((await call('/fs/trash/purge', { path: '/', ids: await ids('sub') })).code).toBe(200);
    expect((await trash()).map(({ name }) => name)).toEqual(['a.mp4', 'bobby']);
    expect((await call('/fs/trash/empty', { path: '/' })).code).toBe(200);
    expect(await trash()).toEqual([]);
  });

  test('is known by its storage, and said to be there where something is listed', async () => {
    const { call } = await world([user('viewer', 0)]);
    expect((await call('/fs/trash/places', {})).data).toEqual([{ path: '/', provider: 'Fake' }]);
    expect((await call('/fs/list', { path: '/movies' })).data).toMatchObject({ trash: true });
    expect((await call('/fs/trash/places', {}, 'viewer')).data).toEqual([]);
    expect((await call('/fs/list', { path: '/movies' }, 'viewer')).data).toMatchObject({ trash: false });
  });

  test.each(['/fs/trash/restore', '/fs/trash/purge'])('%s wants ids, and not too many', async (path) => {
    const { call } = await world();
    expect(await call(path, { path: '/', ids: [] })).toMatchObject({ code: 400, message: 'Empty ids' });
    const ids = Array.from({ length: 1001 }, (_, i) => `m${i}`);
    expect((await call(path, { path: '/', ids })).code).toBe(400);
  });
});

describe('rights over a trash, which belongs to the whole drive (class B of the advisories)', () => {
  const ALL = 0xff;
  const bob = user('bob', ALL, '/users/bob');
  const denied = { code: 403, message: 'permission denied', data: null };

  test.each([
    ['/fs/trash/list', { path: '/' }],
    ['/fs/trash/restore', { path: '/', ids: ['m1'] }],
    ['/fs/trash/purge', { path: '/', ids: ['m1'] }],
    ['/fs/trash/empty', { path: '/' }],
  ])('%s needs the right to remove', async (path, body) => {
    const { call } = await world([user('almost', ALL & ~Permission.remove), user('just', Permission.remove)]);
    expect(await call(path, body, '')).toEqual(denied);
    expect(await call(path, body, 'almost')).toEqual(denied);
    expect(await call(path, body, 'just')).not.toEqual(denied);
  });

  test('a confined user sees what lay below the base folder, by paths below it, and nothing else', async () => {
    const { trash, remove } = await world([bob]);
    await remove('/users/bob/deep', ['own.txt']);
    await remove('/users/bob', ['mine.txt']);
    await remove('/users/bobby', ['secret.txt']);
    await remove('/', ['movies']);
    const seen = (await trash('bob')).map(({ name, from }) => [name, from]);
    expect(seen).toEqual([
      ['own.txt', '/deep'],
      ['mine.txt', '/'],
    ]);
  });

  test('a confined user neither restores nor purges by the id of what lay elsewhere', async () => {
    const { call, trash, remove, ids } = await world([bob]);
    await remove('/users/bobby', ['secret.txt']);
    await remove('/users/bob', ['mine.txt']);
    const [secret = '', mine = ''] = await ids('secret.txt', 'mine.txt');
    for (const path of ['/fs/trash/restore', '/fs/trash/purge']) {
      const foreign = await call(path, { path: '/', ids: [mine, secret] }, 'bob');
      expect(foreign).toEqual({ code: 500, message: 'object not found', data: null });
      expect(await call(path, { path: '/', ids: ['no such'] }, 'bob')).toEqual(foreign);
    }
    expect((await trash()).map(({ name }) => name)).toEqual(['secret.txt', 'mine.txt']);
  });

  test('an id of something live is not taken for one of the trash', async () => {
    const { call, shape } = await world([bob]);
    const before = await shape();
    const listed = await call('/fs/list', { path: '/users/bobby' });
    const { content } = listed.data as { content: { id: string }[] };
    for (const path of ['/fs/trash/restore', '/fs/trash/purge']) {
      for (const who of ['admin', 'bob']) {
        expect((await call(path, { path: '/', ids: [content[0]?.id] }, who)).code).toBe(500);
      }
    }
    expect(await shape()).toEqual(before);
  });

  test('a confined user who empties the trash empties the own part of it', async () => {
    const { call, trash, remove } = await world([bob]);
    await remove('/users/bobby', ['secret.txt']);
    await remove('/users/bob', ['mine.txt', 'deep']);
    expect((await call('/fs/trash/empty', { path: '/' }, 'bob')).code).toBe(200);
    expect((await trash()).map(({ name }) => name)).toEqual(['secret.txt']);
  });

  test("what lay below the base folder and whose own folder is gone is nobody's but the admin's", async () => {
    const { call, trash, remove, ids } = await world([bob]);
    await remove('/users/bob/deep', ['own.txt']);
    await remove('/users/bob', ['deep']);
    expect((await trash('bob')).map(({ name }) => name)).toEqual(['deep']);
    expect((await call('/fs/trash/restore', { path: '/', ids: await ids('own.txt') }, 'bob')).code).toBe(500);
  });

  test('a path does not lead out of the base folder to another storage', async () => {
    const { call } = await world([bob], { '/users/bob': { x: '1' }, '/other': { y: '2' } } as never);
    expect((await call('/fs/trash/places', {}, 'bob')).data).toEqual([{ path: '/', provider: 'Fake' }]);
    await call('/fs/remove', { dir: '/other', names: ['y'] });
    const { data } = await call('/fs/trash/list', { path: '/../../other' }, 'bob');
    expect(JSON.stringify(data)).not.toContain('"y"');
  });
});

describe('stars', () => {
  test('are seen in listings, and found wherever they lie', async () => {
    const { call } = await world();
    const star = (starred: boolean) => call('/fs/star', { dir: '/movies', names: ['a.mp4', 'sub'], starred });
    expect((await star(true)).code).toBe(200);
    const listed = await call('/fs/list', { path: '/movies' });
    expect(listed.data).toMatchObject({ content: [{ starred: true }, { starred: true }] });
    const found = await call('/fs/starred', { path: '/' });
    expect(found.data).toMatchObject({
      content: [
        { name: 'a.mp4', path: '/movies/a.mp4' },
        { name: 'sub', path: '/movies/sub' },
      ],
      next: '',
    });
    expect((await star(false)).code).toBe(200);
    expect((await call('/fs/starred', { path: '/' })).data).toMatchObject({ content: [] });
  });

  test('need the right to write, and show a confined user only what lies below the base folder', async () => {
    const [bob, viewer] = [user('bob', 0, '/users/bob'), user('viewer', 0xff & ~Permission.write)];
    const { call } = await world([bob, viewer]);
    const body = { dir: '/movies', names: ['a.mp4'] };
    expect((await call('/fs/star', body, 'viewer')).code).toBe(403);
    await call('/fs/star', body);
    await call('/fs/star', { dir: '/users/bob', names: ['deep'] });
    const { data } = await call('/fs/starred', { path: '/' }, 'bob');
    expect(data).toMatchObject({ content: [{ name: 'deep', path: '/deep' }] });
  });

  test('of what is missing change nothing', async () => {
    const { call } = await world();
    const answer = await call('/fs/star', { dir: '/movies', names: ['a.mp4', 'no'] });
    expect(answer.message).toBe('object not found');
    expect((await call('/fs/starred', { path: '/' })).data).toMatchObject({ content: [] });
  });
});
