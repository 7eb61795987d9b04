import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { normalizePath } from '../src/core/path.ts';
import type { StorageRecord } from '../src/core/storage-record.ts';
import type { Store, UserRow } from '../src/store/port.ts';
import {
  appPasswordsContract,
  lockRow,
  locksContract,
  propertiesContract,
} from './resource-store-contract.ts';
import { storageRow, userRow } from './store-rows.ts';
import { tasksContract } from './task-store-contract.ts';

export { storageRow, userRow } from './store-rows.ts';

export interface StoreContract {
  readonly name: string;
  /** An empty store. */
  readonly open: () => Promise<Store>;
  /** Closes a store and opens what it left behind; absent for stores that leave nothing. */
  readonly reopen?: (store: Store) => Promise<Store>;
  /** Lets go of whatever `open` made, after the store was closed. */
  readonly cleanUp?: () => Promise<void>;
}

/** What every implementation of the store's port must do. */
export function describeStore({ name, open, reopen, cleanUp }: StoreContract): void {
  describe(`the store contract on ${name}`, () => {
    let store: Store;
    const current = (): Store => store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
      await cleanUp?.();
    });

    describe('users', () => usersContract(current));
    describe('sessions', () => sessionsContract(current));
    describe('locks', () => locksContract(current));
    describe('properties', () => propertiesContract(current));
    describe('app passwords', () => appPasswordsContract(current));
    describe('the health of shares', () => shareHealthContract(current));
    describe('copies of shared files', () => shareCopiesContract(current));
    describe('storages', () => storagesContract(current));
    describe('accounts', () => accountsContract(current));
    describe('settings and secrets', () => valuesContract(current));
    describe('tasks', () => tasksContract(current));
    describe('changes under way', () => intentsContract(current));
    describe('uploads', () => uploadsContract(current));

    test('closing twice is fine', async () => {
      await store.close();
      await store.close();
    });

    if (reopen !== undefined) {
      test('everything is there after the store was closed and opened again', async () => {
        const user = await store.users.insert(userRow());
        await store.sessions.insert({ idDigest: 'd', userId: user.id, createdAt: 1, expiresAt: 2 });
        const storage = await store.storages.insert(storageRow());
        await store.accounts.save('a', { token: 't' });
        await store.settings.set('k', 'v');
        await store.secrets.save('s', 'hush');
        const lock = lockRow(user.id, { path: '/a' });
        await store.locks.grant(lock, { now: 0, perUser: 9, together: 9 });
        await store.uploads.save('u', { at: 1 });
        store = await reopen(store);
        expect(await store.locks.byToken(lock.token, 0)).toEqual(lock);
        expect(await store.users.list()).toEqual([user]);
        expect(await store.sessions.byDigest('d')).toMatchObject({ userId: user.id });
        expect(await store.storages.list()).toEqual([storage]);
        expect(await store.accounts.load('a')).toEqual({ token: 't' });
        expect(await store.settings.get('k')).toBe('v');
        expect(await store.secrets.load('s')).toBe('hush');
        expect(await store.uploads.all()).toEqual(new Map([['u', { at: 1 }]]));
      });
    }
  });
}

