import { afterEach, describe, expect, test } from 'bun:test';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { startWorld, type World } from './world.ts';

const DEMO = { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' };

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

async function world(): Promise<World> {
  const started = await startWorld();
  worlds.push(started);
  return started;
}

async function tried({ call }: World, addition: object, driver = 'PikPak') {
  const body = { mount_path: '/tried', driver, addition: JSON.stringify(addition) };
  return (await call('/admin/storage/test', body)).data;
}

function ticks(steps: readonly { readonly name: string; readonly ok: boolean }[]): string[] {
  return steps.map(({ name, ok }) => `${name} ${ok ? 'ok' : 'failed'}`);
}

/** A port of this machine that nobody listens at. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

describe('trying a storage', () => {
  test('goes step by step, tells where it is seen from, and stores nothing', async () => {
    const gateway = await world();
    const { ok, steps } = await tried(gateway, { ...DEMO, egress: 'asia' });
    expect([ok, ticks(steps)]).toEqual([
      true,
      ['settings ok', 'egress ok', 'api ok', 'sign_in ok', 'region ok', 'root ok'],
    ]);
    expect(steps.find(({ name }) => name === 'region')?.message).toContain('SG (203.0.113.9)');
    expect((await gateway.call('/admin/storage/list')).data.total).toBe(0);
    expect((await gateway.call('/fs/list', { path: '/tried' })).code).toBe(500);
  });

  test('and then adding it takes one sign-in between them', async () => {
    const gateway = await world();
    await tried(gateway, DEMO);
    await tried(gateway, DEMO);
    const id = await gateway.add('/mine', DEMO);
    expect((await gateway.stateOf(id)).state).toBe('ok');
    expect(gateway.signIns()).toBe(1);
  });

  test('never signs in again, nor disturbs, where a storage has signed in; a wrong password included', async () => {
    const gateway = await world();
    const id = await gateway.add('/mine', DEMO);
    const { ok, steps } = await tried(gateway, { ...DEMO, password: 'another' });
    expect(ok).toBe(true);
    expect(steps.find(({ name }) => name === 'sign_in')?.message).toContain('when you save it');
    expect((await gateway.call('/admin/storage/test', { id })).data.ok).toBe(true);
    expect(gateway.signIns()).toBe(1);
    expect((await gateway.call('/fs/list', { path: '/mine', refresh: true })).code).toBe(200);
    expect((await gateway.stateOf(id)).state).toBe('ok');
  });

  test('with a wrong password ends there, with its remedy', async () => {
    const { ok, steps } = await tried(await world(), { ...DEMO, password: 'wrong' });
    expect([ok, ticks(steps).at(-1)]).toEqual([false, 'sign_in failed']);
    expect(steps.at(-1)).toMatchObject({ reason_code: 'wrong_password', reason_params: {} });
    expect(steps.at(-1)?.remedy).toContain('Google');
  });

  test('through a proxy that is not there ends at the egress', async () => {
    const egress = `http://user:secret@127.0.0.1:${await deadPort()}`;
    const { steps } = await tried(await world(), { ...DEMO, egress });
    expect(ticks(steps)).toEqual(['settings ok', 'egress failed']);
    expect(steps.at(-1)).toMatchObject({ reason_code: 'proxy_gone' });
    expect(JSON.stringify(steps)).not.toContain('secret');
  });

  test('with settings that do not hold asks nobody, and names the fields', async () => {
    const gateway = await world();
    const asked = gateway.sandbox.stats().requests;
    const { steps } = await tried(gateway, { username: 'demo@sluice.test' });
    expect(steps).toMatchObject([{ name: 'settings', ok: false, problems: [{ field: 'password' }] }]);
    expect(gateway.sandbox.stats().requests).toEqual(asked);
  });

  test('of a share needs no account; of a folder of this machine, only its root', async () => {
    const gateway = await world();
    const share = { share_id: 'VNsandboxOpenShare00001', egress: 'here' };
    expect(ticks((await tried(gateway, share, 'PikPakShare')).steps)).toEqual([
      'settings ok',
      'egress ok',
      'api ok',
      'region ok',
      'root ok',
    ]);
    const local = { root_folder_path: import.meta.dir };
    expect(ticks((await tried(gateway, local, 'Local')).steps)).toEqual(['settings ok', 'root ok']);
  });

  test('of a storage that there is not is an error', async () => {
    const gateway = await world();
    expect((await gateway.call('/admin/storage/test', { id: 77 })).code).toBe(500);
    expect((await gateway.call('/admin/storage/test', { driver: 'Nope' })).code).toBe(400);
  });
});

describe('the accounts behind storages', () => {
  type Accounts = {
    readonly content: readonly { readonly id: number; readonly [name: string]: unknown }[];
    readonly total: number;
  };
  const accounts = async ({ call }: World): Promise<Accounts> =>
    (await call('/admin/account/list')).data as unknown as Accounts;

  test('are told with their storages and their state, and tried step by step without a new sign-in', async () => {
    const gateway = await world();
    const first = await gateway.add('/a', DEMO);
    const second = await gateway.add('/b', { ...DEMO, disable_media_link: false });
    await gateway.add('/other-way', { ...DEMO, egress: 'asia' });
    const { content, total } = await accounts(gateway);
    expect(total).toBe(2);
    expect(content[0]).toMatchObject({
      id: first,
      driver: 'PikPak',
      username: DEMO.username,
      egress: 'here',
      state: { state: 'ok' },
      storages: [
        { id: first, mount_path: '/a' },
        { id: second, mount_path: '/b' },
      ],
    });
    expect(JSON.stringify(content)).not.toContain(DEMO.password);
    const { ok, steps } = (await gateway.call('/admin/account/test', { id: first })).data;
    expect([ok, ticks(steps)]).toEqual([
      true,
      ['settings ok', 'egress ok', 'api ok', 'sign_in ok', 'region ok'],
    ]);
    expect(gateway.signIns()).toBe(2); // one for each way out
    expect((await gateway.call('/admin/account/test', { id: second })).code).toBe(404);
  });

  test('that PikPak asked to slow down say until when, on each of their storages', async () => {
    const gateway = await world();
    const asked = await gateway.add('/a', DEMO);
    const same = await gateway.add('/b', { ...DEMO, disable_media_link: false });
    gateway.sandbox.faults.add({ kind: 'too_frequent', match: { path: '/drive/*' }, times: 1 });
    await gateway.call('/fs/list', { path: '/a', refresh: true });
    for (const id of [asked, same]) {
      const state = (await gateway.stateOf(id)) as unknown as Record<string, string>;
      expect(state).toMatchObject({ state: 'degraded', code: 'rate_limited', reason_code: 'too_frequent' });
      const wait = Date.parse(state['retry_at'] ?? '') - Date.now();
      expect(wait).toBeWithin(9 * 60_000, 10 * 60_000 + 1);
    }
    const { content } = await accounts(gateway);
    expect(content).toMatchObject([{ id: asked, state: { state: 'degraded', code: 'rate_limited' } }]);
  });

  test('are for admins alone', async () => {
    const gateway = await world();
    for (const path of ['list', 'test']) {
      const response = await fetch(`${gateway.url}/api/admin/account/${path}`, {
        method: path === 'list' ? 'GET' : 'POST',
        ...(path === 'list' ? {} : { body: '{"id":1}' }),
      });
      expect(((await response.json()) as { code: number }).code).not.toBe(200);
    }
  });
});
