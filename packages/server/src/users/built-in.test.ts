import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import { systemRandom } from '../runtime/system.ts';
import { openMemoryStore } from '../store/open.ts';
import type { Store } from '../store/port.ts';
import { createAuth } from './auth.ts';
import { ensureBuiltInUsers, resetAdminPassword } from './built-in.ts';
import { generatePassword } from './passwords.ts';

const random = systemRandom();
const clock = fakeClock();
const origin = { address: '192.0.2.1' };
let store: Store;

beforeEach(async () => {
  store = await openMemoryStore();
});
afterEach(() => store.close());

async function canSignIn(password: string): Promise<boolean> {
  const auth = await createAuth({ store, clock, random });
  return auth.signIn({ username: 'admin', password }, origin).then(
    () => true,
    () => false,
  );
}

describe('ensureBuiltInUsers', () => {
  test('the first start makes an admin with a password of its own and a guest that is disabled', async () => {
    const { generatedPassword = '' } = await ensureBuiltInUsers({ store, clock, random }, undefined);
    expect(generatedPassword).toMatch(/^[2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{4}){3}$/);
    expect(await canSignIn(generatedPassword)).toBe(true);
    const rows = (await store.users.list()).map(({ username, role, disabled, basePath }) => ({
      username,
      role,
      disabled,
      basePath,
    }));
    expect(rows).toEqual([
      { username: 'guest', role: 'guest', disabled: true, basePath: '/' },
      { username: 'admin', role: 'admin', disabled: false, basePath: '/' },
    ]);
  });

  test('a given password is taken once, and not shown again', async () => {
    expect(await ensureBuiltInUsers({ store, clock, random }, 'from the environment')).toEqual({});
    expect(await ensureBuiltInUsers({ store, clock, random }, 'another')).toEqual({});
    expect(await canSignIn('from the environment')).toBe(true);
    expect(await canSignIn('another')).toBe(false);
  });

  test('a guest that was enabled stays so', async () => {
    await ensureBuiltInUsers({ store, clock, random }, 'x');
    const guest = await store.users.byName('guest');
    if (guest !== undefined) await store.users.update({ ...guest, disabled: false });
    await ensureBuiltInUsers({ store, clock, random }, 'x');
    expect(await store.users.byName('guest')).toMatchObject({ disabled: false });
  });

  test('two that start together agree on one admin', async () => {
    const results = await Promise.all(
      [1, 2].map(() => ensureBuiltInUsers({ store, clock, random }, undefined)),
    );
    const shown = results.flatMap(({ generatedPassword }) => generatedPassword ?? []);
    expect(shown).toHaveLength(1);
    expect(await canSignIn(shown[0] ?? '')).toBe(true);
  });
});

describe('resetAdminPassword', () => {
  test('gives a password that works, enables the admin and ends its sessions', async () => {
    await ensureBuiltInUsers({ store, clock, random }, 'forgotten password');
    const auth = await createAuth({ store, clock, random });
    const { token, user } = await auth.signIn({ username: 'admin', password: 'forgotten password' }, origin);
    const row = await store.users.byId(user.id);
    if (row !== undefined) await store.users.update({ ...row, disabled: true });

    const password = await resetAdminPassword({ store, clock, random });
    expect(await canSignIn(password)).toBe(true);
    expect(await canSignIn('forgotten password')).toBe(false);
    expect(auth.authenticate(token)).rejects.toMatchObject({ code: 401 });
  });

  test('takes a password that is long enough', async () => {
    await ensureBuiltInUsers({ store, clock, random }, 'x');
    expect(resetAdminPassword({ store, clock, random }, 'short')).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    expect(await resetAdminPassword({ store, clock, random }, 'long enough')).toBe('long enough');
  });

  test('says so when there is no admin yet', () => {
    expect(resetAdminPassword({ store, clock, random })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('generatePassword', () => {
  test('no sign is likelier than another', () => {
    const counts = new Map<string, number>();
    // Every byte value equally often: what is left after the unfair ones are dropped must be even.
    let next = 0;
    const even = { bytes: () => Uint8Array.of(next++ % 256), fraction: () => 0 };
    for (let i = 0; i < 248 / 8; i++) {
      for (const sign of generatePassword(even).replaceAll('-', ''))
        counts.set(sign, (counts.get(sign) ?? 0) + 1);
    }
    expect(counts.size).toBe(31);
    expect(new Set(counts.values()).size).toBe(1);
  });

  test('two are never the same', () => {
    const many = new Set(Array.from({ length: 1000 }, () => generatePassword(random)));
    expect(many.size).toBe(1000);
  });
});
