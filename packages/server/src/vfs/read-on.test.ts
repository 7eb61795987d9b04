import { describe, expect, test } from 'bun:test';
import { settle } from '../../testing/fake-clock.ts';
import type { Driver } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { normalizePath } from '../core/path.ts';
import type { Urgency } from '../core/urgency.ts';
import type { ListingLimits } from './listing-cache.ts';
import { ctx, failureOf, fakeDriver, fakeMount, files, folder, treeOf } from './testing/fake-storage.ts';

const PAGE = { limit: 100 };

function rig(count = 10_000, limits: Partial<ListingLimits> = {}) {
  const driver = fakeDriver({ root: files(count) });
  const urgencies: (Urgency | undefined)[] = [];
  const watched: Driver = {
    ...driver,
    list(args, call) {
      urgencies.push(call.urgency);
      return driver.list(args, call);
    },
  };
  const tree = treeOf([fakeMount('/big', watched)], limits);
  const list = (options = {}) => tree.vfs.list(normalizePath('/big'), options, ctx());
  return { ...tree, driver, list, urgencies };
}

describe('a folder whose first page someone has seen', () => {
  test('is read on after a moment, and then is there as a whole: twenty calls in all', async () => {
    const { list, driver, clock } = rig();
    expect((await list(PAGE)).nodes).toHaveLength(100);
    await clock.advance(999);
    expect(driver.calls).toEqual(['root']);
    await clock.advance(1);
    expect(driver.calls).toHaveLength(20);
    expect((await list()).nodes).toHaveLength(10_000);
    expect((await list(PAGE)).complete).toBeTrue();
    expect(driver.calls).toHaveLength(20);
    expect(clock.sleepers()).toBe(0);
  });

  test('is read by whoever wants all of it together with that, and at their urgency', async () => {
    const { list, driver, clock, urgencies } = rig(1200);
    await list(PAGE);
    const release = driver.hold();
    await clock.advance(1000);
    expect(urgencies.map((urgency) => urgency?.priority)).toEqual(['browse', 'background']);
    const all = list();
    await settle();
    expect(urgencies[1]?.priority).toBe('browse');
    release();
    expect((await all).nodes).toHaveLength(1200);
    expect(driver.calls).toEqual(['root', 'root@500', 'root@1000']);
  });

  test('is not read on beyond a bound', async () => {
    const { list, driver, clock } = rig(10_000, { maxReadAhead: 2000 });
    await list(PAGE);
    await clock.advance(10_000);
    expect(driver.calls).toHaveLength(4);
  });

  test('keeps what is there when the rest can not be had, and tells who asks for it', async () => {
    const { list, driver, clock } = rig(1200);
    await list(PAGE);
    driver.failures.push(new StorageError('unavailable', 'gone'));
    await clock.advance(1000);
    expect((await list(PAGE)).nodes).toHaveLength(100);
    driver.failures.push(new StorageError('unavailable', 'gone'));
    expect(await failureOf(list({ offset: 600, limit: 10 }))).toMatchObject({ message: 'gone' });
  });

  test('is read on no more when its storage goes', async () => {
    const { list, driver, clock, vfs } = rig(1200);
    await list(PAGE);
    driver.hold();
    await clock.advance(1000);
    const [mount] = vfs.mounts.all();
    vfs.mounts.unmount(mount?.record.id ?? 0);
    await settle();
    expect([driver.calls.length, driver.cancelled]).toEqual([2, 1]);
    expect(clock.sleepers()).toBe(0);
  });

  test('is left alone when someone only passes through it', async () => {
    const driver = fakeDriver({ root: [folder('sub'), ...files(1200)], sub: [] });
    const { vfs, clock } = treeOf([fakeMount('/big', driver)]);
    await vfs.list(normalizePath('/big/sub'), PAGE, ctx());
    await clock.advance(10_000);
    expect(driver.calls).toEqual(['root', 'sub']);
  });
});
