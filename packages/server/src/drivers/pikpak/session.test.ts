import { describe, expect, test } from 'bun:test';
import { type FakeClock, fakeClock, fakeRandom, settle } from '../../../testing/fake-clock.ts';
import { createAccounts } from '../../accounts/registry.ts';
import type { Driver } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { Log } from '../../core/runtime.ts';
import { pikpakDriverType } from './index.ts';
import { PLATFORMS } from './platforms.ts';
import { captchaSign } from './sign.ts';
import { fakeCloud, type FakeCloud, PATHS, refused } from './testing/fake-cloud.ts';
import { ctx } from './testing/sandbox-world.ts';

const LOGIN = { username: 'a@b.test', password: 'pw' };
const MINUTE = 60_000;
const QUIET: Log = { debug() {}, info() {}, warn() {}, error() {} };

interface Fixture {
  readonly cloud: FakeCloud;
  readonly clock: FakeClock;
  /** What is on disk. */
  readonly disk: Map<string, { refreshToken: string; deviceId: string }>;
  readonly saves: { fail: boolean; gate: Promise<void> };
  readonly open: (settings?: Record<string, unknown>) => Driver;
}

function fixture(): Fixture {
  const cloud = fakeCloud();
  const clock = fakeClock();
  const disk: Fixture['disk'] = new Map();
  const saves = { fail: false, gate: Promise.resolve() };
  const table = {
    load: async (key: string) => disk.get(key),
    save: async (key: string, value: unknown) => {
      await saves.gate;
      if (saves.fail) throw new Error('disk full');
      disk.set(key, structuredClone(value) as { refreshToken: string; deviceId: string });
    },
    remove: async (key: string) => void disk.delete(key),
  };
  const env = {
    http: () => cloud,
    clock,
    random: fakeRandom(),
    log: QUIET,
    accounts: createAccounts({ table, log: QUIET }),
  };
  const open = (settings: Record<string, unknown> = LOGIN): Driver => {
    const parsed = pikpakDriverType.config.parse(settings);
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
    return pikpakDriverType.create(parsed.ok, env);
  };
  return { cloud, clock, disk, saves, open };
}

function root(driver: Driver) {
  return driver.list({ dir: '' }, ctx());
}

async function failure(promise: Promise<unknown>): Promise<StorageError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof StorageError) return error;
  throw new Error(`expected a StorageError, got ${String(error)}`);
}

