import { afterEach, describe, expect, test } from 'bun:test';
import { StorageError } from '../core/errors.ts';
import { normalizePath, ROOT } from '../core/path.ts';
import { Permission } from '../core/rights.ts';
import { quiet } from '../tasks/testing/task-world.ts';
import { ctx } from '../vfs/testing/fake-storage.ts';
import { MEI, type OfflineWorld, offlineWorld } from './testing/offline-world.ts';

const MAGNET = 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=Film';
const MINUTE = 60_000;
const worlds: OfflineWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
async function start(): Promise<OfflineWorld> {
  const world = await offlineWorld();
  worlds.push(world);
  return world;
}
const later = (code: 'timeout' | 'quota_exceeded', retryAfterMs?: number): StorageError =>
  new StorageError(code, 'No.', { retry: 'later', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

describe('a link that the cloud fetches', () => {
  test('for someone who is confined to a folder does not tell in whose place it lies', async () => {
    const world = await start();
    const rights = { basePath: normalizePath('/cloud/Inbox') };
    const { name } = await world.tasks.get(await world.add(MAGNET, { path: '/', rights }));
    expect(name).toBe(`download ${MAGNET} to (/)`);
  });

  test('is told of truthfully, and done only when its files are listed, without a refresh', async () => {
    const world = await start();
    const { cloud, tasks } = world;
    expect(await world.names()).toEqual([]);
    const id = await world.add(MAGNET);
    expect(await tasks.get(id)).toMatchObject({
      state: 'waiting',
      name: `download ${MAGNET} to (/cloud/Inbox)`,
    });
    await world.pass(4000);
    expect((await tasks.get(id)).status).toBe('Waits for its turn in the cloud.');
    cloud.set('job0', { phase: 'running', percent: 40, size: 1000 });
    await world.pass(4000);
    expect(await tasks.get(id)).toMatchObject({
      status: 'The cloud downloads it: 40 %.',
      progress: { percent: 40, bytes: 400, totalBytes: 1000 },
    });
    const entry = 'not listed yet';
    cloud.set('job0', { phase: 'done', percent: 100, entry });
    await world.pass(4000);
    expect((await tasks.get(id)).state).toBe('waiting');
    cloud.set('job0', { entry: await cloud.bring('job0', 'film.mp4') });
    await world.pass(11_000);
    expect(await tasks.get(id)).toMatchObject({ state: 'succeeded', status: 'film.mp4', error: '' });
    expect(await world.names()).toEqual(['film.mp4']);
  });

  test('waits for the day on which the cloud takes more, and says when', async () => {
    const world = await start();
    world.cloud.refuse = later('quota_exceeded', 24 * 60 * MINUTE);
    const id = await world.add(MAGNET);
    const waiting = await world.tasks.get(id);
    expect(waiting).toMatchObject({ state: 'retrying', runAt: world.clock.now() + 24 * 60 * MINUTE });
    expect(waiting.error).toContain('2026-01-02T00:00:00.000Z');
    expect(world.cloud.begun).toEqual([]);
    await world.clock.advance(24 * 60 * MINUTE + 1000);
    await quiet();
    expect(world.cloud.begun).toEqual([MAGNET]);
  });

  test('is tried again by itself when that may help, then fails in words, then when a person asks', async () => {
    const world = await start();
    const id = await world.add(MAGNET);
    for (let tries = 0; tries < 3; tries++) {
      world.cloud.set('job0', { phase: 'failed', error: later('timeout') });
      await world.pass(12_000);
    }
    expect(await world.tasks.get(id)).toMatchObject({ state: 'failed', error: 'No.' });
    await world.tasks.retry(id);
    await world.pass(1000);
    expect(world.cloud.jobs[0]).toMatchObject({ phase: 'running' });
    world.cloud.set('job0', { phase: 'done', entry: await world.cloud.bring('job0', 'late.mp4') });
    await world.pass(12_000);
    expect((await world.tasks.get(id)).state).toBe('succeeded');
    expect(world.cloud.begun.length).toBe(1);
  });

  test('that stalls with a part there ends with that part, and says which', async () => {
    const world = await start();
    const id = await world.add(MAGNET);
    world.cloud.set('job0', {
      phase: 'running',
      percent: 99,
      entry: await world.cloud.bring('job0', 'film.mp4'),
    });
    await world.pass(15_000);
    expect((await world.tasks.get(id)).status).toBe('The cloud downloads it: 99 %. There so far: film.mp4.');
    for (let i = 0; i < 190; i++) {
      await world.clock.advance(10_000);
      await quiet();
    }
    const ended = await world.tasks.get(id);
    expect(ended.state).toBe('succeeded');
    expect(ended.error).toContain('Partly done: film.mp4.');
  });

  test('that vanishes from the cloud is done when its file came, and failed when not', async () => {
    const world = await start();
    const came = await world.add(MAGNET);
    world.cloud.set('job0', { phase: 'running', name: 'film.mp4' });
    await world.pass(4000);
    await world.cloud.bring('job0', 'film.mp4');
    world.cloud.jobs = [];
    await world.pass(12_000);
    expect(await world.tasks.get(came)).toMatchObject({ state: 'succeeded', status: 'film.mp4' });
    const gone = await world.add('https://h.example/x.bin');
    world.cloud.jobs = [];
    await world.pass(MINUTE + 20_000);
    expect(await world.tasks.get(gone)).toMatchObject({ state: 'failed' });
    expect((await world.tasks.get(gone)).error).toContain('forgotten this download');
  });
});

describe('the same link again', () => {
  test('in another spelling is the task that lives already', async () => {
    const world = await start();
    const first = await world.add(MAGNET);
    const second = await world.add('magnet:?dn=other&xt=urn:btih:0123456789ABCDEF0123456789ABCDEF01234567');
    expect(second).toBe(first);
    expect(world.cloud.begun.length).toBe(1);
  });

  test('that somebody began elsewhere is watched, and not ended with the task', async () => {
    const world = await start();
    const folder = await world.view.offline(normalizePath('/cloud/Inbox'), ctx());
    await folder.start({ url: MAGNET }, ctx());
    const id = await world.add(MAGNET);
    expect(world.cloud.begun.length).toBe(1);
    world.cloud.set('job0', {
      phase: 'running',
      percent: 5,
      entry: await world.cloud.bring('job0', 'theirs.mp4'),
    });
    await world.pass(4000);
    await world.tasks.remove(id, { files: true });
    await world.pass(1000);
    expect(world.cloud.jobs.length).toBe(1);
    expect(await world.names()).toEqual(['theirs.mp4']);
  });

  test('whose files are there is done at once', async () => {
    const world = await start();
    await world.add(MAGNET);
    world.cloud.set('job0', { phase: 'done', entry: await world.cloud.bring('job0', 'film.mp4') });
    await world.pass(12_000);
    const again = await world.add(MAGNET);
    expect(await world.tasks.get(again)).toMatchObject({
      state: 'succeeded',
      status: 'Is there already: film.mp4',
    });
    expect(world.cloud.begun.length).toBe(1);
  });
});

describe('ending a download', () => {
  test('cancels it in the cloud and leaves its files', async () => {
    const world = await start();
    const id = await world.add(MAGNET);
    await world.tasks.cancel(id);
    await quiet();
    expect((await world.tasks.get(id)).state).toBe('canceled');
    expect(world.cloud.jobs).toEqual([]);
  });

  test('with its files takes what it has made, and never what somebody put beside it', async () => {
    const world = await start();
    const id = await world.add(MAGNET);
    const made = await world.cloud.driver.mkdir?.(
      { dir: world.cloud.jobs[0]?.folder ?? '', name: 'Film' },
      ctx(),
    );
    const inside = { ...world.cloud.jobs[0], folder: made?.id ?? '' };
    world.cloud.jobs = world.cloud.jobs.map((job) => ({ ...job, ...inside }));
    await world.cloud.bring('job0', 'film.mp4');
    const folder = (await world.view.get(normalizePath('/cloud/Inbox'), ctx())).entry.id;
    world.cloud.set('job0', { phase: 'done', entry: made?.id ?? '', folder });
    await world.pass(12_000);
    expect((await world.tasks.get(id)).status).toBe('Film: 1 file');
    world.cloud.set('job0', { folder: made?.id ?? '' });
    await world.cloud.bring('job0', 'mine.txt');
    await world.tasks.remove(id, { files: true });
    await world.pass(1000);
    expect((await world.tasks.list({})).total).toBe(0);
    const { nodes } = await world.view.list(normalizePath('/cloud/Inbox/Film'), { refresh: true }, ctx());
    expect(nodes.map(({ entry }) => entry.name)).toEqual(['mine.txt']);
  });
});

test.each(['../evil', 'a/b', '..', 'a\0', '.sluice-cache'])(
  'path traversal: the name %j is given to no cloud',
  async (name) => {
    const world = await start();
    const wish = { path: '/cloud/Inbox', urls: [MAGNET], tool: 'Cloud', name };
    const user = { view: world.view, tasks: world.tasks, basePath: ROOT };
    expect(world.offline.add(wish, user, ctx())).rejects.toMatchObject({ code: 'invalid_name' });
    await quiet();
    expect(world.cloud.begun).toEqual([]);
  },
);

test('who may fetch things and not remove any can not have the files of a download removed', async () => {
  const world = await start();
  const view = world.viewOf({ ...MEI, permission: Permission.offlineDownload | Permission.write });
  const folder = await view.offline(normalizePath('/cloud/Inbox'), ctx());
  await world.add(MAGNET);
  const entry = await world.cloud.bring('job0', 'film.mp4');
  expect(folder.removeEntries([entry], ctx())).rejects.toMatchObject({ code: 'forbidden' });
  expect(await world.names()).toEqual(['film.mp4']);
});

describe('rules for what has come', () => {
  const folderWith = async (world: OfflineWorld, names: Readonly<Record<string, string>>): Promise<void> => {
    const job = world.cloud.jobs[0];
    const made = await world.cloud.driver.mkdir?.({ dir: job?.folder ?? '', name: 'Film' }, ctx());
    world.cloud.set('job0', { folder: made?.id ?? '' });
    for (const [name, content] of Object.entries(names)) await world.cloud.bring('job0', name, content);
    world.cloud.set('job0', { folder: job?.folder ?? '', phase: 'done', entry: made?.id ?? '' });
  };

  test('drop small files and those of a pattern, and say how many', async () => {
    const world = await start();
    const id = await world.add(MAGNET, { after: { drop_smaller: 3, drop_matching: 'sample|[.]url$' } });
    await folderWith(world, {
      'film.mp4': 'film film',
      'Sample.mp4': 'film film',
      'x.txt': 'x',
      'visit us.URL': 'long enough',
    });
    await world.pass(12_000);
    expect(await world.tasks.get(id)).toMatchObject({
      state: 'succeeded',
      status: 'Film: 4 files (3 dropped)',
    });
    expect(await world.names('/cloud/Inbox/Film')).toEqual(['film.mp4']);
  });

  test('never take a file that came alone, and are refused when they make no sense', async () => {
    const world = await start();
    const id = await world.add(MAGNET, { after: { drop_smaller: 1e9, drop_matching: '' } });
    world.cloud.set('job0', { phase: 'done', entry: await world.cloud.bring('job0', 'film.mp4') });
    await world.pass(12_000);
    expect(await world.tasks.get(id)).toMatchObject({ state: 'succeeded', status: 'film.mp4' });
    const bad = world.add('https://h.example/a', { after: { drop_smaller: 0, drop_matching: '(' } });
    expect(bad).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('what can not be served', () => {
  test('is refused before a task exists, and says which storages can', async () => {
    const world = await start();
    expect(world.add(MAGNET, { path: '/disk/Inbox' })).rejects.toMatchObject({
      code: 'unsupported',
      message: 'unsupported storage driver for offline download, only Cloud is supported',
      detail: { remedy: 'Choose a folder in /cloud, or another tool.' },
    });
    expect(world.add(MAGNET, { path: '/cloud/nope' })).rejects.toMatchObject({ code: 'not_found' });
    expect(world.add(MAGNET, { tool: 'aria3' })).rejects.toMatchObject({
      message: 'failed get tool: tool aria3 not found',
    });
    expect(world.add('no link at all')).rejects.toMatchObject({ code: 'invalid_argument' });
    expect(world.add(MAGNET, { rights: { permission: 0 } })).rejects.toMatchObject({ code: 'forbidden' });
    await quiet();
    expect((await world.tasks.list({})).total).toBe(0);
  });

  test('tells who is confined nothing of storages elsewhere', async () => {
    const world = await start();
    const rights = { basePath: normalizePath('/disk') };
    expect(world.add(MAGNET, { path: '/Inbox', rights })).rejects.toMatchObject({
      detail: { remedy: 'Add a Cloud storage first, or another tool.' },
    });
  });
});

test('a gateway that dies between asking and writing down has asked once', async () => {
  const world = await start();
  const id = await world.add(MAGNET);
  const row = await world.store.tasks.byId(id);
  await world.worker.stop();
  // As if it had died after the cloud took it: the checkpoint still says that the cloud is being asked.
  const asking = { step: 'asking', known: [], since: world.clock.now() };
  await world.store.tasks.change(id, ['waiting'], { checkpoint: asking, runAt: world.clock.now() });
  expect(row?.checkpoint).toMatchObject({ step: 'watching', job: 'job0' });
  const next = await world.restart();
  worlds.splice(0, 1, next);
  await next.pass(4000);
  expect(world.cloud.begun.length).toBe(1);
  expect((await next.store.tasks.byId(id))?.checkpoint).toMatchObject({
    step: 'watching',
    job: 'job0',
    mine: true,
  });
});