function usersContract(store: () => Store): void {
  test('a user comes back as it was put in, under an id of its own', async () => {
    const { users } = store();
    const row = userRow();
    const made = await users.insert(row);
    const other = await users.insert(userRow({ username: 'other', role: 'admin', disabled: true }));
    expect(made).toEqual({ ...row, id: made.id });
    expect(await users.byId(made.id)).toEqual(made);
    expect(await users.byName('other')).toEqual(other);
    expect(await users.list()).toEqual([made, other]);
  });

  test('an unknown user is undefined, and names are compared exactly', async () => {
    const { users } = store();
    await users.insert(userRow({ username: 'Ann' }));
    expect(await users.byId(99)).toBeUndefined();
    expect(await users.byName('ann')).toBeUndefined();
    expect(await users.byName("' or 1=1 --")).toBeUndefined();
  });

  test('a taken name is refused', async () => {
    const { users } = store();
    await users.insert(userRow());
    const other = await users.insert(userRow({ username: 'other' }));
    expect(users.insert(userRow())).rejects.toMatchObject({ code: 'exists' });
    expect(users.update({ ...other, username: 'someone' })).rejects.toMatchObject({ code: 'exists' });
  });

  test('an update replaces every column of its row and no other', async () => {
    const { users } = store();
    const made = await users.insert(userRow());
    const other = await users.insert(userRow({ username: 'other' }));
    const changed: UserRow = {
      id: made.id,
      username: 'renamed',
      passwordHash: 'h2',
      passwordChangedAt: 5,
      role: 'admin',
      basePath: '/',
      permission: 1,
      disabled: true,
    };
    await users.update(changed);
    expect(await users.list()).toEqual([changed, other]);
  });

  test('updating a user that is gone is not_found', async () => {
    expect(store().users.update({ ...userRow(), id: 7 })).rejects.toMatchObject({ code: 'not_found' });
  });
}

function sessionsContract(store: () => Store): void {
  const add = async (userId: number, idDigest: string, expiresAt = 1000): Promise<void> =>
    store().sessions.insert({ idDigest, userId, createdAt: 10, expiresAt });

  test('a session is found by its digest until it is removed', async () => {
    const { id } = await store().users.insert(userRow());
    await add(id, 'a');
    const row = { idDigest: 'a', userId: id, createdAt: 10, expiresAt: 1000 };
    expect(await store().sessions.byDigest('a')).toEqual(row);
    await store().sessions.remove('a');
    await store().sessions.remove('a');
    expect(await store().sessions.byDigest('a')).toBeUndefined();
  });

  test('the sessions of one user go together, and expired ones go for all', async () => {
    const ann = await store().users.insert(userRow({ username: 'ann' }));
    const bob = await store().users.insert(userRow({ username: 'bob' }));
    await add(ann.id, 'a1');
    await add(ann.id, 'a2');
    await add(bob.id, 'b1', 500);
    await add(bob.id, 'b2', 501);
    await store().sessions.removeOfUser(ann.id);
    await store().sessions.removeExpired(500);
    const left = await Promise.all(['a1', 'a2', 'b1', 'b2'].map((d) => store().sessions.byDigest(d)));
    expect(left.map((row) => row?.idDigest)).toEqual([undefined, undefined, undefined, 'b2']);
  });

  test('a session needs a user', async () => {
    expect(add(4711, 'x')).rejects.toThrow();
  });
}