describe('what is sent', () => {
  test('the sign-in is declared and signed for as PikPak compares it', async () => {
    const { cloud, open } = fixture();
    await root(open({ ...LOGIN, username: '+86 138 0013 8000' }));
    const [init, signedInit] = cloud.to(PATHS.captcha);
    const [signIn] = cloud.to(PATHS.signIn);
    expect(init?.body).toMatchObject({
      action: 'POST:/v1/auth/signin',
      client_id: PLATFORMS.web.clientId,
      meta: { phone_number: '+8613800138000' },
    });
    expect(signIn).toMatchObject({
      host: 'user.mypikpak.net',
      body: { username: '+8613800138000', password: 'pw', captcha_token: 'ck0.1' },
    });
    const meta = signedInit?.body['meta'] as Record<string, string>;
    const deviceId = String(signedInit?.body['device_id']);
    expect(signedInit?.body['action']).toBe('GET:/drive/v1/files');
    expect(meta['captcha_sign']).toBe(captchaSign(PLATFORMS.web, deviceId, meta['timestamp'] ?? ''));
    expect(meta).toMatchObject({ user_id: 'U1', client_version: '2.0.0', package_name: 'mypikpak.com' });
  });

  test('storages whose email addresses differ in case alone are one account', async () => {
    const { cloud, disk, open } = fixture();
    const drivers = ['a@b.test', 'A@B.test', 'a@B.TEST'].map((username) => open({ ...LOGIN, username }));
    for (const driver of drivers) await root(driver);
    expect([cloud.to(PATHS.signIn).length, disk.size]).toEqual([1, 1]);
  });

  test('the device id is the same in every place, given or made', async () => {
    for (const device_id of ['', '3ee0327a0cac0b07e1a84f6a81f5cfff']) {
      const { cloud, open } = fixture();
      await root(open({ ...LOGIN, platform: 'android', device_id }));
      const ids = cloud.asked.flatMap(({ headers, body }) => [
        headers['X-Device-Id'],
        /deviceid\/(\w+)/.exec(headers['User-Agent'] ?? '')?.[1],
        body['device_id'] ?? headers['X-Device-Id'],
      ]);
      expect(new Set(ids).size).toBe(1);
      expect(ids[0]).toMatch(device_id === '' ? /^[0-9a-f]{32}$/ : device_id);
    }
  });

  test('a listing asks for what is live and whole, 500 at a time, with all three proofs', async () => {
    const { cloud, open } = fixture();
    await root(open());
    const [listing] = cloud.to(PATHS.files);
    expect(listing?.host).toBe('api-drive.mypikpak.net');
    expect(Object.fromEntries(listing?.query ?? [])).toMatchObject({
      parent_id: '',
      limit: '500',
      filters: '{"phase":{"eq":"PHASE_TYPE_COMPLETE"},"trashed":{"eq":false}}',
    });
    expect(listing?.headers).toMatchObject({ Authorization: 'Bearer access-2', 'X-Captcha-Token': 'ck0.3' });
    expect(listing?.headers['X-Device-Id']).toBeString();
  });

  test('a clock that is wrong by an hour signs with the right time', async () => {
    const { cloud, clock, open } = fixture();
    const serverTime = clock.now() + 60 * MINUTE;
    cloud.on(PATHS.refresh, () => ({
      headers: { date: new Date(serverTime).toUTCString() },
      json: { access_token: 'a', refresh_token: 'r', expires_in: 7200, sub: 'U' },
    }));
    await root(open({ refresh_token: 'os.1' }));
    const [init] = cloud.to(PATHS.captcha);
    expect(init?.body['meta']).toMatchObject({ timestamp: String(serverTime) });
  });
});

