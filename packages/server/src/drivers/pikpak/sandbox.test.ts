import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { text } from 'node:stream/consumers';
import { isAbort, StorageError } from '../../core/errors.ts';
import type { Driver } from '../../core/driver.ts';
import type { Link } from '../../core/link.ts';
import { ctx, DEMO, idAt, startWorld, type World } from './testing/sandbox-world.ts';

const HOUR = 3_600_000;
const FILES = 'GET /drive/v1/files';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

async function failure(promise: Promise<unknown>): Promise<StorageError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof StorageError) return error;
  throw new Error(`expected a StorageError, got ${String(error)}`);
}

function root(driver: Driver) {
  return driver.list({ dir: driver.root }, ctx());
}

async function link(driver: Driver, path: string, purpose: 'download' | 'play' = 'download'): Promise<Link> {
  const id = await idAt(driver, path);
  if (driver.link === undefined) throw new Error('the driver gives no links');
  return driver.link({ id, purpose }, ctx());
}

function listings(): number {
  return world.sandbox.stats().requests[FILES] ?? 0;
}

describe('signing in', () => {
  test.each([['demo@sluice.test'], ['+8613800138000'], ['+86 138 0013 8000'], ['sluicedemo']])(
    'works by %p',
    async (username) => {
      const { entries } = await root(world.open({ ...DEMO, username }));
      expect(entries.map((entry) => entry.name)).toContain('Movies');
    },
  );

  test.each(['web', 'android', 'pc'])('works on the platform %p', async (platform) => {
    expect((await root(world.open({ ...DEMO, platform }))).entries).not.toBeEmpty();
  });

  test.each(['mypikpak.net', 'mypikpak.com', 'pikpak.me', 'pikpakdrive.com'])(
    'works on %p',
    async (api_root) => {
      expect((await root(world.open({ ...DEMO, api_root }))).entries).not.toBeEmpty();
    },
  );

  test('happens at the first call, not when the storage is made', async () => {
    const driver = world.open();
    expect(world.sandbox.stats().requests).toEqual({});
    await root(driver);
    expect(world.sandbox.stats().signIns).toBe(1);
  });

  test('happens once for two storages with one login, and 100 calls at once', async () => {
    const drivers = [world.open(), world.open({ ...DEMO, disable_media_link: false })];
    await Promise.all(Array.from({ length: 100 }, (_, i) => root(drivers[i % 2] ?? world.open())));
    expect(world.sandbox.stats()).toMatchObject({ signIns: 1, captchaInits: 2 });
  });

  test('is not needed again after a restart', async () => {
    await root(world.open());
    await root(world.restart().open());
    expect(world.sandbox.stats()).toMatchObject({ signIns: 1, refreshes: 0 });
  });

  test('by a wrong password fails once and then without asking', async () => {
    const driver = world.open({ ...DEMO, password: 'wrong' });
    expect(await failure(root(driver))).toMatchObject({ code: 'bad_credentials', retry: 'never' });
    const asked = world.sandbox.stats().requests;
    world.advance(24 * HOUR);
    expect((await failure(root(driver))).code).toBe('bad_credentials');
    expect(world.sandbox.stats().requests).toEqual(asked);
  });

  test('goes on as soon as the password is right', async () => {
    await failure(root(world.open({ ...DEMO, password: 'wrong' })));
    expect((await root(world.open())).entries).not.toBeEmpty();
  });

  test('by a wrong password is not repeated by restarts either, and says why', async () => {
    const wrong = { ...DEMO, password: 'wrong' };
    await failure(root(world.open(wrong)));
    const again = await failure(root(world.restart().open(wrong)));
    expect(again).toMatchObject({ code: 'bad_credentials', retry: 'later' });
    expect(again.retryAfterMs).toBeGreaterThan(4 * 60_000);
    expect(again.message).not.toContain('Next try');
    expect(world.sandbox.stats().requests['POST /v1/auth/signin']).toBe(1);
  });

  test('a wrong password does not get in on the session of a right one, and does not harm it', async () => {
    const right = world.open();
    await root(right);
    const wrong = world.open({ ...DEMO, password: 'wrong' });
    expect((await failure(root(wrong))).code).toBe('bad_credentials');
    expect((await failure(root(wrong))).code).toBe('bad_credentials');
    expect(world.sandbox.stats().requests['POST /v1/auth/signin']).toBe(2);
    await root(right);
    world.advance(3 * HOUR);
    await root(right);
    expect(world.sandbox.stats()).toMatchObject({ signIns: 1, refreshes: 1 });
  });

  test('to an account made through Google says that it has no password', async () => {
    const error = await failure(root(world.open({ username: 'google@sluice.test', password: 'any' })));
    expect(error.code).toBe('bad_credentials');
    expect(error.detail.remedy).toContain(
      'This account was made through Google or Facebook and has no password. ' +
        "Set one in PikPak's account settings, or sign in with a refresh token.",
    );
  });

  test('"too frequent" stops all calls for ten minutes, over a restart, and then goes on', async () => {
    world.sandbox.faults.add({ kind: 'too_frequent', match: { path: '/v1/auth/signin' }, times: 1 });
    const driver = world.open();
    const first = await failure(root(driver));
    expect([first.code, first.retryAfterMs]).toEqual(['rate_limited', 600_000]);
    const asked = world.sandbox.stats().requests;
    expect((await failure(root(driver))).code).toBe('rate_limited');
    expect((await failure(root(world.restart().open()))).code).toBe('rate_limited');
    expect(world.sandbox.stats().requests).toEqual(asked);
    world.advance(600_001);
    expect((await root(driver)).entries).not.toBeEmpty();
  });

  test('where passwords are refused by address names the other way in', async () => {
    world.sandbox.faults.add({
      kind: 'vendor_error',
      status: 400,
      error: 'invalid_grant',
      code: 4126,
      text: 'AccessProhibited',
      match: { path: '/v1/auth/signin' },
      times: 1,
    });
    const error = await failure(root(world.open()));
    expect(error.code).toBe('unauthenticated');
    expect(error.detail.remedy).toContain('refresh token');
  });
});

