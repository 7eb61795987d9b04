import { afterEach, describe, expect, test } from 'bun:test';
import { startWorld, type State, type World } from './world.ts';

const VERIFY = { username: 'verify@sluice.test', password: 'sluice-demo', egress: 'here' };

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

async function world(): Promise<World> {
  const started = await startWorld();
  worlds.push(started);
  return started;
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
      await gateway.add('/one', VERIFY),
      await gateway.add('/two', VERIFY),
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
    const mine = await gateway.add('/mine', VERIFY);
    const other = await gateway.add('/other', { ...VERIFY, platform: 'android' });
    const captcha_token = solved(gateway, await gateway.stateOf(mine));
    await gateway.call('/admin/storage/verify', { id: mine, captcha_token });
    expect((await gateway.stateOf(mine)).state).toBe('ok');
    expect((await gateway.stateOf(other)).state).toBe('needs_verification');
  });

  test('is asked for again, with a new page, when the token is wrong; the right one still counts', async () => {
    const gateway = await world();
    const id = await gateway.add('/mine', VERIFY);
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
    const id = await gateway.add('/mine', VERIFY);
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
    const id = await gateway.add('/mine', VERIFY);
    await gateway.call(`/admin/storage/disable?id=${id}`, {});
    const answer = await gateway.call('/admin/storage/verify', { id, captcha_token: 'ck0.whatever-it-is' });
    expect([answer.code, answer.message]).toEqual([500, expect.stringContaining('waits for no check')]);
  });
});
