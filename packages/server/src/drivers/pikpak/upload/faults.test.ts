import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Driver, UploadSource } from '../../../core/driver.ts';
import type { Entry } from '../../../core/entry.ts';
import { ctx, startWorld, type World } from '../testing/sandbox-world.ts';
import { GcidHash } from './gcid.ts';

const HALF_MIB = 512 * 1024;
const NAME = 'half.bin';
const BYTES = Uint8Array.from({ length: HALF_MIB }, (_, index) => (index * 13 + (index >> 9)) % 256);

let world: World;
let driver: Driver;
beforeEach(async () => {
  world = await startWorld();
  driver = world.open();
});
afterEach(() => world.close());

const source = sourceOf(BYTES);

function sourceOf(bytes: Uint8Array<ArrayBuffer>): UploadSource {
  return {
    size: bytes.length,
    open: (start, end) => new Blob([bytes.slice(start, end)]).stream(),
    hash: async () => {
      const hash = new GcidHash(bytes.length);
      hash.update(bytes);
      return hash.digest();
    },
  };
}

function upload(name = NAME, file: UploadSource = source): Promise<Entry> {
  const call = driver.upload?.({ dir: driver.root, name, source: file }, ctx());
  return call ?? Promise.reject(new Error('the driver takes no uploads'));
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function names(): Promise<string[]> {
  const { entries } = await driver.list({ dir: driver.root }, ctx());
  return entries.map(({ name }) => name).filter((name) => name.startsWith('half'));
}

/** Every call that an upload of one piece makes of the drive, in its order. */
const STAGES = [
  ['the look at the folder', 'GET', '/drive/v1/files'],
  ['the announcement', 'POST', '/drive/v1/files'],
  ['the wait for the file', 'GET', '/drive/v1/files/*'],
] as const;

describe.each(STAGES)('at %s', (_, method, path) => {
  test.each([
    ['a 500', { kind: 'status', status: 500 }],
    ['a 502 without a body', { kind: 'status', status: 502, body: 'empty' }],
    ['an answer that is cut', { kind: 'status', status: 503, body: 'broken_json' }],
    ['a line that is cut before', { kind: 'hang_up', when: 'before' }],
    ['a line that is cut after', { kind: 'hang_up', when: 'after' }],
    ['a captcha that is wanted', { kind: 'captcha_invalid' }],
    ['a token that is over', { kind: 'token_expired' }],
  ] as const)('%s is got over, and one file stands there', async (__, fault) => {
    world.sandbox.faults.add({ ...fault, match: { method, path }, times: 1 });
    expect(await upload()).toMatchObject({ name: NAME, size: HALF_MIB });
    expect([world.sandbox.faults.pending(), await names()]).toEqual([[], [NAME]]);
  });
});

test.each(STAGES.slice(0, 2))(
  '"too frequent" at %s ends it, and the name is free afterwards',
  async (...stage) => {
    const [, method, path] = stage;
    world.sandbox.faults.add({ kind: 'too_frequent', match: { method, path }, times: 1 });
    expect(await failureOf(upload())).toMatchObject({ code: 'rate_limited' });
    world.advance(24 * 3_600_000);
    expect(await upload()).toMatchObject({ name: NAME });
    expect(await names()).toEqual([NAME]);
  },
);

test('"too frequent" when the bytes are there is waited out', async () => {
  const [, method, path] = STAGES[2];
  world.sandbox.faults.add({ kind: 'too_frequent', match: { method, path }, times: 1 });
  expect(await upload()).toMatchObject({ name: NAME, size: HALF_MIB });
  expect(await names()).toEqual([NAME]);
});

test('a drive that is refused for good says so, and nothing is left', async () => {
  const refusal = {
    kind: 'vendor_error',
    status: 400,
    error: 'file_space_not_enough',
    code: 8,
    text: 'Not enough space',
  } as const;
  world.sandbox.faults.add({ ...refusal, match: { method: 'POST', path: '/drive/v1/files' }, times: 1 });
  expect(await failureOf(upload())).toMatchObject({ code: 'quota_exceeded' });
  expect(await names()).toEqual([]);
  expect(await upload()).toMatchObject({ name: NAME });
});

test('the quota of the day says when there is a new one, speaks of uploads, and is not asked again', async () => {
  const refusal = {
    kind: 'vendor_error',
    status: 400,
    error: 'task_daily_create_limit_vip',
    code: 11,
    text: 'daily limit',
  } as const;
  world.sandbox.faults.add({
    ...refusal,
    match: { method: 'POST', path: '/drive/v1/files' },
    times: Infinity,
  });
  const failure = await failureOf(upload());
  expect(failure).toMatchObject({
    code: 'quota_exceeded',
    message: 'PikPak takes no more uploads and downloads into this account today.',
    retryAfterMs: 24 * 3_600_000,
    detail: { remedy: expect.stringContaining('tomorrow') as unknown },
  });
  expect(world.sandbox.stats().requests['POST /drive/v1/files']).toBe(1);
  expect(await names()).toEqual([]);
  world.sandbox.faults.clear();
  expect(await upload()).toMatchObject({ name: NAME });
});

test('a session that was ended elsewhere in mid-upload costs one sign-in', async () => {
  const slow: UploadSource = {
    ...source,
    open: (start, end) => {
      for (const path of ['/drive/v1/files/*', '/v1/auth/token']) {
        const fault =
          path === '/v1/auth/token'
            ? ({
                kind: 'vendor_error',
                status: 400,
                error: 'invalid_grant',
                code: 4126,
                text: 'revoked',
              } as const)
            : ({ kind: 'token_expired' } as const);
        world.sandbox.faults.add({ ...fault, match: { path }, times: 1 });
      }
      return source.open(start, end);
    },
  };
  const before = world.sandbox.stats().signIns;
  await driver.list({ dir: driver.root }, ctx());
  expect(await upload(NAME, slow)).toMatchObject({ name: NAME, size: HALF_MIB });
  expect(world.sandbox.stats().signIns - before).toBeLessThanOrEqual(2);
  expect(await names()).toEqual([NAME]);
});

test.each(['half?.bin', 'half.', ' half', 'half:1', `half${'x'.repeat(252)}`, 'half\n', '..'])(
  'the name %j is refused before anything is asked',
  async (name) => {
    const before = Object.values(world.sandbox.stats().requests).length;
    expect(await failureOf(upload(name))).toMatchObject({ code: 'invalid_name' });
    expect(Object.values(world.sandbox.stats().requests).length).toBe(before);
  },
);

describe('an upload that PikPak does not let us take back', () => {
  const DELETE = 'POST /drive/v1/files:batchDelete';
  const match = { method: 'POST', path: '/drive/v1/files:batchDelete' };
  const refused = { kind: 'store_error', status: 400, code: 'InvalidArgument' } as const;

  function deletes(): number {
    return world.sandbox.stats().requests[DELETE] ?? 0;
  }

  /** Lets no time of a minute and more pass by itself. */
  function holdTime(): void {
    const { clock } = world;
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms, signal) =>
      ms < 60_000
        ? sleep(ms, signal)
        : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  }

  async function expectNameFree(): Promise<void> {
    expect(await driver.mkdir?.({ dir: driver.root, name: NAME }, ctx())).toMatchObject({ name: NAME });
  }

  test('for a lock-out goes when that is over', async () => {
    world.sandbox.faults.add({ ...refused, match: { method: 'PUT' }, times: 1 });
    world.sandbox.faults.add({ kind: 'too_frequent', match, times: 1 });
    expect(await failureOf(upload())).toMatchObject({ code: 'protocol' });
    while (deletes() < 2) await new Promise((resolve) => setImmediate(resolve));
    await driver.list({ dir: driver.root }, ctx());
    await expectNameFree();
  });

  test.each([false, true])(
    'goes before another file takes the name; in another process: %p',
    async (restart) => {
      holdTime();
      world.sandbox.faults.add({ ...refused, match: { method: 'PUT' }, times: 1 });
      world.sandbox.faults.add({ kind: 'status', status: 500, match, times: 5 });
      expect(await failureOf(upload())).toMatchObject({ code: 'protocol' });
      world.sandbox.faults.clear();
      if (restart) {
        await driver.close();
        world = world.restart();
        driver = world.open();
      }
      expect(await upload(NAME, sourceOf(BYTES.toReversed()))).toMatchObject({ name: NAME });
    },
  );

  test('goes when the next process first lists a folder', async () => {
    holdTime();
    world.sandbox.faults.add({ ...refused, match: { method: 'PUT' }, times: 1 });
    world.sandbox.faults.add({ kind: 'status', status: 500, match, times: 5 });
    await failureOf(upload());
    world.sandbox.faults.clear();
    await driver.close();
    world = world.restart();
    driver = world.open();
    const before = deletes();
    await driver.list({ dir: driver.root }, ctx());
    while (deletes() === before) await new Promise((resolve) => setImmediate(resolve));
    await driver.list({ dir: driver.root }, ctx());
    await expectNameFree();
  });

  test('stays when it is whole by then: somebody may count on it', async () => {
    holdTime();
    world.sandbox.faults.add({
      kind: 'status',
      status: 404,
      match: { method: 'GET', path: '/drive/v1/files/*' },
      times: 1,
    });
    world.sandbox.faults.add({ kind: 'status', status: 500, match, times: 5 });
    expect(await failureOf(upload())).toBeDefined();
    world.sandbox.faults.clear();
    expect(await names()).toEqual([NAME]);
    await upload('half-other.bin', sourceOf(BYTES.toReversed()));
    expect((await names()).toSorted()).toEqual(['half-other.bin', NAME]);
  });

  test('is tried for a day, and no longer', async () => {
    world.sandbox.faults.add({ ...refused, match: { method: 'PUT' }, times: 1 });
    world.sandbox.faults.add({ kind: 'status', status: 500, match, times: Infinity });
    await failureOf(upload());
    const isNoted = (): boolean => JSON.stringify([...world.states.values()]).includes('"fileId"');
    expect(isNoted()).toBe(true);
    while (isNoted()) await new Promise((resolve) => setImmediate(resolve));
    const tries = deletes();
    expect(tries).toBeGreaterThan(27);
    expect(tries).toBeLessThanOrEqual(4 * 28); // each try is four requests
    world.advance(48 * 3_600_000);
    await driver.list({ dir: driver.root }, ctx());
    expect(deletes()).toBe(tries);
  });
});
