import { beforeEach, expect, test } from 'bun:test';
import type { LockRow, Store } from '../src/store/port.ts';
import { userRow } from './store-rows.ts';

/** A lock for tests. */
export function lockRow(userId: number, changes: Partial<LockRow> = {}): LockRow {
  const row = {
    path: '/a',
    deep: false,
    exclusive: true,
    userId,
    owner: '<x/>',
    timeoutS: 5,
    expiresAt: 100,
  };
  return { ...row, token: `t ${changes.path ?? row.path}`, ...changes };
}

/** Locks on resources. */
export function locksContract(store: () => Store): void {
  const LIMITS = { now: 10, perUser: 100, together: 3 };
  let ann = 0;
  beforeEach(async () => {
    ann = (await store().users.insert(userRow({ username: 'ann' }))).id;
  });
  const grant = (changes: Partial<LockRow>) => store().locks.grant(lockRow(ann, changes), LIMITS);
  const paths = (rows: readonly LockRow[]): string[] => rows.map(({ path }) => path).toSorted();

  test('a lock holds its path, and deep all below, until it is removed or its time is over', async () => {
    expect(await grant({ path: '/a', deep: true })).toEqual([]);
    expect(await grant({ path: '/b' })).toEqual([]);
    const { locks } = store();
    expect(paths(await locks.covering('/a/x/y', 10))).toEqual(['/a']);
    expect(paths(await locks.covering('/ab', 10))).toEqual([]);
    expect(paths(await locks.covering('/b', 10))).toEqual(['/b']);
    expect(paths(await locks.covering('/b/x', 10))).toEqual([]);
    expect(await locks.byToken('t /a', 99)).toEqual(lockRow(ann, { path: '/a', deep: true }));
    expect(await locks.covering('/a', 100)).toEqual([]);
    await locks.remove('t /b');
    expect(await locks.byToken('t /b', 10)).toBeUndefined();
  });

  test('the root holds everything when it is locked deep', async () => {
    await grant({ path: '/', deep: true });
    expect(paths(await store().locks.covering('/a/b', 10))).toEqual(['/']);
    expect(paths(await store().locks.covering('/', 10))).toEqual(['/']);
    expect(await store().locks.below('/', 10, 9)).toEqual([]);
  });

  test('what is in the way is told, and nothing is granted then', async () => {
    await grant({ path: '/a/b/c' });
    expect(paths((await grant({ path: '/a', deep: true, token: 'n' })) as LockRow[])).toEqual(['/a/b/c']);
    expect(await store().locks.byToken('n', 10)).toBeUndefined();
    expect(await grant({ path: '/a' })).toEqual([]);
    expect(paths((await grant({ path: '/a/b/c', token: 'n' })) as LockRow[])).toEqual(['/a/b/c']);
    expect(await grant({ path: '/a/b', exclusive: false })).toEqual([]);
    expect(await grant({ path: '/a/b', exclusive: false, token: 'n' })).toEqual([]);
    expect(await grant({ path: '/a/b', token: 'm' })).toHaveLength(2);
  });

  test('an expired lock is in nobody’s way', async () => {
    await grant({ path: '/a', expiresAt: 10 });
    expect(await grant({ path: '/a', token: 'n' })).toEqual([]);
  });

  test('a user with too many gets no more, whatever others hold', async () => {
    const bob = (await store().users.insert(userRow({ username: 'bob' }))).id;
    await grant({ path: '/a' });
    const limits = { ...LIMITS, perUser: 1 };
    expect(await store().locks.grant(lockRow(ann, { path: '/b' }), limits)).toBe('full');
    expect(await store().locks.grant(lockRow(bob, { path: '/b' }), limits)).toEqual([]);
  });

  test('shared locks that hold one path, also from above, are few', async () => {
    const shared = { exclusive: false, deep: true };
    for (const token of ['1', '2', '3']) expect(await grant({ ...shared, path: '/a', token })).toEqual([]);
    expect(await grant({ ...shared, path: '/a', token: '4' })).toBe('full');
    expect(await grant({ ...shared, path: '/a/b', token: '5' })).toBe('full');
    expect(await grant({ ...shared, path: '/b', token: '6' })).toEqual([]);
  });

  test('renewing gives another time, once the lock is gone nothing', async () => {
    await grant({ path: '/a' });
    expect(await store().locks.renew('t /a', { timeoutS: 7, expiresAt: 700 })).toBe(true);
    expect(await store().locks.byToken('t /a', 699)).toMatchObject({ timeoutS: 7, expiresAt: 700 });
    expect(await store().locks.renew('none', { timeoutS: 7, expiresAt: 700 })).toBe(false);
  });

  test('names with signs that mean something in patterns are only names', async () => {
    await grant({ path: '/a_%/b' });
    await grant({ path: '/axx/b' });
    expect(paths(await store().locks.below('/a_%', 10, 9))).toEqual(['/a_%/b']);
    await store().locks.removeTree('/a_%');
    expect(paths(await store().locks.below('/', 10, 9))).toEqual(['/axx/b']);
  });
}

