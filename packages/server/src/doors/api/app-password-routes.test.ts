import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { systemRandom } from '../../runtime/system.ts';
import { openMemoryStore } from '../../store/open.ts';
import type { Store } from '../../store/port.ts';
import { type AppPasswords, createAppPasswords } from '../../users/app-passwords.ts';
import { fakeClock } from '../../../testing/fake-clock.ts';
import { userRow } from '../../../testing/store-rows.ts';
import { admin, type DoorFixture, guest, startDoors } from '../testing/fixture.ts';

let store: Store;
let doors: DoorFixture;
let appPasswords: AppPasswords;

beforeEach(async () => {
  store = await openMemoryStore();
  const ann = await store.users.insert(userRow({ username: 'ann' }));
  const bob = await store.users.insert(userRow({ username: 'bob' }));
  appPasswords = await createAppPasswords({ store, clock: fakeClock(), random: systemRandom() });
  const users = [{ ...admin, id: ann.id, username: 'ann' }, { ...admin, id: bob.id, username: 'bob' }, guest];
  doors = await startDoors({ users, appPasswords });
});
afterEach(async () => {
  doors.close();
  await store.close();
});

async function call(path: string, body?: object, who = 'ann'): Promise<{ code: number; data: unknown }> {
  const headers = { 'Content-Type': 'application/json', Authorization: who === '' ? '' : `${who}-token` };
  return JSON.parse(await doors.api(`/me/app_password/${path}`, body, { headers })) as never;
}

describe('app passwords over the API', () => {
  test('one is made, told once, listed without itself, and revoked', async () => {
    const made = await call('create', { name: 'TV', read_only: true, folder: 'films' });
    expect(made).toMatchObject({
      code: 200,
      data: { name: 'TV', read_only: true, folder: '/films', used: null },
    });
    const { password, id } = made.data as { password: string; id: number };
    expect(password).toMatch(/^(?:\w{4}-){3}\w{4}$/);
    const listed = await call('list');
    expect(listed.data).toMatchObject([{ id, name: 'TV' }]);
    expect(JSON.stringify(listed)).not.toContain(password);
    expect((await call('revoke', { id })).code).toBe(200);
    expect((await call('list')).data).toEqual([]);
    expect(await appPasswords.find(password)).toBeUndefined();
  });

  test('nobody sees or revokes those of others, and guests have none', async () => {
    const { data } = await call('create', { name: 'TV' });
    const { id } = data as { id: number };
    expect((await call('list', undefined, 'bob')).data).toEqual([]);
    expect((await call('revoke', { id }, 'bob')).code).toBe(500);
    for (const [path, body] of [
      ['list', undefined],
      ['create', { name: 'x' }],
      ['revoke', { id }],
    ] as const) {
      expect([path, (await call(path, body, '')).code]).toEqual([path, 403]);
    }
    expect((await call('list')).data).toHaveLength(1);
  });

  test.each([
    [{}, 400],
    [{ name: '   ' }, 400],
    [{ name: 'x', folder: '/a/../..' }, 403],
    [{ name: 'x', read_only: 'perhaps' }, 400],
  ])('%p is refused', async (body, code) => {
    expect((await call('create', body)).code).toBe(code);
    expect((await call('list')).data).toEqual([]);
  });
});
