import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { SignJWT } from 'jose';
import { type FakeClock, fakeClock } from '../../testing/fake-clock.ts';
import { userRow } from '../../testing/store-contract.ts';
import { systemRandom } from '../runtime/system.ts';
import { openMemoryStore } from '../store/open.ts';
import type { Store, UserRow } from '../store/port.ts';
import { createAuth } from './auth.ts';
import { ensureBuiltInUsers } from './built-in.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { staticHash } from './static-hash.ts';
import type { AuthService } from './user.ts';

const HOUR = 3_600_000;
const PASSWORD = 'correct horse';
const REFUSED = { code: 400, message: 'username or password is incorrect' };
const origin = { address: '192.0.2.1' };

let store: Store;
let clock: FakeClock;
let auth: AuthService;
/** What was compared, in order. */
let compared: string[];

const quickHasher: PasswordHasher = {
  hash: async (text) => `$quick$${text}`,
  async matches(text, hash) {
    compared.push(hash);
    return hash === `$quick$${text}`;
  },
};

const newAuth = (): Promise<AuthService> =>
  createAuth({ store, clock, random: systemRandom(), hasher: quickHasher });

beforeEach(async () => {
  store = await openMemoryStore();
  clock = fakeClock();
  compared = [];
  await ensureBuiltInUsers({ store, clock, random: systemRandom() }, 'unused');
  await store.users.insert(userRow({ username: 'ann', passwordHash: `$quick$${staticHash(PASSWORD)}` }));
  auth = await newAuth();
});
afterEach(() => store.close());

async function tokenOf(username = 'ann', password = PASSWORD): Promise<string> {
  return (await auth.signIn({ username, password }, origin)).token;
}

async function change(username: string, changes: Partial<UserRow>): Promise<void> {
  const row = await store.users.byName(username);
  if (row === undefined) throw new Error(`no ${username}`);
  await store.users.update({ ...row, ...changes });
}

describe('signing in', () => {
  test('the clear password and its static hash both work, in either case', async () => {
    const hash = staticHash(PASSWORD);
    for (const credentials of [
      { password: PASSWORD },
      { staticHash: hash },
      { staticHash: hash.toUpperCase() },
    ]) {
      const { token, user } = await auth.signIn({ username: 'ann', ...credentials }, origin);
      expect(await auth.authenticate(token)).toEqual(user);
      expect(user).toMatchObject({ username: 'ann', admin: false, role: 'general', basePath: '/pub' });
    }
  });

  test('the static hash is no password, and the password no static hash', async () => {
    expect(auth.signIn({ username: 'ann', password: staticHash(PASSWORD) }, origin)).rejects.toMatchObject(
      REFUSED,
    );
    expect(auth.signIn({ username: 'ann', staticHash: PASSWORD }, origin)).rejects.toMatchObject(REFUSED);
  });

  test('an unknown name gets the answer of a wrong password after the same work', async () => {
    for (const username of ['ann', 'nobody', '', 'x'.repeat(10_000), 'guest']) {
      compared = [];
      expect(
        auth.signIn({ username, password: 'wrong' }, { address: username.slice(0, 9) }),
      ).rejects.toMatchObject(REFUSED);
      expect(compared).toHaveLength(1);
    }
  });

  test('the hash that stands in for unknown names matches nothing that can be sent', async () => {
    await auth.signIn({ username: 'nobody', password: 'x' }, origin).catch(() => {});
    const text = (compared[0] ?? '').replace('$quick$', '');
    expect(text).toMatch(/^[\da-f]{64}$/);
    for (const username of ['nobody', 'guest']) {
      expect(auth.signIn({ username, staticHash: text }, origin)).rejects.toMatchObject(REFUSED);
    }
  });

  test('a user without a password can not sign in', async () => {
    await change('guest', { disabled: false });
    for (const password of ['', 'guest']) {
      expect(auth.signIn({ username: 'guest', password }, origin)).rejects.toMatchObject(REFUSED);
    }
  });

  test('a disabled user with the right password is told so, and with a wrong one is not', async () => {
    await change('ann', { disabled: true });
    expect(tokenOf()).rejects.toMatchObject({
      code: 400,
      message: 'Current user is disabled, replace please',
    });
    expect(tokenOf('ann', 'wrong')).rejects.toMatchObject(REFUSED);
  });

  test('after five failures everything is 429 for a while, the right password too, with the time to wait', async () => {
    for (let i = 0; i < 5; i++) expect(tokenOf('ann', `guess ${i}`)).rejects.toMatchObject(REFUSED);
    await clock.advance(60_000);
    expect(tokenOf()).rejects.toMatchObject({
      code: 429,
      message: expect.stringContaining('Too many unsuccessful sign-in attempts'),
      retryAfterMs: 4 * 60_000,
    });
    await clock.advance(4 * 60_000);
    expect(await tokenOf()).toBeString();
  });

  test('a throttled attempt costs no comparison', async () => {
    for (let i = 0; i < 9; i++) await tokenOf('ann', 'wrong').catch(() => {});
    expect(compared).toHaveLength(5);
  });
});

