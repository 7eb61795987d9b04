import { describe, expect, test } from 'bun:test';
import { type FakeClock, fakeClock, settle } from '../../testing/fake-clock.ts';
import { type Entry } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import { DEFAULT_LIMITS, ListingCache, type ListingLimits } from './listing-cache.ts';
import type { Mount } from './mount.ts';
import { ctx, failureOf, fakeDriver, fakeMount, files, MINUTE, noLog } from './testing/fake-storage.ts';

function cacheOf(limits: Partial<ListingLimits> = {}): { cache: ListingCache; clock: FakeClock } {
  const clock = fakeClock();
  return { cache: new ListingCache({ clock, log: noLog, limits: { ...DEFAULT_LIMITS, ...limits } }), clock };
}

const read = (cache: ListingCache, mount: Mount, id = 'root'): Promise<readonly Entry[]> =>
  Promise.resolve().then(() => cache.of(mount, { id }).all(ctx()));

describe('how long a listing is kept', () => {
  test("the storage's own minutes count, from its first page on", async () => {
    const { cache, clock } = cacheOf();
    const driver = fakeDriver({ root: files(4) }, { pageSize: 2, listTtlMs: 1_000 });
    const mount = fakeMount('/a', driver, { cacheExpiration: 3 });
    await cache.of(mount, { id: 'root' }).upTo(1, ctx());
    await clock.advance(3 * MINUTE - 1);
    await cache.of(mount, { id: 'root' }).upTo(1, ctx());
    expect(driver.calls).toEqual(['root']);
    await clock.advance(1);
    await read(cache, mount);
    expect(driver.calls).toEqual(['root', 'root', 'root@2']);
  });

  test("without them, the driver's", async () => {
    const { cache, clock } = cacheOf();
    const driver = fakeDriver({ root: [] }, { listTtlMs: 1_000 });
    const mount = fakeMount('/a', driver);
    await read(cache, mount);
    await clock.advance(749);
    await read(cache, mount);
    expect(driver.calls).toHaveLength(1); // an empty folder is remembered like any other
    await clock.advance(1251); // as long again: nothing is shown that is older
    await read(cache, mount);
    expect(driver.calls).toHaveLength(2);
  });

  test('with none at all, only those who ask at the same time share one', async () => {
    const { cache } = cacheOf();
    const driver = fakeDriver({ root: files(4) }, { listTtlMs: 0, pageSize: 2 });
    const mount = fakeMount('/a', driver);
    await Promise.all([read(cache, mount), read(cache, mount)]);
    expect(driver.calls).toEqual(['root', 'root@2']);
    await read(cache, mount);
    expect(driver.calls).toHaveLength(4);
  });

  test('a storage whose listings cost nothing is asked each time, whatever its record says', async () => {
    const { cache } = cacheOf();
    const driver = fakeDriver({ root: files(1) }, { listTtlMs: 0 });
    const mount = fakeMount('/a', driver, { cacheExpiration: 30 });
    await read(cache, mount);
    await read(cache, mount);
    expect(driver.calls).toHaveLength(2);
  });

  test('the folders used least recently go first when there are too many entries', async () => {
    const { cache } = cacheOf({ maxCachedEntries: 25 });
    const driver = fakeDriver({ a: files(10), b: files(10), c: files(10) }, { pageSize: 4 });
    const mount = fakeMount('/m', driver);
    for (const dir of ['a', 'b', 'a', 'c']) await read(cache, mount, dir);
    driver.calls.length = 0;
    await read(cache, mount, 'a');
    await read(cache, mount, 'c');
    expect(driver.calls).toEqual([]);
    await read(cache, mount, 'b');
    expect(driver.calls).toEqual(['b', 'b@4', 'b@8']);
  });

  test('a folder larger than the whole memory is kept alone', async () => {
    const { cache } = cacheOf({ maxCachedEntries: 5 });
    const driver = fakeDriver({ root: files(10) }, { pageSize: 4 });
    const mount = fakeMount('/m', driver);
    await read(cache, mount);
    await read(cache, mount);
    expect(driver.calls).toHaveLength(3);
  });
});

