import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@sluice/sandbox';
import { createApp } from '../packages/server/src/app.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const QUIET = { debug() {}, info() {}, warn() {}, error() {} };
const VERIFY = { username: 'verify@sluice.test', password: 'sluice-demo', egress: 'here' };

interface State {
  readonly state: string;
  readonly action_url: string;
}

interface Answer {
  readonly code: number;
  readonly message: string;
  readonly data: {
    readonly id: number;
    readonly state: State;
    readonly token: string;
    readonly total: number;
    readonly problems: readonly { readonly field: string; readonly reason: string }[];
  };
}

interface World {
  readonly sandbox: Sandbox;
  readonly call: (path: string, body?: object) => Promise<Answer>;
  /** Adds a storage and gives its id, whether it works or not. */
  readonly add: (mountPath: string, addition?: object) => Promise<number>;
  readonly stateOf: (id: number) => Promise<State>;
  readonly signIns: () => number;
}

/** A gateway in this process whose way out `here` leads to a sandbox. */
async function world(): Promise<World> {
  const sandbox = await startSandbox();
  cleanups.push(() => sandbox.stop());
  const data = await mkdtemp(join(tmpdir(), 'sluice-check-'));
  cleanups.push(() => rm(data, { recursive: true, force: true }));
  const config = {
    host: '127.0.0.1',
    port: 0,
    data,
    adminPassword: 'admin-password',
    secretKey: undefined,
    trustedProxies: '',
    logLevel: 'error' as const,
  };
  const here = {
    kind: 'direct',
    connectTo: { host: '127.0.0.1', port: sandbox.port },
    ca: sandbox.caPem,
  } as const;
  const app = await createApp(config, { log: QUIET, egress: { here } });
  cleanups.push(() => app.stop());
  const { url } = await app.start();
  let token = '';
  const call: World['call'] = async (path, body) => {
    const res = await fetch(`${url}/api${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await res.json()) as Answer;
  };
  token = (await call('/auth/login', { username: 'admin', password: 'admin-password' })).data.token;
  return {
    sandbox,
    call,
    add: async (mount_path, addition = VERIFY) =>
      (
        await call('/admin/storage/create', {
          mount_path,
          driver: 'PikPak',
          addition: JSON.stringify(addition),
        })
      ).data.id,
    stateOf: async (id) => (await call(`/admin/storage/get?id=${id}`)).data.state,
    signIns: () => sandbox.stats().signIns,
  };
}

/** Passes the check that a storage shows, as a person does. */
function solved({ sandbox }: World, { action_url }: State): string {
  const ticket = new URL(action_url).searchParams.get('captcha_token') ?? '';
  return sandbox.cloud.solveChallenge(ticket) ?? 'no such check';
}

describe('a check that a person has passed', () => {
  test('brings every storage on the account to life, by one sign-in', async () => {
    const gateway = await world();
    const ids = [
      await gateway.add('/one'),
      await gateway.add('/two'),
      await gateway.add('/three', { ...VERIFY, root_folder_id: '' }),
    ];
    const waiting = await gateway.stateOf(ids[0] ?? 0);
    expect(waiting.state).toBe('needs_verification');
    for (const path of ['/one', '/two']) expect((await gateway.call('/fs/list', { path })).code).toBe(500);
    const captcha_token = `xlaccsdk01://xbase.cloud/callback?state=harbor&captcha_token=${solved(gateway, waiting)}`;
    const verified = await gateway.call('/admin/storage/verify', { id: ids[0], captcha_token });
    expect(verified).toMatchObject({ code: 200, data: { state: 'ok' } });
    for (const id of ids) expect(['ok', 'idle']).toContain((await gateway.stateOf(id)).state);
    for (const path of ['/one', '/two', '/three']) {
      expect((await gateway.call('/fs/list', { path })).code).toBe(200);
    }
    expect(gateway.signIns()).toBe(1);
  });

  test('does not count for a storage on another account', async () => {
    const gateway = await world();
    const mine = await gateway.add('/mine');
    const other = await gateway.add('/other', { ...VERIFY, platform: 'android' });
    const captcha_token = solved(gateway, await gateway.stateOf(mine));
    await gateway.call('/admin/storage/verify', { id: mine, captcha_token });
    expect((await gateway.stateOf(mine)).state).toBe('ok');
    expect((await gateway.stateOf(other)).state).toBe('needs_verification');
  });

  test('is asked for again, with a new page, when the token is wrong; the right one still counts', async () => {
    const gateway = await world();
    const id = await gateway.add('/mine');
    const before = await gateway.stateOf(id);
    const wrong = await gateway.call('/admin/storage/verify', {
      id,
      captcha_token: 'ck0.not-a-token-of-ours',
    });
    expect(wrong).toMatchObject({
      code: 400,
      data: { id, problems: [{ field: 'captcha_token', reason: 'refused_token' }] },
    });
    const after = await gateway.stateOf(id);
    expect(after.state).toBe('needs_verification');
    expect(after.action_url).not.toBe(before.action_url);
    const captcha_token = solved(gateway, after);
    expect((await gateway.call('/admin/storage/verify', { id, captcha_token })).code).toBe(200);
    const again = await gateway.call('/admin/storage/verify', { id, captcha_token });
    expect(again.data.problems[0]?.reason).toBe('used_token');
    expect((await gateway.stateOf(id)).state).toBe('ok');
  });

  test('is not asked of the cloud when what was given can not be a token', async () => {
    const gateway = await world();
    const id = await gateway.add('/mine');
    const { action_url } = await gateway.stateOf(id);
    const asked = gateway.sandbox.stats().requests;
    for (const [captcha_token, reason] of [
      ['', 'no_token'],
      ['I passed it', 'no_token'],
      [action_url, 'check_page'],
    ]) {
      const { code, data } = await gateway.call('/admin/storage/verify', { id, captcha_token });
      expect([code, data.problems[0]?.reason]).toEqual([400, reason]);
    }
    expect(gateway.sandbox.stats().requests).toEqual(asked);
    expect((await gateway.stateOf(id)).action_url).toBe(action_url);
  });

  test('is nothing for a storage that is switched off', async () => {
    const gateway = await world();
    const id = await gateway.add('/mine');
    await gateway.call(`/admin/storage/disable?id=${id}`, {});
    const answer = await gateway.call('/admin/storage/verify', { id, captcha_token: 'ck0.whatever-it-is' });
    expect([answer.code, answer.message]).toEqual([500, expect.stringContaining('waits for no check')]);
  });
});
