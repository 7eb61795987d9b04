import { afterEach, expect, test } from 'bun:test';
import { ROOT } from '../../core/path.ts';
import { Permission } from '../../core/rights.ts';
import { settle } from '../../../testing/fake-clock.ts';
import { type Life, lifeOf } from '../../tasks/testing/mortal.ts';
import { quiet } from '../../tasks/testing/task-world.ts';
import { ctx } from '../../vfs/testing/fake-storage.ts';
import { MEI, offlineWorld, type OfflineWorld } from '../testing/offline-world.ts';

const MAGNET = 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567';
const RSS = `<rss><channel><item><title>Film</title><guid>1</guid><link>${MAGNET}</link></item></channel></rss>`;
const FEED = {
  name: 'Films',
  url: 'https://feed.example/rss?passkey=secret',
  path: '/cloud/Inbox',
  tool: 'Cloud',
  from_now: false,
};

const worlds: OfflineWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function start(): Promise<OfflineWorld> {
  const world = await offlineWorld();
  worlds.push(world);
  world.cloud.feed = RSS;
  return world;
}

function watch(world: OfflineWorld, feed: object = {}, view = world.view) {
  return world.feeds.watch({ ...FEED, ...feed }, { view, tasks: world.tasks, basePath: ROOT }, ctx());
}

test('an item of a feed ends as a file in its folder, by the rules of the feed', async () => {
  const world = await start();
  await watch(world, { after: { rename_matching: '^', rename_to: 'new ', move_to: '/cloud/Films' } });
  await quiet();
  world.cloud.set('job0', { phase: 'done', entry: await world.cloud.bring('job0', 'film.mp4') });
  await world.pass(12_000);
  expect(await world.names('/cloud/Films')).toEqual(['new film.mp4']);
  expect(world.cloud.begun).toEqual([MAGNET]);
});

test('a feed that is watched already is given in its place, and its address is not in what is not sealed', async () => {
  const world = await start();
  const first = await watch(world);
  await quiet();
  expect((await watch(world)).id).toBe(first.id);
  const row = await world.store.tasks.byId(first.id);
  expect(row?.dedupeKey).not.toContain('secret');
  expect(row?.name).toBe('feed Films to (/cloud/Inbox)');
});

test('what can not be served is refused before it is watched', async () => {
  const world = await start();
  expect(watch(world, { path: '/disk/Inbox' })).rejects.toMatchObject({ code: 'unsupported' });
  expect(watch(world, { after: { move_to: '/disk/Films' } })).rejects.toMatchObject({ code: 'unsupported' });
  expect(watch(world, { include: '(' })).rejects.toMatchObject({ code: 'invalid_argument' });
  expect(watch(world, { every_minutes: 1 })).rejects.toMatchObject({ code: 'invalid_argument' });
  expect(watch(world, { url: 'file:///etc/passwd' })).rejects.toMatchObject({ code: 'invalid_argument' });
  const view = world.viewOf({ ...MEI, permission: MEI.permission & ~Permission.offlineDownload });
  expect(watch(world, {}, view)).rejects.toMatchObject({ code: 'forbidden' });
  await quiet();
  expect((await world.tasks.list({})).total).toBe(0);
});

test('rights: a feed whose owner may not download any more ends, with the reason', async () => {
  const world = await start();
  world.cloud.feed = '<rss/>';
  const { id } = await watch(world);
  await quiet();
  world.restrict({ permission: 0 });
  world.cloud.feed = RSS;
  await world.pass(31 * 60_000);
  expect(await world.tasks.get(id)).toMatchObject({ state: 'failed' });
  expect(world.cloud.begun).toEqual([]);
});

test('a preview tells which items would be taken', async () => {
  const world = await start();
  const filter = { url: FEED.url, include: 'series', exclude: '', smallest: 0, largest: 0 };
  const [only] = await world.feeds.preview(filter, ctx());
  expect(only).toMatchObject({ item: { title: 'Film', link: MAGNET }, passed: 'title' });
});

async function died(life: Life): Promise<void> {
  while (!life.dead) await settle();
}

test('killed at any point and begun again, it has each item downloaded once', async () => {
  let points = 0;
  for (let calls = 3; ; calls += 1) {
    const life = lifeOf(calls, calls % 2 === 0);
    const world = await offlineWorld([], life);
    world.cloud.feed = RSS;
    await Promise.race([watch(world).then(quiet), died(life)]);
    for (let turns = 0; turns < 2 && !life.dead; turns += 1) {
      await Promise.race([world.clock.advance(2000), died(life)]);
      await quiet();
    }
    const rows = await world.store.tasks.list({}, { offset: 0, limit: 10 });
    if (rows.length === 0) continue; // it died before the feed was written down
    if (!life.dead) break;
    points += 1;
    const next = await world.restart();
    for (let turns = 0; turns < 120 && world.cloud.begun.length === 0; turns += 1) await next.pass(1000);
    await next.pass(3000);
    expect({ calls, begun: world.cloud.begun }).toEqual({ calls, begun: [MAGNET] });
    await next.close();
  }
  expect(points).toBeGreaterThan(5);
});