describe('tokens', () => {
  test('carry AList’s claims, and last 48 hours', async () => {
    const token = await tokenOf();
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const now = clock.now() / 1000;
    expect(claims).toEqual({
      username: 'ann',
      pwd_ts: 1_700_000_000,
      iat: now,
      nbf: now,
      exp: now + 48 * 3600,
      jti: expect.any(String),
    });
    await clock.advance(48 * HOUR - 1000);
    expect(await auth.authenticate(token)).toMatchObject({ username: 'ann' });
    await clock.advance(1000);
    expect(auth.authenticate(token)).rejects.toMatchObject({ code: 401, message: 'token is expired' });
  });

  test('survive a restart (API reference §15.18)', async () => {
    const token = await tokenOf();
    auth = await newAuth();
    expect(await auth.authenticate(token)).toMatchObject({ username: 'ann' });
  });

  test('are taken bare, and with Bearer in any case', async () => {
    const token = await tokenOf();
    for (const header of [token, `Bearer ${token}`, `bearer   ${token} `, `BEARER ${token}`]) {
      expect(await auth.authenticate(header)).toMatchObject({ username: 'ann' });
    }
  });

  test('end when they are signed out, and others of the same user go on', async () => {
    const [one, two] = [await tokenOf(), await tokenOf()];
    await auth.signOut(`Bearer ${one}`);
    await auth.signOut(one);
    expect(auth.authenticate(one)).rejects.toMatchObject({ code: 401, message: 'token is invalidated' });
    expect(await auth.authenticate(two)).toMatchObject({ username: 'ann' });
  });

  test('signing out with nothing or with junk is fine', async () => {
    for (const header of [undefined, '', 'Bearer', 'junk']) await auth.signOut(header);
  });

  test('expired sessions are dropped from the store', async () => {
    await tokenOf();
    const before = compared.length;
    await clock.advance(49 * HOUR);
    const token = await tokenOf();
    expect(compared.length).toBe(before + 1);
    expect(await auth.authenticate(token)).toMatchObject({ username: 'ann' });
  });

  test.each([
    ['junk', "that's not even a token"],
    ['a.b.c', "that's not even a token"],
    ['x'.repeat(10_000), "that's not even a token"],
    ['Basic YWRtaW46YWRtaW4=', "that's not even a token"],
    ['alist-00000000-0000-0000-0000-000000000000abc', "that's not even a token"],
  ])('%p is refused', async (header, message) => {
    expect(auth.authenticate(header)).rejects.toMatchObject({ code: 401, message });
  });

  test('a changed signature, another key, and no signature at all are refused', async () => {
    const token = await tokenOf();
    const [head = '', body = '', mac = ''] = token.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
    const foreign = await new SignJWT({ username: 'admin', pwd_ts: 0 })
      .setProtectedHeader({ alg: 'HS256' })
      .setJti('x')
      .setExpirationTime('1h')
      .sign(new Uint8Array(32));
    const other = Buffer.from(body, 'base64url').toString().replace('"ann"', '"admin"');
    const swapped = `${head}.${Buffer.from(other).toString('base64url')}.${mac}`;
    for (const bad of [none, foreign, swapped, `${head}.${body}.${'A'.repeat(43)}`]) {
      expect(auth.authenticate(bad)).rejects.toMatchObject({
        code: 401,
        message: "couldn't handle this token",
      });
    }
  });

  test('a token from the future is not active yet', async () => {
    const token = await tokenOf();
    const past = await createAuth({
      store,
      clock: fakeClock(clock.now() - HOUR),
      random: systemRandom(),
      hasher: quickHasher,
    });
    expect(past.authenticate(token)).rejects.toMatchObject({ code: 401, message: 'token not active yet' });
  });

  test('the database holds no token and no token id', async () => {
    const token = await tokenOf();
    const id: string = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).jti;
    expect(await store.sessions.byDigest(id)).toBeUndefined();
  });
});

