import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { has } from '../../../testing/contract/test-case.ts';
import { listAll } from '../../../testing/contract/fixture.ts';
import type { CloudJob } from '../../core/cloud-job.ts';
import type { Driver } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { offlineFailure } from './offline-failure.ts';
import { ctx, startWorld, type World } from './testing/sandbox-world.ts';

const magnet = (digit: string): string => `magnet:?xt=urn:btih:${digit.repeat(40)}`;

let world: World;
let driver: Driver;
beforeAll(async () => {
  world = await startWorld();
  driver = world.open();
});
afterAll(() => world.close());

let folders = 0;
const folder = async (): Promise<EntryId> =>
  (await has(driver.mkdir).call(driver, { dir: driver.root, name: `Inbox ${++folders}` }, ctx())).id;
const begin = (url: string, dir: EntryId): Promise<CloudJob> =>
  has(driver.offline).call(driver, { dir, url }, ctx());
const jobs = (): Promise<readonly CloudJob[]> => has(driver.jobs).call(driver, {}, ctx());
const jobOf = async (id: string): Promise<CloudJob | undefined> =>
  (await jobs()).find((job) => job.id === id);

describe('offline downloads on the sandbox', () => {
  test('wait, run and end as entries of the folder', async () => {
    const dir = await folder();
    const url = 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567';
    const begun = await begin(url, dir);
    expect(begun).toMatchObject({ url, folder: dir, name: 'holiday', phase: 'queued', percent: 0 });
    world.advance(6000);
    expect(await jobOf(begun.id)).toMatchObject({ url, folder: dir, phase: 'running', percent: 50 });
    world.advance(10_000);
    const done = await jobOf(begun.id);
    expect(done).toMatchObject({ phase: 'done', percent: 100 });
    const [entry] = await listAll(driver, dir);
    expect(entry).toMatchObject({ id: done?.entry ?? '', name: 'holiday', kind: 'folder' });
  });

  test('of which the answer got lost are begun once', async () => {
    const dir = await folder();
    world.sandbox.faults.add({
      kind: 'hang_up',
      when: 'after',
      match: { method: 'POST', path: '/drive/v1/files' },
      times: 1,
    });
    const begun = await begin('https://h.example/once.bin', dir);
    expect(
      (await jobs()).filter(({ url }) => url === 'https://h.example/once.bin').map(({ id }) => id),
    ).toEqual([begun.id]);
  });

  test('fail in words, and can be tried again', async () => {
    const dir = await folder();
    const begun = await begin(magnet('1'), dir);
    world.advance(15_000);
    expect(await jobOf(begun.id)).toMatchObject({
      phase: 'failed',
      error: { code: 'timeout', retry: 'later' },
    });
    await has(driver.retryJob).call(driver, { job: begun.id }, ctx());
    world.advance(15_000);
    expect(await jobOf(begun.id)).toMatchObject({ phase: 'done' });
  });

  test('are ended without a file going with them', async () => {
    const dir = await folder();
    const begun = await begin('https://h.example/kept.bin', dir);
    world.advance(15_000);
    await has(driver.removeJob).call(driver, { job: begun.id }, ctx());
    await has(driver.removeJob).call(driver, { job: begun.id }, ctx());
    expect(await jobOf(begun.id)).toBeUndefined();
    expect((await listAll(driver, dir)).map(({ name }) => name)).toEqual(['kept.bin']);
  });

  test('that PikPak does not take say why, and when they may be asked for again', async () => {
    const dir = await folder();
    expect(begin('gopher://x', dir)).rejects.toMatchObject({ code: 'invalid_argument', retry: 'never' });
    world.sandbox.faults.add({
      kind: 'vendor_error',
      status: 403,
      error: 'task_daily_create_limit',
      code: 11,
      text: 'The number of tasks for today has reached the limit',
      match: { method: 'POST', path: '/drive/v1/files' },
      times: 1,
    });
    expect(begin(magnet('7'), dir)).rejects.toMatchObject({
      code: 'quota_exceeded',
      retry: 'later',
      retryAfterMs: 86_400_000,
    });
  });
});

test('what the account may use is told', async () => {
  const told = await has(driver.allowances).call(driver, {}, ctx());
  expect(told).toMatchObject({
    plan: 'platinum',
    offlineJobs: { total: 500 },
    download: { used: 0, total: 5120 * 1024 ** 3 },
  });
  expect(told.paidUntil).toBeGreaterThan(Date.UTC(2030, 0));
});

test.each([
  ['Storage space is not enough', 'quota_exceeded', 'never'],
  ['The file contains harmful content', 'content_blocked', 'never'],
  ['This resource is no longer available', 'content_blocked', 'never'],
  ['File deleted', 'not_found', 'never'],
  ['Task timeout', 'timeout', 'later'],
  ['Save failed, retry please', 'unavailable', 'later'],
  ['', 'unavailable', 'never'],
] as const)('a message of a failed download: %s', (message, code, retry) => {
  expect(offlineFailure(message)).toMatchObject({ code, retry });
});