describe('tokens', () => {
  test('the rotated refresh token is on disk before the access token is used', async () => {
    const { cloud, disk, saves, open } = fixture();
    const gate = Promise.withResolvers<void>();
    const driver = open({ refresh_token: 'os.1' });
    cloud.on(PATHS.refresh, () => {
      saves.gate = gate.promise;
      return { json: { access_token: 'a2', refresh_token: 'os.2', expires_in: 7200, sub: 'U' } };
    });
    const listing = root(driver);
    await settle();
    expect(cloud.to(PATHS.refresh)).toHaveLength(1);
    expect([cloud.to(PATHS.captcha).length, cloud.to(PATHS.files).length]).toEqual([0, 0]);
    gate.resolve();
    await listing;
    expect([...disk.values()].map((state) => state.refreshToken)).toEqual(['os.2']);
    expect(cloud.to(PATHS.files)).toHaveLength(1);
  });

  test('when it can not be saved nothing is used, and it is not lost', async () => {
    const { cloud, disk, saves, open } = fixture();
    const driver = open({ refresh_token: 'os.1' });
    cloud.on(PATHS.refresh, () => {
      saves.fail = true;
      return { json: { access_token: 'a2', refresh_token: 'os.2', expires_in: 7200, sub: 'U' } };
    });
    const error = await failure(root(driver));
    expect([error.code, error.retry]).toEqual(['unavailable', 'later']);
    expect(cloud.to(PATHS.files)).toBeEmpty();
    saves.fail = false;
    await root(driver);
    expect(cloud.to(PATHS.refresh)).toHaveLength(1);
    expect([...disk.values()].map((state) => state.refreshToken)).toEqual(['os.2']);
  });

  test('a pasted refresh token is tried once; then its successors are', async () => {
    const { cloud, clock, open } = fixture();
    const settings = { ...LOGIN, refresh_token: 'os.pasted' };
    const driver = open(settings);
    await root(driver);
    await driver.close();
    await clock.advance(3 * 60 * MINUTE);
    await root(open(settings));
    expect(cloud.to(PATHS.refresh).map(({ body }) => body['refresh_token'])).toEqual([
      'os.pasted',
      'refresh-1',
    ]);
    expect(cloud.to(PATHS.signIn)).toBeEmpty();
  });

  test('a refresh ahead of time that fails does not stop calls, and is not tried at each', async () => {
    const { cloud, clock, open } = fixture();
    const driver = open();
    await root(driver);
    cloud.on(PATHS.refresh, () => ({ status: 503 }));
    await clock.advance(116 * MINUTE);
    for (let i = 0; i < 5; i += 1) await root(driver);
    expect(cloud.to(PATHS.refresh)).toHaveLength(1);
    await clock.advance(31_000);
    await root(driver);
    expect(cloud.to(PATHS.refresh)).toHaveLength(2);
  });

  test('a caller that leaves does not stop the refresh that others wait for', async () => {
    const { cloud, open } = fixture();
    const gate = Promise.withResolvers<void>();
    cloud.on(PATHS.refresh, async () => {
      await gate.promise;
      return { json: { access_token: 'a', refresh_token: 'r', expires_in: 7200, sub: 'U' } };
    });
    const driver = open({ refresh_token: 'os.1' });
    const leaver = new AbortController();
    const left = driver.list({ dir: '' }, ctx(leaver.signal));
    const stays = root(driver);
    await settle();
    leaver.abort();
    expect(left).rejects.toMatchObject({ name: 'AbortError' });
    await left.catch(() => {});
    gate.resolve();
    expect((await stays).entries).toEqual([]);
    expect(cloud.to(PATHS.refresh)).toHaveLength(1);
  });

  test('closing waits for a refresh under way, so that its token is kept, but not for ever', async () => {
    const { cloud, clock, disk, open } = fixture();
    const gate = Promise.withResolvers<void>();
    cloud.on(PATHS.refresh, async () => {
      await gate.promise;
      return { json: { access_token: 'a', refresh_token: 'os.2', expires_in: 7200, sub: 'U' } };
    });
    const driver = open({ refresh_token: 'os.1' });
    const listing = root(driver).catch(() => {});
    await settle();
    const closing = driver.close();
    await settle();
    gate.resolve();
    await closing;
    await listing;
    expect([...disk.values()].map((state) => state.refreshToken)).toEqual(['os.2']);

    const stuck = fixture();
    stuck.cloud.on(PATHS.refresh, () => new Promise(() => {}));
    const other = stuck.open({ refresh_token: 'os.1' });
    const hanging = failure(root(other));
    await settle();
    const closed = other.close();
    await stuck.clock.advance(5000);
    await closed;
    expect((await hanging).code).toBe('unavailable');
    expect(clock.sleepers() + stuck.clock.sleepers()).toBe(0);
  });
});