describe('whom a token stands for', () => {
  test('changes of the user count at once', async () => {
    const token = await tokenOf();
    await change('ann', { permission: 0, basePath: '/narrow' });
    expect(await auth.authenticate(token)).toMatchObject({ permission: 0, basePath: '/narrow' });
    await change('ann', { disabled: true });
    expect(auth.authenticate(token)).rejects.toMatchObject({
      code: 401,
      message: 'Current user is disabled, replace please',
    });
  });

  test('a renamed user’s tokens are not taken by whoever gets the name', async () => {
    const token = await tokenOf();
    await change('ann', { username: 'anna' });
    await store.users.insert(userRow({ username: 'ann', role: 'admin' }));
    expect(auth.authenticate(token)).rejects.toMatchObject({ code: 401 });
  });

  test('a new password ends every session with its reason, and only of that user', async () => {
    const token = await tokenOf();
    await auth.setPassword('ann', 'a new password');
    expect(auth.authenticate(token)).rejects.toMatchObject({
      code: 401,
      message: 'Password has been changed, login please',
    });
    expect(tokenOf()).rejects.toMatchObject(REFUSED);
    expect(await tokenOf('ann', 'a new password')).toBeString();
  });

  test('a session that was opened with the old password while it changed does not live', async () => {
    const slow: PasswordHasher = {
      ...quickHasher,
      async matches(text, hash) {
        const right = await quickHasher.matches(text, hash);
        await auth.setPassword('ann', 'a new password');
        return right;
      },
    };
    const racing = await createAuth({ store, clock, random: systemRandom(), hasher: slow });
    const { token } = await racing.signIn({ username: 'ann', password: PASSWORD }, origin);
    expect(auth.authenticate(token)).rejects.toMatchObject({
      message: 'Password has been changed, login please',
    });
  });

  test.each([['short'], [''], ['x'.repeat(1025)]])('the password %p is refused', (password) => {
    expect(auth.setPassword('ann', password)).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  test('setting the password of nobody is not_found', () => {
    expect(auth.setPassword('nobody', 'long enough')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('weak spots of AList that stay closed (API reference §15)', () => {
  test('§15.2: no header that is empty, or holds only Bearer, is the admin', async () => {
    for (const header of [undefined, '', ' ', 'Bearer', 'Bearer ', 'bearer  ']) {
      expect(auth.authenticate(header)).rejects.toMatchObject({
        code: 401,
        message: 'Guest user is disabled, login please',
      });
    }
    await change('guest', { disabled: false });
    for (const header of [undefined, '', 'Bearer ']) {
      expect(await auth.authenticate(header)).toMatchObject({
        username: 'guest',
        admin: false,
        permission: 0,
      });
    }
  });

  test('§15.1: there is no master token; no stored secret is taken for one', async () => {
    for (const key of ['token-key', 'link-keys']) {
      const secret = await store.secrets.load(key);
      if (secret !== undefined) expect(auth.authenticate(secret)).rejects.toMatchObject({ code: 401 });
    }
  });

  test('§15.2: someone who is named guest but is not the guest is nobody’s anonymous user', async () => {
    await change('guest', { disabled: false, role: 'admin' });
    expect(auth.authenticate('')).rejects.toMatchObject({ code: 401 });
  });

  test('§15.5: passwords are kept as slow hashes, never as the static hash', async () => {
    const real = await createAuth({ store, clock, random: systemRandom() });
    await real.setPassword('ann', 'a new password');
    const row = await store.users.byName('ann');
    expect(row?.passwordHash).toStartWith('$argon2id$');
    expect(row?.passwordHash).not.toContain(staticHash('a new password'));
  });

  test('§15.6: a failure ages even below the limit', async () => {
    for (let i = 0; i < 4; i++) await tokenOf('ann', 'wrong').catch(() => {});
    await clock.advance(5 * 60_000);
    for (let i = 0; i < 4; i++) await tokenOf('ann', 'wrong').catch(() => {});
    expect(await tokenOf()).toBeString();
  });

  test('§15.27: a change of anything but the password keeps the tokens', async () => {
    await auth.setPassword('ann', 'a new password');
    const token = await tokenOf('ann', 'a new password');
    await change('ann', { permission: 3 });
    expect(await auth.authenticate(token)).toMatchObject({ permission: 3 });
  });
});