function storagesContract(store: () => Store): void {
  const at = (path: string, order = 0): Promise<StorageRecord> =>
    store().storages.insert(storageRow({ mountPath: normalizePath(path), order }));

  test('a storage comes back as it was put in', async () => {
    const row = storageRow();
    const made = await store().storages.insert(row);
    expect(made).toEqual({ ...row, id: made.id });
    expect(await store().storages.byId(made.id)).toEqual(made);
    const plain = storageRow({
      mountPath: normalizePath('/'),
      addition: {},
      disabled: false,
      disableIndex: false,
      enableSign: false,
      webProxy: false,
      proxyRange: false,
      downProxySign: false,
      orderBy: '',
      orderDirection: '',
      extractFolder: '',
      webdavPolicy: '302_redirect',
    });
    const root = await store().storages.insert(plain);
    expect(await store().storages.byId(root.id)).toEqual({ ...plain, id: root.id });
  });

  test('storages are listed by order, then by id', async () => {
    const [c, a, b] = [await at('/c', 2), await at('/a', 1), await at('/b', 1)];
    expect((await store().storages.list()).map((s) => s.id)).toEqual([a.id, b.id, c.id]);
  });

  test('a taken mount path is refused, and leaves nothing behind', async () => {
    await at('/a');
    const b = await at('/b');
    expect(at('/a')).rejects.toMatchObject({ code: 'exists' });
    const moved = { ...b, mountPath: normalizePath('/a') };
    expect(store().storages.update(moved)).rejects.toMatchObject({ code: 'exists' });
    expect((await store().storages.list()).map((s) => s.mountPath)).toEqual([
      normalizePath('/a'),
      normalizePath('/b'),
    ]);
  });

  test('an update replaces its row; a row that is gone is not_found', async () => {
    const made = await at('/a');
    const changed = { ...made, addition: { token: 'new' }, remark: '', disabled: false };
    await store().storages.update(changed);
    expect(await store().storages.list()).toEqual([changed]);
    await store().storages.remove(made.id);
    expect(store().storages.update(changed)).rejects.toMatchObject({ code: 'not_found' });
    expect(await store().storages.byId(made.id)).toBeUndefined();
  });

  test('ids are never given out twice', async () => {
    const made = await at('/a');
    await store().storages.remove(made.id);
    expect((await at('/a')).id).toBeGreaterThan(made.id);
  });

  test('many inserts at once all succeed, and of those for one path only one does', async () => {
    const distinct = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => at(`/many/${i}`)));
    expect(distinct.filter((r) => r.status === 'rejected')).toEqual([]);
    const same = await Promise.allSettled(Array.from({ length: 20 }, () => at('/same')));
    expect(same.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    expect(await store().storages.list()).toHaveLength(51);
  });
}

function uploadsContract(store: () => Store): void {
  test('an upload comes back as it was saved last, until it is removed', async () => {
    const { uploads } = store();
    expect(await uploads.all()).toEqual(new Map());
    await uploads.save('a', { credentials: 'hush', parts: [1, null] });
    await uploads.save('b', 1);
    await uploads.save('a', { credentials: 'hush', parts: [2] });
    expect(await uploads.all()).toEqual(
      new Map<string, unknown>([
        ['a', { credentials: 'hush', parts: [2] }],
        ['b', 1],
      ]),
    );
    await uploads.remove('a');
    await uploads.remove('missing');
    expect([...(await uploads.all()).keys()]).toEqual(['b']);
  });
}

function intentsContract(store: () => Store): void {
  test('a change comes back as it was noted last, until it is removed, and goes with its storage', async () => {
    const { changeIntents, storages } = store();
    const { id: storageId } = await storages.insert(storageRow());
    await changeIntents.save({ id: 'b', storageId, intent: { kind: 'stage' } });
    await changeIntents.save({ id: 'a', storageId, intent: 1 });
    await changeIntents.save({ id: 'a', storageId, intent: { names: ['x', null] } });
    const rest = { id: 'b', storageId, intent: { kind: 'stage' } };
    expect(await changeIntents.all()).toEqual([{ id: 'a', storageId, intent: { names: ['x', null] } }, rest]);
    await changeIntents.remove('a');
    await changeIntents.remove('missing');
    expect(await changeIntents.all()).toEqual([rest]);
    await storages.remove(storageId);
    expect(await changeIntents.all()).toEqual([]);
    expect(changeIntents.save(rest)).rejects.toThrow();
  });
}

function accountsContract(store: () => Store): void {
  test('state of any JSON shape comes back under its own key', async () => {
    const { accounts } = store();
    await accounts.save('a|b', { tokens: ['x', null], at: 1.5 });
    await accounts.save('other', 'text');
    expect(await accounts.load('a|b')).toEqual({ tokens: ['x', null], at: 1.5 });
    await accounts.save('a|b', null);
    expect(await accounts.load('a|b')).toBeNull();
    expect(await accounts.load('other')).toBe('text');
  });

  test('what was never saved or was removed is undefined', async () => {
    const { accounts } = store();
    await accounts.save('a', 1);
    await accounts.remove('a');
    await accounts.remove('a');
    expect(await accounts.load('a')).toBeUndefined();
  });

  test('the last of many saves wins', async () => {
    const { accounts } = store();
    await Promise.all(Array.from({ length: 20 }, (_, i) => accounts.save('a', i)));
    expect(await accounts.load('a')).toBe(19);
  });

  test('what is not data is refused', async () => {
    expect(store().accounts.save('a', undefined)).rejects.toThrow('JSON');
  });
}