describe('a failed listing', () => {
  const dead = new StorageError('unavailable', 'the cloud is gone');

  test('is not tried again for a few seconds, and begins with the first page then', async () => {
    const { cache, clock } = cacheOf();
    const driver = fakeDriver({ root: files(4) }, { pageSize: 2 });
    const mount = fakeMount('/a', driver);
    await cache.of(mount, { id: 'root' }).upTo(1, ctx());
    driver.failures.push(dead);
    expect(await failureOf(read(cache, mount))).toMatchObject({ message: 'the cloud is gone' });
    await clock.advance(4_999);
    expect(await failureOf(read(cache, mount))).toMatchObject({ message: 'the cloud is gone' });
    expect(driver.calls).toEqual(['root', 'root@2']);
    await clock.advance(1);
    expect(await read(cache, mount)).toHaveLength(4);
    expect(driver.calls).toEqual(['root', 'root@2', 'root', 'root@2']);
  });

  test('waits as long as its error says, and says how much of that is left', async () => {
    const { cache, clock } = cacheOf();
    const driver = fakeDriver({ root: [] });
    const mount = fakeMount('/a', driver);
    driver.failures.push(
      new StorageError('rate_limited', 'slow down', { retry: 'later', retryAfterMs: 20_000 }),
    );
    expect(await failureOf(read(cache, mount))).toMatchObject({ retryAfterMs: 20_000 });
    await clock.advance(15_000);
    expect(await failureOf(read(cache, mount))).toMatchObject({ code: 'rate_limited', retryAfterMs: 5_000 });
    await clock.advance(5_000);
    await read(cache, mount);
    expect(driver.calls).toHaveLength(2);
  });

  test('is tried again after a minute even when its error asks for hours', async () => {
    const { cache, clock } = cacheOf();
    const driver = fakeDriver({ root: [] });
    const mount = fakeMount('/a', driver);
    const hour = 60 * MINUTE;
    driver.failures.push(
      new StorageError('quota_exceeded', 'tomorrow', { retry: 'later', retryAfterMs: hour }),
    );
    expect(await failureOf(read(cache, mount))).toMatchObject({ message: 'tomorrow' });
    await clock.advance(MINUTE - 1);
    expect(await failureOf(read(cache, mount))).toMatchObject({ retryAfterMs: hour - MINUTE + 1 });
    await clock.advance(1);
    await read(cache, mount);
  });

  test('fails one folder, not the others', async () => {
    const { cache } = cacheOf();
    const driver = fakeDriver({ a: [], b: files(1) });
    const mount = fakeMount('/m', driver);
    driver.failures.push(dead);
    expect(await failureOf(read(cache, mount, 'a'))).toBeInstanceOf(StorageError);
    expect(await read(cache, mount, 'b')).toHaveLength(1);
  });

  test('names its storage', async () => {
    const { cache } = cacheOf();
    const driver = fakeDriver({});
    driver.failures.push(dead);
    expect(await failureOf(read(cache, fakeMount('/my/drive', driver)))).toMatchObject({
      detail: { op: 'list', storage: '/my/drive' },
    });
  });

  test('stands until the folder, or its storage, is forgotten', async () => {
    const { cache } = cacheOf();
    const driver = fakeDriver({ root: [] });
    const mount = fakeMount('/a', driver);
    driver.failures.push(dead);
    expect(await failureOf(read(cache, mount))).toBeInstanceOf(StorageError);
    cache.drop(mount, 'root');
    driver.failures.push(dead);
    expect(await failureOf(read(cache, mount))).toBeInstanceOf(StorageError);
    cache.dropMount(mount);
    expect(await read(cache, mount)).toEqual([]);
  });

  test('of a folder that is gone makes its parent be read again, and is not held against it', async () => {
    const { cache } = cacheOf();
    const driver = fakeDriver({ root: files(1) });
    const mount = fakeMount('/a', driver);
    await read(cache, mount);
    const gone = cache.of(mount, { id: 'gone', foundIn: 'root' });
    expect(await failureOf(gone.all(ctx()))).toMatchObject({ code: 'not_found' });
    driver.folders.set('gone', files(2));
    expect(await read(cache, mount, 'gone')).toHaveLength(2);
    await read(cache, mount);
    expect(driver.calls).toEqual(['root', 'gone', 'gone', 'root']);
  });

  test('that was forgotten while it ran says nothing of the one that began after it', async () => {
    const { cache } = cacheOf();
    const driver = fakeDriver({ root: files(1) });
    const mount = fakeMount('/a', driver);
    const release = driver.hold();
    const old = failureOf(read(cache, mount));
    await settle();
    cache.drop(mount, 'root');
    driver.failures.push(dead);
    release();
    expect(await old).toMatchObject({ code: 'unavailable' });
    expect(await read(cache, mount)).toHaveLength(1);
  });

  test('that nobody waited for any more is no failure', async () => {
    const { cache } = cacheOf();
    const driver = fakeDriver({ root: files(1) });
    const mount = fakeMount('/a', driver);
    const release = driver.hold();
    const gone = new AbortController();
    const left = cache.of(mount, { id: 'root' }).all(ctx(gone.signal));
    gone.abort();
    expect(await failureOf(left)).toHaveProperty('name', 'AbortError');
    release();
    expect(await read(cache, mount)).toHaveLength(1);
  });
});

