import { describe, expect, test } from 'bun:test';
import { settle } from '../../../testing/fake-clock.ts';
import { StorageError } from '../../core/errors.ts';
import { type ImportWorld, importWorld, link } from '../testing/import-world.ts';

const HOUR = 3_600_000;

async function worldWith(count: number): Promise<ImportWorld> {
  const world = importWorld();
  const text = Array.from({ length: count }, (_, index) => `S${index} ${link(`VN${index}`)}`).join('\n');
  const job = await world.imports.start({ text });
  await job.settled();
  await world.imports.commit(job.id, 'all');
  return world;
}

const states = (world: ImportWorld) => [...world.shares.health.all().values()].map(({ state }) => state);

function gone(): StorageError {
  return new StorageError('share_gone', 'It has been deleted.', { detail: { remedy: 'Remove it.' } });
}

/** Until all looks that were asked for are over. */
async function looked(world: ImportWorld): Promise<void> {
  while (world.shares.health.pending() > 0) await settle();
}

describe('the health of shares', () => {
  test('is known from the dry run that added them', async () => {
    const world = importWorld();
    world.answer = ({ shareId }) => {
      if (shareId === 'VNb') throw gone();
      return { title: 'T' };
    };
    const job = await world.imports.start({ text: `${link('VNa')}\n${link('VNb')}` });
    await job.settled();
    await world.imports.commit(job.id, 'all');
    expect(states(world)).toEqual(['ok', 'deleted']);
    expect(world.recalled).toEqual([[2, 'share_gone', world.clock.now()]]);
  });

  test('no share is looked at in the first minute of a process', async () => {
    const world = await worldWith(3);
    world.intervalMs = 1;
    const before = world.asked.length;
    await world.shares.start();
    await world.clock.advance(59_000);
    expect(world.asked.length).toBe(before);
    await world.shares.close();
  });

  test('each is looked at once an interval, the one that waits longest first, and one at a time', async () => {
    const world = await worldWith(3);
    world.intervalMs = HOUR;
    world.busiest = 0;
    await world.shares.start();
    await world.clock.advance(HOUR + 10 * 60_000);
    expect(world.asked.slice(3).map(({ shareId }) => shareId)).toEqual(['VN0', 'VN1', 'VN2']);
    expect(world.busiest).toBe(1);
    await world.shares.close();
  });

  test('with an interval of nought nothing is looked at by itself', async () => {
    const world = await worldWith(2);
    world.intervalMs = 0;
    await world.shares.start();
    await world.clock.advance(100 * HOUR);
    expect(world.asked).toHaveLength(2);
    await world.shares.close();
  });

  test('disabled storages are left alone, and removed ones are forgotten', async () => {
    const world = await worldWith(2);
    const [first, second] = world.stored;
    if (first === undefined || second === undefined) throw new Error('two were added');
    world.stored.splice(0, 2, { ...first, record: { ...first.record, disabled: true } });
    world.intervalMs = HOUR;
    await world.shares.start();
    await world.clock.advance(3 * HOUR);
    expect(world.asked).toHaveLength(2);
    expect([...world.shares.health.all().keys()]).toEqual([1]);
    await world.shares.close();
  });

  test('a share that goes bad is told with its reason and since when; the time stays while it stays bad', async () => {
    const world = await worldWith(1);
    world.answer = () => {
      throw gone();
    };
    const wentBad = world.clock.now() + 5 * HOUR;
    await world.clock.advance(5 * HOUR);
    world.shares.health.recheck([1]);
    await looked(world);
    await world.clock.advance(HOUR);
    world.shares.health.recheck([1]);
    await looked(world);
    expect(world.shares.health.all().get(1)).toEqual({
      storageId: 1,
      state: 'deleted',
      title: 'Title of VN0',
      reason: 'It has been deleted.',
      remedy: 'Remove it.',
      since: wentBad,
      checkedAt: wentBad + HOUR,
    });
  });

  test('trouble on the way says nothing against the share', async () => {
    const world = await worldWith(1);
    world.answer = () => {
      throw new StorageError('timeout', 'No answer.', { retry: 'later' });
    };
    world.shares.health.recheck([1]);
    await looked(world);
    expect([states(world), world.recalled]).toEqual([['unknown'], []]);
  });

  test('looks that somebody asks for go a few at a time, and none twice', async () => {
    const world = await worldWith(20);
    world.busiest = 0;
    const ids = world.stored.map(({ record }) => record.id);
    expect(world.shares.health.recheck(ids)).toBe(20);
    expect(world.shares.health.recheck(ids)).toBe(0);
    await looked(world);
    expect([world.asked.length, world.busiest]).toEqual([40, 4]);
  });

  test('is known after a restart, and the storages are told', async () => {
    const world = await worldWith(1);
    world.answer = () => {
      throw gone();
    };
    world.shares.health.recheck([1]);
    await looked(world);
    await world.shares.close();
    world.recalled.splice(0);
    await world.shares.start();
    expect(world.recalled).toEqual([[1, 'share_gone', world.clock.now()]]);
    expect(world.rows.get(1)?.reason).toBe('It has been deleted.');
  });

  test('closing ends the looks', async () => {
    const world = await worldWith(8);
    world.answer = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
      });
    world.shares.health.recheck(world.stored.map(({ record }) => record.id));
    await settle();
    await world.shares.close();
    expect([world.shares.health.pending(), states(world).filter((state) => state === 'ok').length]).toEqual([
      0, 8,
    ]);
  });
});