function valuesContract(store: () => Store): void {
  test('settings are set, replaced and read together', async () => {
    const { settings } = store();
    await settings.set('a', '1');
    await settings.set('a', '2');
    await settings.set('b', '');
    expect(await settings.get('a')).toBe('2');
    expect(await settings.get('c')).toBeUndefined();
    expect([...(await settings.all())]).toEqual([
      ['a', '2'],
      ['b', ''],
    ]);
  });

  test('a secret is made once, however many ask for it', async () => {
    const { secrets } = store();
    let made = 0;
    const all = await Promise.all(
      Array.from({ length: 10 }, () => secrets.loadOrCreate('k', () => `secret ${++made}`)),
    );
    expect(new Set(all).size).toBe(1);
    expect(await secrets.load('k')).toBe(all[0]);
  });

  test('a secret can be replaced', async () => {
    const { secrets } = store();
    expect(await secrets.load('k')).toBeUndefined();
    await secrets.save('k', 'one');
    await secrets.save('k', 'two');
    expect(await secrets.loadOrCreate('k', () => 'three')).toBe('two');
  });
}

function shareCopiesContract(store: () => Store): void {
  const copy = {
    folder: 's-1',
    source: 'Kind share file',
    state: 'wanted',
    folderId: '',
    entryId: '',
    size: 5_000_000_000,
    createdAt: 1,
    playedAt: 2,
  } as const;

  test('are added, replaced by the name of their folder, and removed', async () => {
    const { id: storageId } = await store().storages.insert(storageRow());
    await store().shareCopies.put({ ...copy, storageId });
    await store().shareCopies.put({ ...copy, folder: 's-2', storageId });
    await store().shareCopies.put({ ...copy, storageId, state: 'ready', folderId: 'f', entryId: 'e' });
    expect(await store().shareCopies.all()).toEqual([
      { ...copy, storageId, state: 'ready', folderId: 'f', entryId: 'e' },
      { ...copy, folder: 's-2', storageId },
    ]);
    await store().shareCopies.remove('s-1');
    expect(await store().shareCopies.all()).toEqual([{ ...copy, folder: 's-2', storageId }]);
  });

  test('go with their storage, and none is added to one that is gone', async () => {
    const { id: storageId } = await store().storages.insert(storageRow());
    await store().shareCopies.put({ ...copy, storageId });
    await store().storages.remove(storageId);
    expect(await store().shareCopies.all()).toEqual([]);
    expect(store().shareCopies.put({ ...copy, storageId })).rejects.toThrow();
  });
}

function shareHealthContract(store: () => Store): void {
  const health = { state: 'password', title: 'T', reason: 'R', remedy: 'Do it.', checkedAt: 20, since: 10 };

  test('a row is replaced by the next of its storage', async () => {
    const { id } = await store().storages.insert(storageRow());
    await store().shareHealth.put({ ...health, storageId: id });
    expect(await store().shareHealth.all()).toEqual([{ ...health, storageId: id }]);
    await store().shareHealth.put({ ...health, storageId: id, state: 'ok', checkedAt: 30 });
    expect(await store().shareHealth.all()).toEqual([
      { ...health, storageId: id, state: 'ok', checkedAt: 30 },
    ]);
  });

  test('goes with its storage, and comes to none that is gone', async () => {
    const { id } = await store().storages.insert(storageRow());
    await store().shareHealth.put({ ...health, storageId: id });
    await store().storages.remove(id);
    await store().shareHealth.put({ ...health, storageId: id });
    expect(await store().shareHealth.all()).toEqual([]);
  });
}
