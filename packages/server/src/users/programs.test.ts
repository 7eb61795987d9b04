import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type FakeClock, fakeClock } from '../../testing/fake-clock.ts';
import { userRow } from '../../testing/store-contract.ts';
import { systemRandom } from '../runtime/system.ts';
import { openMemoryStore } from '../store/open.ts';
import type { Store, UserRow } from '../store/port.ts';
import { createAuth } from './auth.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { staticHash } from './static-hash.ts';
import type { AuthService } from './user.ts';

const PASSWORD = 'correct horse';
const origin = { address: '192.0.2.1' };

let store: Store;
let clock: FakeClock;
let auth: AuthService;
let ann: UserRow;
let compared = 0;

const countingHasher: PasswordHasher = {
  hash: async (text) => `$quick$${text}`,
  async matches(text, hash) {
    compared++;
    return hash === `$quick$${text}`;
  },
};

const newAuth = (requiresAppPassword?: (user: UserRow) => boolean): Promise<AuthService> =>
  createAuth({
    store,
    clock,
    random: systemRandom(),
    hasher: countingHasher,
    ...(requiresAppPassword === undefined ? {} : { requiresAppPassword }),
  });

beforeEach(async () => {
  store = await openMemoryStore();
  clock = fakeClock();
  const passwordHash = `$quick$${staticHash(PASSWORD)}`;
  ann = await store.users.insert(userRow({ username: 'ann', passwordHash, role: 'admin', basePath: '/pub' }));
  await store.users.insert(userRow({ username: 'bob', passwordHash }));
  auth = await newAuth();
  compared = 0;
});
afterEach(() => store.close());

const as = (password: string, username = 'ann') => auth.recognise({ username, password }, origin);
const make = async (more = {}): Promise<string> =>
  (await auth.appPasswords.create(ann.id, { name: 'tv', readOnly: false, folder: '/', ...more })).password;

describe('a password that comes with every request', () => {
  test('is compared the slow way once, and again after ten minutes', async () => {
    for (let i = 0; i < 20; i++) expect(await as(PASSWORD)).toMatchObject({ username: 'ann', admin: true });
    expect(compared).toBe(1);
    await clock.advance(10 * 60_000);
    await as(PASSWORD);
    expect(compared).toBe(2);
  });

  test('of many connections that open at once is one attempt, which locks nobody out', async () => {
    const users = await Promise.all(Array.from({ length: 20 }, () => as(PASSWORD)));
    expect(users).toHaveLength(20);
    expect(compared).toBe(1);
  });

  test('ends with a change of the password at once, also one by another process', async () => {
    await as(PASSWORD);
    await auth.setPassword('ann', 'another password');
    expect(as(PASSWORD)).rejects.toMatchObject({ code: 400 });
    expect(await as('another password')).toMatchObject({ username: 'ann' });
  });

  test('opens nothing for a user who is disabled meanwhile', async () => {
    await as(PASSWORD);
    await store.users.update({ ...ann, disabled: true });
    expect(as(PASSWORD)).rejects.toMatchObject({ code: 403 });
  });

  test('that is wrong is throttled, and a right one of another name is not remembered for this one', async () => {
    await as(PASSWORD);
    for (let i = 0; i < 5; i++) await as('wrong', 'bob').catch(() => {});
    expect(as(PASSWORD, 'bob')).rejects.toMatchObject({ code: 429 });
    expect(await as(PASSWORD)).toMatchObject({ username: 'ann' });
  });
});

describe('an app password', () => {
  test('opens what its user may see, and no one else’s tree', async () => {
    const password = await make();
    expect(await as(password)).toMatchObject({ username: 'ann', admin: true, basePath: '/pub' });
    expect(as(password, 'bob')).rejects.toMatchObject({ code: 400 });
    expect(compared).toBe(1);
  });

  test('read-only lets even an admin only look, and a folder is all it shows', async () => {
    const user = await as(await make({ readOnly: true, folder: 'films/' }));
    expect(user).toMatchObject({ admin: false, basePath: '/pub/films' });
    expect(user.permission & ~0b1_0000_0011).toBe(0);
    expect(user.permission & 0b1_0000_0000).not.toBe(0);
  });

  test('read-only gives nobody a right that the user lacks', async () => {
    await store.users.update({ ...ann, role: 'general', permission: 0 });
    expect((await as(await make({ readOnly: true }))).permission).toBe(0);
  });

  test('is told once, kept as a digest, and nothing after it is revoked', async () => {
    const password = await make();
    const [row] = await store.appPasswords.ofUser(ann.id);
    expect(JSON.stringify(row)).not.toContain(password);
    expect(JSON.stringify(await auth.appPasswords.list(ann.id))).not.toContain(row?.digest ?? '-');
    await auth.appPasswords.revoke(ann.id, row?.id ?? 0);
    expect(as(password)).rejects.toMatchObject({ code: 400 });
    expect(auth.appPasswords.revoke(ann.id, row?.id ?? 0)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('can be revoked by its user alone', async () => {
    await make();
    const [row] = await store.appPasswords.ofUser(ann.id);
    expect(auth.appPasswords.revoke(ann.id + 1, row?.id ?? 0)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('is the only way in for who has a second factor', async () => {
    auth = await newAuth(({ username }) => username === 'ann');
    expect(as(PASSWORD)).rejects.toMatchObject({
      code: 401,
      message: expect.stringContaining('app password'),
    });
    expect(await as(await make())).toMatchObject({ username: 'ann' });
    expect(await as(PASSWORD, 'bob')).toMatchObject({ username: 'bob' });
  });

  test('says when it was used, without a write for every request', async () => {
    const password = await make();
    await as(password);
    const used = clock.now();
    await clock.advance(60_000);
    await as(password);
    expect(await auth.appPasswords.list(ann.id)).toMatchObject([{ usedAt: used }]);
    await clock.advance(15 * 60_000);
    await as(password);
    expect(await auth.appPasswords.list(ann.id)).toMatchObject([{ usedAt: clock.now() }]);
  });

  test.each(['', '  ', 'x'.repeat(101), 'a\nb'])('can not be named %p', async (name) => {
    expect(make({ name })).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  test('can not lead out of the user’s folder, and a user has a hundred at most', async () => {
    expect(make({ folder: '/../x' })).rejects.toMatchObject({ code: 'forbidden' });
    for (let i = 0; i < 100; i++) await make();
    expect(make()).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('the guest', () => {
  test('comes in with the name and password that AList’s clients send, while it is enabled', async () => {
    const guest = await store.users.insert(userRow({ username: 'guest', role: 'guest', passwordHash: '' }));
    expect(await as('guest', 'guest')).toMatchObject({ role: 'guest' });
    expect(as('other', 'guest')).rejects.toMatchObject({ code: 400 });
    await store.users.update({ ...guest, disabled: true });
    expect(as('guest', 'guest')).rejects.toMatchObject({ code: 401 });
  });
});
