import { afterEach, describe, expect, test } from 'bun:test';
import type { Entry } from '../../core/entry.ts';
import { ctx } from '../../drivers/pikpak/testing/sandbox-world.ts';
import {
  copiesWorld,
  type CopiesWorld,
  Killed,
  Killer,
  type Process,
  SAVER_EMAIL,
} from './testing/copies-world.ts';

const worlds: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0).toReversed()) await world.close();
});

async function worldOf(files: number): Promise<CopiesWorld> {
  const world = await copiesWorld(files);
  worlds.push(world);
  return world;
}

/** What lies in the cache folder of the account: the names of the copies' folders, and the files in them. */
function cache({ sandbox }: CopiesWorld) {
  const items = sandbox.cloud.inspect(SAVER_EMAIL);
  const root = items.find(({ name, parentId }) => name === '.sluice-cache' && parentId === '');
  const folders = items.filter(({ parentId }) => parentId === root?.id);
  const files = items.filter(({ parentId }) => folders.some(({ id }) => id === parentId));
  return { folders, files, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

/** Plays a file: saved if it has to be. The name of where it then comes from. */
async function play(process: Process, entry: Entry): Promise<string> {
  const { partly } = process.file(entry);
  await partly?.save(ctx());
  for (let looks = 0; looks < 500; looks += 1) {
    const { whole, savingSince, reason } = (await partly?.reach(ctx())) ?? { whole: 'here' };
    if (whole === 'saved') break;
    if (savingSince === undefined && reason !== undefined) throw new Error(reason);
    await Bun.sleep(1);
  }
  const whole = await partly?.whole(ctx());
  const link = await whole?.link('download', ctx());
  return link?.playableBytes === undefined && link?.boundTo === 'egress' ? 'copy' : 'share';
}

describe('the cache for cut files of shares', () => {
  test('stays within its quota over a hundred plays of thirty files, and keeps what was played last', async () => {
    const world = await worldOf(30);
    const { entries } = world;
    const largest = Math.max(...entries.map(({ size }) => size));
    const quota = largest * 8;
    const gateway = await world.process({ quota });
    worlds.push(gateway);
    const others = () =>
      world.sandbox.cloud.inspect(SAVER_EMAIL).filter(({ name }) => name === 'everything.bin');
    const before = others();
    for (let plays = 0; plays < 100; plays += 1) {
      const entry = entries[(plays * 7) % entries.length];
      if (entry === undefined) throw new Error('no such file');
      expect(await play(gateway, entry)).toBe('copy');
      world.advance(1000);
      expect(cache(world).bytes).toBeLessThanOrEqual(quota);
      expect(cache(world).files.some(({ name }) => name === entry.name)).toBe(true);
    }
    expect(cache(world).folders.length).toBe(world.rows.size);
    expect(cache(world).files.every(({ trashed }) => !trashed)).toBe(true);
    expect(others()).toEqual(before);
  }, 60_000);

  test('is made use of again after a restart', async () => {
    const world = await worldOf(1);
    const [entry] = world.entries;
    if (entry === undefined) throw new Error('nothing is shared');
    const first = await world.process();
    await play(first, entry);
    await first.close();
    const requests = world.sandbox.stats().requests['POST /drive/v1/share/restore'];
    const second = await world.process();
    worlds.push(second);
    expect((await second.file(entry).partly?.reach(ctx()))?.whole).toBe('saved');
    expect(await play(second, entry)).toBe('copy');
    expect(world.sandbox.stats().requests['POST /drive/v1/share/restore']).toBe(requests ?? 0);
  });

  test('saves anew what somebody has thrown away in the drive', async () => {
    const world = await worldOf(1);
    const [entry] = world.entries;
    if (entry === undefined) throw new Error('nothing is shared');
    const gateway = await world.process();
    worlds.push(gateway);
    await play(gateway, entry);
    const old = [...world.rows.keys()];
    const [folder] = cache(world).folders;
    await world.purge(folder?.id ?? '');
    await play(gateway, entry); // finds that it is gone; in this clock nobody waits for the next
    expect(await play(gateway, entry)).toBe('copy');
    expect([...world.rows.keys()]).not.toEqual(old);
  });

  test('refuses what is larger than all of it, and says so', async () => {
    const world = await worldOf(1);
    const [entry] = world.entries;
    if (entry === undefined) throw new Error('nothing is shared');
    const gateway = await world.process({ quota: entry.size - 1 });
    worlds.push(gateway);
    expect(await play(gateway, entry).catch(String)).toContain('larger than the room');
    expect(world.rows.size).toBe(0);
  });
});

/** How many steps it takes to save one file where another has to go for it. */
async function replaced(world: CopiesWorld, killer: Killer): Promise<void> {
  const [first, second] = world.entries;
  if (first === undefined || second === undefined) throw new Error('too little is shared');
  const quota = Math.max(first.size, second.size);
  const gateway = await world.process({ quota, killer });
  try {
    await play(gateway, first);
    await play(gateway, second);
  } catch (error) {
    if (!killer.dead || !(error instanceof Killed || error instanceof Error)) throw error;
  } finally {
    await gateway.close();
  }
}

describe('a process that is killed while it saves files', () => {
  test('leaves nothing that the next one does not find, whatever step it was killed at', async () => {
    const counting = new Killer();
    await replaced(await worldOf(2), counting);
    expect(counting.steps).toBeGreaterThan(15);
    for (const when of ['before', 'after'] as const) {
      const world = await worldOf(2);
      for (let at = 1; at <= counting.steps; at += 1) {
        const killer = new Killer(at, when);
        await replaced(world, killer);
        expect(killer.dead).toBe(true);
        const next = await world.process({ quota: 1e6 });
        world.advance(16 * 60_000); // whatever was begun has arrived, or never will
        for (const entry of world.entries) expect(await play(next, entry)).toBe('copy');
        await next.close();
        const { folders, files } = cache(world);
        const rows = [...world.rows.values()];
        expect(rows.every(({ state }) => state === 'ready')).toBe(true);
        expect(folders.map(({ name }) => name).toSorted()).toEqual(
          rows.map(({ folder }) => folder).toSorted(),
        );
        expect(files.map(({ id }) => id).toSorted()).toEqual(rows.map(({ entryId }) => entryId).toSorted());
        await world.empty();
      }
    }
  }, 120_000);
});