describe('a sign-in', () => {
  test('whose captcha token was refused is sent once more with another, and no more', async () => {
    const { cloud, open } = fixture();
    cloud.on(PATHS.signIn, () => refused(400, 'captcha_invalid', 4002, 'Code(4002) - captcha_token expired'));
    expect((await failure(root(open()))).code).toBe('unavailable');
    expect([cloud.to(PATHS.captcha).length, cloud.to(PATHS.signIn).length]).toEqual([2, 2]);
  });

  test('for a name that PikPak writes otherwise is not repeated', async () => {
    const { cloud, open } = fixture();
    cloud.on(PATHS.signIn, () =>
      refused(400, 'captcha_invalid', 4002, 'meta.username expect +86138, but got map[]'),
    );
    const error = await failure(root(open()));
    expect(error.detail.remedy).toContain('country code');
    expect(cloud.to(PATHS.signIn)).toHaveLength(1);
  });

  test('that was refused for the region keeps saying so, with the time left, and asks again after it', async () => {
    const { cloud, clock, open } = fixture();
    cloud.on(PATHS.signIn, () => refused(400, '', 4026));
    const driver = open();
    expect((await failure(root(driver))).code).toBe('region_blocked');
    await clock.advance(MINUTE);
    const waiting = await failure(root(driver));
    expect([waiting.code, waiting.retryAfterMs]).toEqual(['region_blocked', 4 * MINUTE]);
    expect(waiting.message).not.toContain('Next try'); // whoever shows it counts down
    expect(waiting.detail.remedy).toContain('proxy');
    expect(cloud.to(PATHS.signIn)).toHaveLength(1);
    await clock.advance(4 * MINUTE);
    await failure(root(driver));
    expect(cloud.to(PATHS.signIn)).toHaveLength(2);
    expect((await failure(root(driver))).retryAfterMs).toBe(10 * MINUTE);
  });

  test('is on disk as failed while it is under way, for a process that dies in it', async () => {
    const { cloud, disk, open } = fixture();
    const seen: unknown[] = [];
    cloud.on(PATHS.signIn, () => {
      seen.push(...structuredClone([...disk.values()]));
      return { json: { access_token: 'a', refresh_token: 'r', expires_in: 7200, sub: 'U' } };
    });
    await root(open());
    expect(seen).toMatchObject([{ signIns: { failures: 1 } }]);
    expect([...disk.values()]).toMatchObject([{ signIns: { failures: 0 } }]);
  });

  test('that nobody answered is tried again after half a minute', async () => {
    const { cloud, clock, open } = fixture();
    cloud.on(PATHS.signIn, () => {
      throw new StorageError('unavailable', 'No connection.', { retry: 'later' });
    });
    const driver = open();
    expect((await failure(root(driver))).message).toBe('No connection.');
    expect((await failure(root(driver))).retryAfterMs).toBe(30_000);
    await clock.advance(30_000);
    await failure(root(driver));
    expect(cloud.to(PATHS.signIn)).toHaveLength(2);
  });

  test('uses the pasted captcha token, once', async () => {
    const { cloud, open } = fixture();
    await root(open({ ...LOGIN, captcha_token: 'ck0.pasted' }));
    expect(cloud.to(PATHS.signIn).map(({ body }) => body['captcha_token'])).toEqual(['ck0.pasted']);
    expect(cloud.to(PATHS.captcha)).toHaveLength(1); // for the drive
  });

  test('is locked out only until someone gives something new', async () => {
    const { cloud, open } = fixture();
    cloud.on(PATHS.signIn, ({ body }) =>
      body['password'] === 'right'
        ? { json: { access_token: 'a', refresh_token: 'r', expires_in: 7200, sub: 'U' } }
        : refused(400, 'invalid_account_or_password', 4022),
    );
    const first = open();
    await failure(root(first));
    expect((await root(open({ ...LOGIN, password: 'right' }))).entries).toEqual([]);
    expect((await failure(root(first))).code).toBe('bad_credentials'); // its own password is still wrong
    expect((await failure(root(first))).code).toBe('bad_credentials');
    expect(cloud.to(PATHS.signIn)).toHaveLength(3);
  });
});

describe('the human check', () => {
  test.each([
    ['https://user.mypikpak.com/captcha/v2/x.html?a=1', true],
    ['https://user.pikpak.me/captcha', true],
    ['http://user.mypikpak.com/captcha', false],
    ['https://user.mypikpak.com.evil.test/', false],
    ['https://evil.test/', false],
    ['https://user.mypikpak.com:8443/', false],
    ['http://127.0.0.1:9/captcha', false],
    ['javascript:alert(1)', false],
  ])('the page %p is shown: %p', async (url, shown) => {
    const { cloud, open } = fixture();
    cloud.on(PATHS.captcha, () => ({ json: { captcha_token: 'ticket', expires_in: 300, url } }));
    const error = await failure(root(open()));
    expect([error.code, error.detail.actionUrl]).toEqual(['needs_verification', shown ? url : undefined]);
    expect(cloud.to(PATHS.signIn)).toBeEmpty();
  });

  test('a page on loopback is shown where PikPak is emulated', async () => {
    const { cloud, open } = fixture();
    const url = 'http://127.0.0.1:9/captcha';
    cloud.on(PATHS.captcha, () => ({ json: { captcha_token: 'ticket', url } }));
    expect((await failure(root(open({ ...LOGIN, egress: 'sandbox' })))).detail.actionUrl).toBe(url);
  });
});