describe('the human check', () => {
  const VERIFY = { username: 'verify@sluice.test', password: 'sluice-demo' };

  test('gives the page to open, then fails at once until the page is stale', async () => {
    const driver = world.open(VERIFY);
    const error = await failure(root(driver));
    expect(error.code).toBe('needs_verification');
    expect(error.detail.actionUrl).toMatch(/^https:\/\/user\.mypikpak\.net\/captcha\//);
    const asked = world.sandbox.stats().requests;
    const again = await failure(root(driver));
    expect([again.code, again.detail.actionUrl]).toEqual(['needs_verification', error.detail.actionUrl]);
    expect(world.sandbox.stats().requests).toEqual(asked);
    world.advance(300_001);
    const fresh = await failure(root(driver));
    expect(fresh.detail.actionUrl).not.toBe(error.detail.actionUrl);
    expect(fresh.detail.actionUrl).toMatch(/^https:\/\/user\./);
  });

  test('is over when the token that it ends with is given, at once', async () => {
    const driver = world.open(VERIFY);
    const { detail } = await failure(root(driver));
    const ticket = new URL(detail.actionUrl ?? '').searchParams.get('captcha_token') ?? '';
    const captcha_token = world.sandbox.cloud.solveChallenge(ticket);
    await driver.close();
    const solved = world.open({ ...VERIFY, captcha_token });
    expect((await root(solved)).entries).toBeArray();
    expect(world.sandbox.stats().signIns).toBe(1);
  });
});

describe('tokens', () => {
  test('100 calls with an access token that is over cause one refresh', async () => {
    const driver = world.open();
    await root(driver);
    world.sandbox.clock.advance(3 * HOUR); // ours stays, so that the driver does not see it coming
    await Promise.all(Array.from({ length: 100 }, () => root(driver)));
    expect(world.sandbox.stats()).toMatchObject({ signIns: 1, refreshes: 1, captchaInits: 3 });
  });

  test('are renewed ahead of their end', async () => {
    const driver = world.open();
    await root(driver);
    world.advance(2 * HOUR - 4 * 60_000);
    const before = listings();
    await root(driver);
    expect(world.sandbox.stats()).toMatchObject({ signIns: 1, refreshes: 1 });
    expect(listings()).toBe(before + 1);
  });

  test('a refresh token that was used elsewhere costs one sign-in', async () => {
    const driver = world.open();
    await root(driver);
    const [state] = [...world.states.values()] as { refreshToken: string }[];
    await root(world.open({ refresh_token: state?.refreshToken })); // rotates it
    world.advance(3 * HOUR);
    await Promise.all(Array.from({ length: 20 }, () => root(driver)));
    expect(world.sandbox.stats()).toMatchObject({ signIns: 2 });
  });

  test('a refresh token alone is enough, and its successors are used after a restart', async () => {
    await root(world.open());
    const [state] = [...world.states.values()] as { refreshToken: string }[];
    const settings = { refresh_token: state?.refreshToken };
    await root(world.open(settings));
    world.advance(3 * HOUR);
    const later = world.restart();
    later.clock.shift(3 * HOUR);
    await root(later.open(settings));
    expect(world.sandbox.stats()).toMatchObject({ signIns: 1, refreshes: 2 });
  });

  test('a dead refresh token without a password says so, once asked', async () => {
    const driver = world.open({ refresh_token: 'os.dead' });
    expect((await failure(root(driver))).code).toBe('unauthenticated');
    await failure(root(driver));
    expect(world.sandbox.stats().requests['POST /v1/auth/token']).toBe(1);
  });

  test('a session refused for ever ends in few requests', async () => {
    const driver = world.open();
    await root(driver);
    world.sandbox.faults.add({ kind: 'token_expired', match: {}, times: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 10; i += 1) expect((await failure(root(driver))).code).toBe('unauthenticated');
    const { signIns, refreshes } = world.sandbox.stats();
    expect(signIns).toBeLessThanOrEqual(2);
    expect(refreshes).toBeLessThanOrEqual(3);
  });
});

describe('captcha tokens', () => {
  test('one that ends in mid-listing is renewed unseen', async () => {
    const driver = world.open();
    const dir = await idAt(driver, '/Big/ten-thousand');
    const first = await driver.list({ dir }, ctx());
    world.sandbox.clock.advance(310_000);
    const second = await driver.list({ dir, cursor: first.next ?? '' }, ctx());
    expect(second.entries).toHaveLength(500);
    expect(world.sandbox.stats()).toMatchObject({ signIns: 1, refreshes: 0, captchaInits: 3 });
  });

  test('is renewed 30 seconds before its end without being refused', async () => {
    const driver = world.open();
    await root(driver);
    world.advance(271_000);
    const before = listings();
    await root(driver);
    expect(listings()).toBe(before + 1);
    expect(world.sandbox.stats().captchaInits).toBe(3);
  });

  test('refused for ever stops: one renewal for a call, and then fewer', async () => {
    const driver = world.open();
    await root(driver);
    world.sandbox.faults.add({ kind: 'captcha_invalid', match: {}, times: Number.POSITIVE_INFINITY });
    const before = listings();
    expect((await failure(root(driver))).code).toBe('unavailable');
    expect(listings()).toBe(before + 2);
    for (let i = 0; i < 20; i += 1) await failure(root(driver));
    expect(world.sandbox.stats().captchaInits).toBeLessThan(12);
  });

  test('other errors with code 9 never lead to a renewal', async () => {
    const driver = world.open();
    await root(driver);
    world.sandbox.faults.add({
      kind: 'vendor_error',
      status: 400,
      error: 'file_in_recycle_bin',
      code: 9,
      text: 'x',
      match: { path: '/drive/*' },
      times: 1,
    });
    expect((await failure(root(driver))).code).toBe('not_found');
    expect(world.sandbox.stats().captchaInits).toBe(2);
  });
});

describe('listing', () => {
  test('10 000 entries take 20 calls, and none comes twice', async () => {
    const driver = world.open();
    const dir = await idAt(driver, '/Big/ten-thousand');
    const before = listings();
    const ids = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await driver.list({ dir, ...(cursor === undefined ? {} : { cursor }) }, ctx());
      for (const entry of page.entries) ids.add(entry.id);
      cursor = page.next;
    } while (cursor !== undefined);
    expect([ids.size, listings() - before]).toEqual([10_000, 20]);
  });

  test('goes past an empty page', async () => {
    const driver = world.open();
    const dir = await idAt(driver, '/Big/ten-thousand');
    world.sandbox.faults.add({ kind: 'empty_page', match: {}, times: 1 });
    const first = await driver.list({ dir }, ctx());
    expect(first.entries).toBeEmpty();
    expect((await driver.list({ dir, cursor: first.next ?? '' }, ctx())).entries).not.toBeEmpty();
  });

  test('a cursor of another folder or of nobody is invalid_argument, a stale one too', async () => {
    const driver = world.open();
    const dir = await idAt(driver, '/Big/ten-thousand');
    const { next = '' } = await driver.list({ dir }, ctx());
    const list = (folder: string, cursor: string) => failure(driver.list({ dir: folder, cursor }, ctx()));
    expect((await list('', next)).code).toBe('invalid_argument');
    expect((await list(dir, 'nonsense')).code).toBe('invalid_argument');
    expect((await list(dir, `${dir}:`)).code).toBe('invalid_argument');
    world.advance(HOUR);
    expect((await list(dir, next)).code).toBe('invalid_argument');
  });

  test('starts at the configured folder, which needs no call to be described', async () => {
    const movies = await idAt(world.open(), '/Movies');
    const driver = world.open({ ...DEMO, root_folder_id: movies });
    const before = world.sandbox.stats().requests;
    expect(await driver.stat({ id: driver.root }, ctx())).toMatchObject({ id: movies, kind: 'folder' });
    expect(world.sandbox.stats().requests).toEqual(before);
    expect((await root(driver)).entries.map((entry) => entry.name)).toContain('Sample (2026)');
  });

  test('leaves at once when its reader does', async () => {
    const stop = new AbortController();
    const listed = world.open().list({ dir: '' }, ctx(stop.signal));
    stop.abort();
    const error = await listed.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(isAbort(error)).toBeTrue();
  });
});

describe('troubles that pass', () => {
  test.each([
    [{ kind: 'status', status: 429, retryAfterSeconds: 7 }, 'rate_limited', 7000],
    [{ kind: 'status', status: 503 }, 'unavailable', undefined],
    [{ kind: 'status', status: 502, body: 'empty' }, 'unavailable', undefined],
    [{ kind: 'status', status: 200, body: 'broken_json' }, 'protocol', undefined],
  ] as const)('%p is %p, to be tried again', async (fault, code, wait) => {
    const driver = world.open();
    await root(driver);
    world.sandbox.faults.add({ ...fault, match: { path: FILES.slice(4) }, times: 1 });
    const error = await failure(root(driver));
    expect([error.code as string, error.retry, error.retryAfterMs]).toEqual([code, 'later', wait]);
    expect((await root(driver)).entries).not.toBeEmpty();
  });
});

describe('links', () => {
  const fetchLink = async (egress: string, { url, headers }: Link) => {
    const { signal } = ctx();
    return world.env.http(egress).request({ method: 'GET', url, headers, signal });
  };

  test('lead to the original, for the address that asked', async () => {
    const got = await link(world.open(), '/Documents/notes.txt');
    expect(got).toMatchObject({ variant: 'original', boundTo: 'egress', size: 438 });
    const here = await fetchLink('sandbox-direct', got);
    expect((await text(here.body)).length).toBeGreaterThan(0);
    expect(here.status).toBe(200);
  });

  test('are refused to another address, and the refusal can be seen', async () => {
    const got = await link(world.open({ ...DEMO, egress: 'sandbox' }), '/Documents/notes.txt');
    const [own, foreign] = [await fetchLink('sandbox', got), await fetchLink('sandbox-eu', got)];
    expect([own.status, foreign.status]).toEqual([200, 403]);
    for (const response of [own, foreign]) response.body.destroy();
  });

  test('say when they end, by our clock', async () => {
    const driver = world.open();
    const { expiresAt = 0 } = await link(driver, '/Documents/notes.txt');
    expect(expiresAt - world.clock.now()).toBeWithin(23 * HOUR, 25 * HOUR);
    world.sandbox.clock.advance(10 * HOUR); // PikPak's clock alone
    const later = await link(driver, '/Documents/notes.txt');
    expect((later.expiresAt ?? 0) - world.clock.now()).toBeWithin(23 * HOUR, 25 * HOUR);
  });

  test('of a film that is too heavy to play are still the original', async () => {
    const path = '/Movies/Too Heavy (2026)/heavy.mp4';
    const got = await link(world.open(), path, 'play');
    expect(got).toMatchObject({ variant: 'original' });
    const players = world.open({ ...DEMO, disable_media_link: false });
    expect((await link(players, path, 'play')).variant).not.toBe('original');
    expect((await link(players, path, 'download')).url.includes('fid=')).toBeTrue();
    expect((await link(players, path, 'download')).variant).toBe('original');
  });

  test('that are missing for a moment come later', async () => {
    const driver = world.open();
    const id = await idAt(driver, '/Documents/empty.txt');
    if (driver.link === undefined) throw new Error('no links');
    expect((await failure(driver.link({ id, purpose: 'download' }, ctx()))).code).toBe('unsupported');
  });
});

describe('the rest', () => {
  test('quota counts bytes', async () => {
    const quota = await world.open().quota?.({}, ctx());
    expect(quota?.total).toBeGreaterThan(quota?.used ?? Number.POSITIVE_INFINITY);
  });

  test('an egress that can not be used fails the call, in words, not the making', async () => {
    const driver = world.open({ ...DEMO, egress: 'nowhere' });
    const error = await failure(root(driver));
    expect([error.code, error.retry]).toEqual(['misconfigured', 'never']);
    expect(error.detail.remedy).toContain('sandbox');
  });

  test('a closed storage answers no more; closing twice is fine', async () => {
    const driver = world.open();
    await root(driver);
    await driver.close();
    await driver.close();
    expect((await failure(root(driver))).code).toBe('unavailable');
  });

  test('one device id is kept for good', async () => {
    await root(world.open());
    const idOf = (): unknown =>
      [...world.states.values()].map((state) => (state as { deviceId: string }).deviceId);
    const before = idOf();
    world.advance(3 * HOUR);
    await root(world.restart().open());
    expect(idOf()).toEqual(before);
    expect(JSON.stringify(before)).toMatch(/^\["[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}"\]$/);
  });
});
