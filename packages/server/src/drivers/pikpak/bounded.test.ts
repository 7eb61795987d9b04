import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { Fault } from '@sluice/sandbox';
import type { Driver } from '../../core/driver.ts';
import type { HttpClient } from '../../core/http-client.ts';
import { applyLayers } from '../../layers/apply.ts';
import { pace } from '../../layers/pace.ts';
import { retry } from '../../layers/retry.ts';
import { pikpakDriverType } from './index.ts';
import { ctx, DEMO, startWorld, type World } from './testing/sandbox-world.ts';

const HOUR = 3_600_000;
const FOREVER = Number.POSITIVE_INFINITY;

let first: World;
let world: World;
/** What the sandbox had seen before the test. */
let before: ReturnType<World['sandbox']['stats']>;

beforeAll(async () => {
  first = await startWorld();
});

/** Another process, which knows of no session, two days later: nothing of the test before counts any more. */
beforeEach(() => {
  const { sandbox, states } = first;
  sandbox.faults.clear();
  sandbox.clock.advance(48 * HOUR);
  states.clear();
  world = first.restart();
  world.clock.shift(sandbox.clock.now() - Date.now());
  before = sandbox.stats();
});

afterAll(() => first.close());

/** Requests since the test began, all of them or those of one kind. */
function seen(call?: string): number {
  const count = (requests: Readonly<Record<string, number>>): number =>
    call === undefined ? Object.values(requests).reduce((sum, n) => sum + n, 0) : (requests[call] ?? 0);
  return count(world.sandbox.stats().requests) - count(before.requests);
}

/** Sign-ins, refreshes and captcha tokens that were granted since the test began. */
function granted(): readonly number[] {
  const { signIns, refreshes, captchaInits } = world.sandbox.stats();
  return [signIns - before.signIns, refreshes - before.refreshes, captchaInits - before.captchaInits];
}

const SIGN_IN = 'POST /v1/auth/signin';

/** A driver with the retries and the pace of a storage. Time limits would pass at once, as all sleep does here. */
function layered(driver: Driver): Driver {
  const { clock, random } = world.env;
  return applyLayers(driver, [retry({ clock, random }), pace({ clock }).layer]);
}

/** Everything that a storage is asked for, one after the other, whatever comes of it. */
async function useAll(driver: Driver): Promise<number> {
  const id = 'VNsomethingThatIsNotThere0';
  const calls = [
    () => driver.list({ dir: driver.root }, ctx()),
    () => driver.stat({ id }, ctx()),
    () => driver.link?.({ id, purpose: 'play' }, ctx()),
    () => driver.quota?.({}, ctx()),
    () => driver.mkdir?.({ dir: driver.root, name: 'new' }, ctx()),
    () => driver.rename?.({ id, name: 'other' }, ctx()),
    () => driver.move?.({ ids: [id], to: driver.root }, ctx()),
    () => driver.remove?.({ ids: [id], mode: 'trash' }, ctx()),
  ];
  for (const call of calls) await Promise.resolve(call()).catch(() => {});
  return calls.length;
}

const vendor = (status: number, error: string, code: number, text = ''): Fault => ({
  kind: 'vendor_error',
  status,
  error,
  code,
  text,
});

/** Each way to refuse that the protocol reference tells of (§2.7), and some that it doesn't. */
const REFUSALS: readonly (readonly [string, Fault])[] = [
  ['9 captcha_invalid', { kind: 'captcha_invalid' }],
  ['9 of business', vendor(400, 'file_in_recycle_bin', 9)],
  ['9 that is still busy', vendor(400, 'file_rename_uncompleted', 9)],
  ['captcha_required', vendor(400, 'captcha_required', 0)],
  ['4002', vendor(400, 'captcha_invalid', 4002, 'Code(4002) - captcha_token expired')],
  ['4002 for a person', vendor(400, 'captcha_invalid', 4002, 'result:review')],
  ['16', { kind: 'token_expired' }],
  ['4121', vendor(401, '', 4121)],
  ['4122', vendor(400, '', 4122)],
  ['4126', vendor(400, 'invalid_grant', 4126)],
  ['4126 for the address', vendor(400, 'invalid_grant', 4126, 'AccessProhibited')],
  ['10', { kind: 'too_frequent' }],
  ['4022', vendor(400, 'invalid_account_or_password', 4022)],
  ['4026', vendor(400, '', 4026)],
  ['3', vendor(400, 'invalid_argument', 3)],
  ['8', vendor(400, 'file_space_not_enough', 8)],
  ['11', vendor(400, 'task_daily_create_limit_vip', 11)],
  ['an error that nobody knows', vendor(400, 'something_new', 777)],
  ['an error inside a success', vendor(200, 'captcha_invalid', 9)],
  ['429', { kind: 'status', status: 429 }],
  ['429 with a long wait', { kind: 'status', status: 429, retryAfterSeconds: 86_400 }],
  ['500', { kind: 'status', status: 500 }],
  ['509', { kind: 'status', status: 509 }],
  ['403', { kind: 'status', status: 403 }],
  ['broken JSON', { kind: 'status', status: 200, body: 'broken_json' }],
  ['a cut', { kind: 'hang_up', when: 'before' }],
];

/** Where a refusal strikes, always. */
const PLACES = {
  everywhere: '*',
  'at captcha tokens': '/v1/shield/captcha/init',
  'at sign-ins': '/v1/auth/signin',
  'at refreshes': '/v1/auth/token',
  'at the drive': '/drive/*',
} as const;