describe('captcha tokens for the drive', () => {
  test('are asked for at least a second apart, by one at a time', async () => {
    const { cloud, clock, open } = fixture();
    const driver = open();
    await root(driver);
    let refusals = 2;
    cloud.on(PATHS.files, () =>
      refusals-- > 0 ? refused(400, 'captcha_invalid', 9) : { json: { files: [] } },
    );
    const listings = [root(driver), root(driver)];
    await settle();
    expect(cloud.to(PATHS.captcha)).toHaveLength(2);
    expect(clock.sleepers()).toBe(1);
    await clock.advance(1000);
    await Promise.all(listings);
    expect(cloud.to(PATHS.captcha)).toHaveLength(3);
  });

  test('refused again and again, new as they are, are not asked for any more for a while', async () => {
    const { cloud, clock, open } = fixture();
    const driver = open();
    cloud.on(PATHS.files, () => refused(400, 'captcha_invalid', 9));
    const spent: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      const outcome = failure(root(driver));
      await clock.advance(1000);
      await outcome;
      spent.push(cloud.to(PATHS.captcha).length);
    }
    expect(spent.at(-1)).toBe(spent.at(4));
    const waiting = await failure(root(driver));
    expect([waiting.code, waiting.retry]).toEqual(['unavailable', 'later']);
    expect(waiting.retryAfterMs).toBeGreaterThan(0);
  });

  test('"too frequent" pauses the account for ten minutes, over a restart as well', async () => {
    const { cloud, clock, open } = fixture();
    const token = { refresh_token: 'os.1' };
    cloud.on(PATHS.captcha, () => refused(400, 'aborted', 10));
    const driver = open(token);
    expect((await failure(root(driver))).code).toBe('rate_limited');
    await driver.close();
    await clock.advance(4 * MINUTE);
    const waiting = await failure(root(open(token)));
    expect([waiting.code, waiting.retryAfterMs]).toEqual(['rate_limited', 6 * MINUTE]);
    expect(cloud.to(PATHS.captcha)).toHaveLength(1);
  });

  test('a life of 0 or none counts as the usual one', async () => {
    for (const expires_in of [0, undefined]) {
      const { cloud, open } = fixture();
      cloud.on(PATHS.captcha, () => ({ json: { captcha_token: 'ck0.x', expires_in } }));
      const driver = open();
      await root(driver);
      await root(driver);
      expect(cloud.to(PATHS.captcha)).toHaveLength(2);
    }
  });

  test('none at all is an error, not a loop', async () => {
    const { cloud, open } = fixture();
    cloud.on(PATHS.captcha, () => ({ json: {} }));
    expect((await failure(root(open()))).code).toBe('protocol');
  });
});

describe('answers that are none', () => {
  test.each([
    ['<html>no</html>', 200, 'protocol'],
    ['', 200, 'protocol'],
    ['[]', 200, 'protocol'],
    ['<html>no</html>', 502, 'unavailable'],
  ])('%p with %p is %p', async (text, status, code) => {
    const { cloud, open } = fixture();
    cloud.on(PATHS.files, () => ({ text, status }));
    const error = await failure(root(open()));
    expect([error.code as string, error.retry]).toEqual([code, 'later']);
  });

  test('a listing that gives the same page for ever ends', async () => {
    const { cloud, open } = fixture();
    cloud.on(PATHS.files, () => ({ json: { files: [], next_page_token: 'same' } }));
    const driver = open();
    const { next = '' } = await root(driver);
    expect((await failure(driver.list({ dir: '', cursor: next }, ctx()))).code).toBe('protocol');
  });
});