/** Properties that clients store. */
export function propertiesContract(store: () => Store): void {
  const LIMITS = { perPath: 3, inAll: 6, chars: 1000 };
  const put = (path: string, ...names: string[]): Promise<boolean> =>
    store().properties.change(
      path,
      names.map((name) => ({ namespace: 'urn:z', name, value: `<${name}/>` })),
      LIMITS,
    );
  const at = async (path: string): Promise<string[]> =>
    (await store().properties.of(path)).map(({ name }) => name).toSorted();

  test('a property is replaced by name and namespace, and removed', async () => {
    await put('/a', 'p');
    const { properties } = store();
    await properties.change('/a', [{ namespace: '', name: 'p', value: 'other' }], LIMITS);
    await properties.change('/a', [{ namespace: 'urn:z', name: 'p', value: 'new' }], LIMITS);
    expect((await properties.of('/a')).map(({ value }) => value).toSorted()).toEqual(['new', 'other']);
    await properties.change('/a', [{ namespace: '', name: 'p' }], LIMITS);
    expect(await properties.of('/a')).toEqual([{ path: '/a', namespace: 'urn:z', name: 'p', value: 'new' }]);
  });

  test('a folder tells of its own entries, no deeper', async () => {
    for (const path of ['/', '/a', '/a/b', '/a/b/c', '/ab']) await put(path, 'p');
    const inside = async (path: string): Promise<string[]> =>
      (await store().properties.inFolder(path)).map((row) => row.path).toSorted();
    expect(await inside('/')).toEqual(['/a', '/ab']);
    expect(await inside('/a')).toEqual(['/a/b']);
  });

  test('trees move, are copied and go, and neighbours of a like name stay', async () => {
    await put('/a', 'p');
    await put('/a/b', 'q');
    await put('/ab', 'r');
    await put('/c/old', 's');
    await store().properties.moveTree('/a', '/c');
    expect([await at('/a'), await at('/c'), await at('/c/b'), await at('/ab')]).toEqual([
      [],
      ['p'],
      ['q'],
      ['r'],
    ]);
    expect(await at('/c/old')).toEqual([]);
    await store().properties.copyTree('/c', '/d', true, LIMITS);
    await store().properties.copyTree('/c', '/e', false, LIMITS);
    expect([await at('/d/b'), await at('/e'), await at('/e/b')]).toEqual([['q'], ['p'], []]);
    await store().properties.removeTree('/c');
    expect([await at('/c'), await at('/c/b'), await at('/d/b')]).toEqual([[], [], ['q']]);
  });

  test('what does not fit changes nothing', async () => {
    expect(await put('/a', 'p', 'q', 'r', 's')).toBe(false);
    expect(await at('/a')).toEqual([]);
    await put('/a', 'p', 'q', 'r');
    await put('/b', 'p', 'q');
    expect(await put('/c', 'p', 'q')).toBe(false);
    expect(await put('/c', 'p')).toBe(true);
  });

  test('copies do not outgrow the store: what does not fit comes without its properties', async () => {
    await put('/a', 'p', 'q', 'r');
    await put('/b', 'old');
    const { properties } = store();
    await properties.copyTree('/a', '/c', true, { ...LIMITS, inAll: 7 });
    await properties.copyTree('/a', '/b', true, { ...LIMITS, inAll: 8 });
    expect([await at('/b'), await at('/c')]).toEqual([[], ['p', 'q', 'r']]);
  });

  test('many small ones fit where a few large ones do not', async () => {
    const change = (value: string) =>
      store().properties.change('/a', [{ namespace: 'urn:z', name: 'p', value }], { ...LIMITS, chars: 100 });
    expect(await change('x'.repeat(98))).toBe(true);
    expect(await change('x'.repeat(99))).toBe(false);
    expect((await store().properties.of('/a')).map(({ value }) => value.length)).toEqual([98]);
  });
}

/** Passwords of programs. */
export function appPasswordsContract(store: () => Store): void {
  test('a password is found by its digest, belongs to one user, and goes', async () => {
    const ann = (await store().users.insert(userRow({ username: 'ann' }))).id;
    const bob = (await store().users.insert(userRow({ username: 'bob' }))).id;
    const { appPasswords } = store();
    const row = {
      userId: ann,
      name: 'tv',
      digest: 'd',
      readOnly: true,
      folder: '/x',
      createdAt: 3,
      usedAt: 0,
    };
    const made = await appPasswords.insert(row);
    expect(await appPasswords.byDigest('d')).toEqual({ ...row, id: made.id });
    expect(appPasswords.insert({ ...row, userId: bob })).rejects.toMatchObject({ code: 'exists' });
    const other = await appPasswords.insert({ ...row, userId: bob, digest: 'e', readOnly: false });
    await appPasswords.touch(made.id, 9);
    expect(await appPasswords.ofUser(ann)).toEqual([{ ...made, usedAt: 9 }]);
    expect(await appPasswords.ofUser(bob)).toEqual([other]);
    expect(await appPasswords.remove(bob, made.id)).toBe(false);
    expect(await appPasswords.remove(ann, made.id)).toBe(true);
    expect(await appPasswords.byDigest('d')).toBeUndefined();
  });
}