test('a mount that took the place of another shares nothing with it, even while the old one is still read', async () => {
  const { cache } = cacheOf();
  const old = fakeMount('/a', fakeDriver({ root: files(1) }), { id: 1 });
  const next = fakeMount('/a', fakeDriver({ root: files(2) }), { id: 1 });
  await read(cache, old);
  expect(await read(cache, next)).toHaveLength(2);
  await read(cache, old);
  expect(await read(cache, next)).toHaveLength(2);
});

describe('a listing that is read anew behind the backs of its readers', () => {
  const rig = async (limits: Partial<ListingLimits> = {}) => {
    const { cache, clock } = cacheOf(limits);
    const driver = fakeDriver({ root: files(4) }, { pageSize: 2, listTtlMs: 4 * MINUTE });
    const mount = fakeMount('/a', driver);
    await read(cache, mount);
    return { cache, clock, driver, mount };
  };

  test('in the last quarter of its time is shown until the new one is there, which has a whole time of its own', async () => {
    const { cache, clock, driver, mount } = await rig();
    await clock.advance(3 * MINUTE);
    driver.folders.set('root', files(5));
    const release = driver.hold();
    for (let reader = 0; reader < 20; reader++) expect(await read(cache, mount)).toHaveLength(4);
    release();
    await settle();
    expect(await read(cache, mount)).toHaveLength(5);
    expect(driver.calls).toHaveLength(2 + 3);
    await clock.advance(3 * MINUTE - 1);
    expect(await read(cache, mount)).toHaveLength(5);
    expect(driver.calls).toHaveLength(2 + 3);
  });

  test('is still shown when its time is over, though not for longer than that again', async () => {
    const { cache, clock, driver, mount } = await rig();
    driver.folders.set('root', files(1));
    const release = driver.hold();
    await clock.advance(8 * MINUTE - 1);
    expect(await read(cache, mount)).toHaveLength(4);
    await clock.advance(1);
    const waiting = read(cache, mount);
    release();
    expect(await waiting).toHaveLength(1);
  });

  test('has a bound of its own for how old it may be', async () => {
    const { cache, clock, driver, mount } = await rig({ maxStaleMs: MINUTE });
    driver.folders.set('root', files(1));
    await clock.advance(5 * MINUTE);
    expect(await read(cache, mount)).toHaveLength(1);
  });

  test('stays when that fails, which is tried again only after a while', async () => {
    const { cache, clock, driver, mount } = await rig();
    await clock.advance(3 * MINUTE);
    driver.failures.push(new StorageError('unavailable', 'gone'));
    for (let reader = 0; reader < 5; reader++) {
      expect(await read(cache, mount)).toHaveLength(4);
      await settle();
    }
    expect(driver.calls).toHaveLength(2 + 1);
    await clock.advance(5_000);
    await read(cache, mount);
    await settle();
    expect(driver.calls).toHaveLength(2 + 1 + 2);
  });

  test('loses against a change that was made meanwhile', async () => {
    const { cache, clock, driver, mount } = await rig();
    await clock.advance(3 * MINUTE);
    const release = driver.hold();
    await read(cache, mount);
    await settle();
    cache.revise(mount, 'root', { gone: ['file-0'] }); // what is on its way may be older
    release();
    await settle();
    expect(await read(cache, mount)).toHaveLength(3);
  });

  test('is let go of with its mount', async () => {
    const { cache, clock, driver, mount } = await rig();
    await clock.advance(3 * MINUTE);
    driver.hold();
    await read(cache, mount);
    await settle();
    cache.dropMount(mount);
    await settle();
    expect(driver.cancelled).toBe(1);
  });
});