describe('no refusal that goes on for ever is run against for ever', () => {
  describe.each(REFUSALS)('%s', (_, fault) => {
    test.each(Object.entries(PLACES))('%s', async (__, path) => {
      for (const signedIn of [false, true]) {
        const driver = layered(world.open());
        if (signedIn) {
          await driver.list({ dir: driver.root }, ctx());
          world.advance(3 * HOUR); // the access token is over
        }
        const [requests, signIns] = [seen(), seen(SIGN_IN)];
        world.sandbox.faults.add({ ...fault, match: { path }, times: FOREVER });
        const calls = await useAll(driver);
        const made = seen() - requests;
        expect(made).toBeGreaterThan(0);
        expect(made).toBeLessThanOrEqual(calls * 4);
        // One, one more with another captcha token, and one because the session of the first is refused.
        expect(seen(SIGN_IN) - signIns).toBeLessThanOrEqual(3);
        world.sandbox.faults.clear();
        await driver.close();
        first.states.clear();
        world.advance(48 * HOUR);
      }
    });
  });

  test.each(['the sign', 'the version'])('%s of a program that PikPak takes for wrong', async (what) => {
    const http = (value: string): HttpClient => {
      const client = world.env.http(value);
      const spoilt = (body: string): string =>
        what === 'the sign'
          ? body.replace(/"captcha_sign":"1\.[0-9a-f]{4}/, '"captcha_sign":"1.0000')
          : body.replace(/"client_version":"[^"]*"/, '"client_version":"0.0.1"');
      return {
        request: (request) =>
          client.request({
            ...request,
            ...(typeof request.body === 'string' ? { body: spoilt(request.body) } : {}),
          }),
      };
    };
    const parsed = pikpakDriverType.config.parse({ ...DEMO, egress: 'sandbox-direct' });
    if ('problems' in parsed) throw new Error('the settings are wrong');
    const driver = layered(pikpakDriverType.create(parsed.ok, { ...world.env, http }));
    const failure: unknown = await driver.list({ dir: driver.root }, ctx()).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'StorageError',
      message: expect.stringContaining('one of its programs') as unknown,
      detail: { remedy: expect.any(String) as unknown },
    });
    const calls = await useAll(driver);
    expect(seen()).toBeLessThanOrEqual(calls * 4);
    expect(seen(SIGN_IN)).toBeLessThanOrEqual(1);
    await driver.close();
  });

  test('a check that nobody passes costs a request for each page, and no sign-in', async () => {
    const driver = layered(world.open({ username: 'verify@sluice.test', password: 'sluice-demo' }));
    for (let round = 0; round < 10; round += 1) await useAll(driver);
    expect([seen(), seen(SIGN_IN)]).toEqual([1, 0]);
    world.advance(301_000);
    await useAll(driver);
    expect([seen(), seen(SIGN_IN)]).toEqual([2, 0]);
    await driver.close();
  });

  test.each(REFUSALS)('%s: a day of asking each minute signs in a few times at most', async (name, fault) => {
    const driver = world.open();
    world.sandbox.faults.add({ ...fault, match: { path: '/v1/auth/*' }, times: FOREVER });
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      await driver.list({ dir: driver.root }, ctx()).catch(() => {});
      world.advance(60_000);
    }
    const outOfOrder = ['500', '509', 'a cut'].includes(name); // a quarter of an hour apart at last, the others six hours
    expect(seen(SIGN_IN)).toBeGreaterThan(0);
    expect(seen(SIGN_IN)).toBeLessThanOrEqual(outOfOrder ? 100 : 20);
    await driver.close();
  });
});

describe('fifty storages of one login', () => {
  const fifty = (settings = DEMO): Driver[] =>
    Array.from({ length: 50 }, (_, index) =>
      world.open({ ...settings, ...(index % 2 === 0 ? {} : { disable_media_link: false }) }),
    );
  const useAtOnce = (drivers: readonly Driver[]) =>
    Promise.allSettled(drivers.map((driver) => driver.list({ dir: driver.root }, ctx())));
  const closeAll = (drivers: readonly Driver[]) => Promise.all(drivers.map((driver) => driver.close()));

  test('sign in once, and after a day all used at once refresh once', async () => {
    const drivers = fifty();
    await useAtOnce(drivers);
    expect(granted()).toEqual([1, 0, 2]);
    world.advance(24 * HOUR);
    const outcomes = await useAtOnce(drivers);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(granted()).toEqual([1, 1, 3]);
    await closeAll(drivers);
  });

  test('with a wrong password try it once, and not again within the back-off', async () => {
    const drivers = fifty({ ...DEMO, password: 'wrong' });
    for (let round = 0; round < 5; round += 1) {
      await useAtOnce(drivers);
      world.advance(50_000);
    }
    expect(seen(SIGN_IN)).toBe(1);
    await closeAll(drivers);
  });

  test('whose refresh token was revoked elsewhere sign in once; when it goes on, they back off', async () => {
    const drivers = fifty();
    await useAtOnce(drivers);
    world.sandbox.faults.add({
      kind: 'vendor_error',
      status: 400,
      error: 'invalid_grant',
      code: 4126,
      text: 'refresh token has been refresh',
      match: { path: '/v1/auth/token' },
      times: FOREVER,
    });
    world.advance(24 * HOUR);
    await useAtOnce(drivers);
    expect(seen(SIGN_IN)).toBe(2);
    // Each token is said to be over at once: nothing lives long enough to be of use.
    world.sandbox.faults.add({ kind: 'token_expired', match: {}, times: FOREVER });
    for (let round = 0; round < 20; round += 1) await useAtOnce(drivers);
    expect(seen(SIGN_IN)).toBeLessThanOrEqual(4);
    await closeAll(drivers);
  });
});
