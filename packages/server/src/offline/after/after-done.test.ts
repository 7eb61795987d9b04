import { afterEach, describe, expect, test } from 'bun:test';
import { normalizePath } from '../../core/path.ts';
import { Permission } from '../../core/rights.ts';
import { ctx } from '../../vfs/testing/fake-storage.ts';
import { MEI, offlineWorld, type OfflineWorld } from '../testing/offline-world.ts';

const MAGNET = 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567';
const CLEAN = { rename_matching: '^\\[[^\\]]*\\] *(.*)\\.(\\d{4})', rename_to: '$1 ($2)' };

const worlds: OfflineWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function start(): Promise<OfflineWorld> {
  const world = await offlineWorld();
  worlds.push(world);
  return world;
}

/** The cloud ends its first job with a folder of these files. */
async function bringFolder(world: OfflineWorld, name: string, files: readonly string[]): Promise<void> {
  const { cloud } = world;
  const inbox = cloud.jobs[0]?.folder ?? '';
  const made = await cloud.driver.mkdir?.({ dir: inbox, name }, ctx());
  cloud.set('job0', { folder: made?.id ?? '' });
  for (const file of files) await cloud.bring('job0', file, `content of ${file}`);
  cloud.set('job0', { folder: inbox, phase: 'done', entry: made?.id ?? '' });
}

async function bringFile(world: OfflineWorld, name: string): Promise<void> {
  world.cloud.set('job0', { phase: 'done', entry: await world.cloud.bring('job0', name) });
}

describe('when a download has come', () => {
  test('its files and its folder get the names that a pattern makes', async () => {
    const world = await start();
    const id = await world.add(MAGNET, { after: CLEAN });
    await bringFolder(world, '[site.example] Film.2026', ['[site.example] Film.2026.mkv', 'notes.txt']);
    await world.pass(12_000);
    expect(await world.names()).toEqual(['Film (2026)']);
    expect(await world.names('/cloud/Inbox/Film (2026)')).toEqual(['Film (2026).mkv', 'notes.txt']);
    expect(await world.tasks.get(id)).toMatchObject({
      state: 'succeeded',
      status: '[site.example] Film.2026: 2 files (2 renamed)',
      error: '',
    });
  });

  test('a name that is taken is not given, nothing is written over, and the task says so', async () => {
    const world = await start();
    const id = await world.add(MAGNET, { after: { rename_matching: '.*', rename_to: 'same.txt' } });
    await bringFolder(world, 'same.txt', ['a.txt', 'b.txt']);
    await world.pass(12_000);
    expect((await world.names('/cloud/Inbox/same.txt')).length).toBe(2);
    expect(await world.names('/cloud/Inbox/same.txt')).toContain('same.txt');
    expect((await world.tasks.get(id)).error).toContain('keeps its name');
  });

  test.each([['..'], ['a/b'], ['']])('path traversal: the name %p is not given', async (to) => {
    const world = await start();
    const id = await world.add(MAGNET, { after: { rename_matching: '.+', rename_to: to } });
    await bringFile(world, 'film.mp4');
    await world.pass(12_000);
    expect(await world.names()).toEqual(['film.mp4']);
    expect((await world.tasks.get(id)).error).toContain('keeps its name');
  });

  test('it goes into another folder of its storage, which is made, under its new name', async () => {
    const world = await start();
    const id = await world.add(MAGNET, { after: { ...CLEAN, move_to: '/cloud/Films/2026' } });
    await bringFile(world, '[site.example] Film.2026.mkv');
    await world.pass(12_000);
    expect(await world.names()).toEqual([]);
    expect(await world.names('/cloud/Films/2026')).toEqual(['Film (2026).mkv']);
    expect((await world.tasks.get(id)).status).toBe(
      '[site.example] Film.2026.mkv (1 renamed, moved to /cloud/Films/2026)',
    );
  });

  test('what has its name there is left alone, and the download stays where it is', async () => {
    const world = await start();
    const id = await world.add(MAGNET, { after: { move_to: '/cloud/Inbox/there' } });
    const there = await world.cloud.driver.mkdir?.(
      { dir: world.cloud.jobs[0]?.folder ?? '', name: 'there' },
      ctx(),
    );
    await world.cloud.driver.mkdir?.({ dir: there?.id ?? '', name: 'film.mp4' }, ctx());
    await bringFile(world, 'film.mp4');
    await world.pass(12_000);
    expect(await world.names()).toEqual(['film.mp4', 'there']);
    expect(await world.tasks.get(id)).toMatchObject({ state: 'succeeded', status: 'film.mp4' });
    expect((await world.tasks.get(id)).error).toContain('nothing could be moved');
  });

  test('what others have the cloud download is neither renamed nor moved', async () => {
    const world = await start();
    const other = { id: 'job0', url: MAGNET, name: 'film.mp4', phase: 'running', percent: 1 } as const;
    const inbox = await world.view.offline(normalizePath('/cloud/Inbox'), ctx());
    world.cloud.jobs = [{ ...other, folder: inbox.id }];
    await world.add(MAGNET, { after: { ...CLEAN, move_to: '/cloud/Films' } });
    await bringFile(world, '[x] Film.2026.mkv');
    await world.pass(12_000);
    expect(await world.names()).toEqual(['[x] Film.2026.mkv']);
  });

  test('a folder of another storage, or what is no folder, is refused before there is a task', async () => {
    const world = await start();
    const to = (move_to: string) => world.add(MAGNET, { after: { move_to } });
    expect(to('/disk/Films')).rejects.toMatchObject({
      code: 'unsupported',
      detail: { remedy: expect.stringContaining('copy it from there') },
    });
    await world.cloud.driver.mkdir?.({ dir: world.cloud.driver.root, name: 'Films' }, ctx());
    await to('/cloud/Films/new');
    expect((await world.tasks.list({})).total).toBe(1);
  });

  test('rights: rules do no more than their owner may do by then', async () => {
    const world = await start();
    const id = await world.add(MAGNET, { after: { ...CLEAN, move_to: '/cloud/Films', drop_smaller: 1e9 } });
    world.restrict({
      permission: MEI.permission & ~(Permission.rename | Permission.move | Permission.remove),
    });
    await bringFolder(world, '[x] Film.2026', ['a.txt']);
    await world.pass(12_000);
    expect(await world.names()).toEqual(['[x] Film.2026']);
    expect(await world.names('/cloud/Inbox/[x] Film.2026')).toEqual(['a.txt']);
    const { error } = await world.tasks.get(id);
    expect(error).toContain('nothing could be dropped');
    expect(error).toContain('keeps its name');
    expect(error).toContain('nothing could be moved');
  });

  test('deleting the task with its files takes them from where the rules have put them', async () => {
    const world = await start();
    const id = await world.add(MAGNET, { after: { ...CLEAN, move_to: '/cloud/Films' } });
    await bringFile(world, '[x] Film.2026.mkv');
    await world.pass(12_000);
    expect(await world.names('/cloud/Films')).toEqual(['Film (2026).mkv']);
    await world.tasks.remove(id, { files: true });
    await world.pass(5000);
    expect(await world.names('/cloud/Films')).toEqual([]);
  });
});

describe('a webhook', () => {
  test('is told once, of where the download stands and what is wrong with it, and not of its link', async () => {
    const world = await start();
    const webhook = 'https://hook.example/?key=secret';
    const id = await world.add(MAGNET, { after: { move_to: '/cloud/Films', webhook } });
    await bringFile(world, 'film.mp4');
    await world.pass(12_000);
    const body = {
      event: 'offline_download.done',
      task: id,
      folder: '/cloud/Films',
      name: 'film.mp4',
      status: 'film.mp4 (moved to /cloud/Films)',
      problem: '',
    };
    expect(world.cloud.told).toEqual([{ url: webhook, body }]);
    expect(JSON.stringify(await world.tasks.get(id))).not.toContain('secret');
  });

  test('that fails does not fail the download; the log says why', async () => {
    const world = await start();
    const id = await world.add(MAGNET, { after: { webhook: 'https://broken.example/' } });
    await bringFile(world, 'film.mp4');
    await world.pass(12_000);
    const task = await world.tasks.get(id);
    expect(task).toMatchObject({ state: 'succeeded', error: '' });
    expect(task.log.join('\n')).toContain('could not be told: its server answers with status 500');
  });

  test.each([['ftp://h.example/'], ['https://user:pass@h.example/'], ['nothing']])(
    'at %p is refused before there is a task',
    async (webhook) => {
      const world = await start();
      expect(world.add(MAGNET, { after: { webhook } })).rejects.toMatchObject({
        code: 'invalid_argument',
      });
    },
  );
});
