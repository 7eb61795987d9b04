import { afterEach, describe, expect, test } from 'bun:test';
import { abortError } from '../core/abort.ts';
import { StorageError } from '../core/errors.ts';
import type { Job, Outcome, TaskKind } from './task.ts';
import { MEI, quiet, ROOT_USER, taskWorld, type TaskWorld, testKind } from './testing/task-world.ts';

const DONE: Outcome = { type: 'done' };
const worlds: TaskWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function start(kinds: readonly TaskKind[], slots?: number): Promise<TaskWorld> {
  const world = await taskWorld(kinds, slots);
  worlds.push(world);
  world.worker.start();
  return world;
}

async function add(world: Pick<TaskWorld, 'tasks'>, options: object = {}, n = 0): Promise<string> {
  const { task } = await world.tasks.of(MEI).enqueue('copy', { n }, { name: 'copy it', ...options });
  await quiet();
  return task.id;
}

const of = (world: Pick<TaskWorld, 'tasks'>) => world.tasks.of(MEI);

function untilAborted(job: Job<unknown>): Promise<never> {
  return new Promise((_, reject) => job.signal.addEventListener('abort', () => reject(abortError())));
}

describe('a task', () => {
  test('is run soon after it is made, and tells how far it is', async () => {
    let go = (): void => {};
    const world = await start([
      testKind(async (job) => {
        job.report({ bytes: 5, totalBytes: 10 }, 'half way');
        job.log('began');
        await new Promise<void>((resolve) => (go = resolve));
        return { type: 'done', status: 'all there' };
      }),
    ]);
    const id = await add(world);
    expect(await of(world).get(id)).toMatchObject({
      state: 'running',
      status: 'half way',
      progress: { bytes: 5, totalBytes: 10 },
      owner: { id: 7, name: 'mei' },
    });
    go();
    await quiet();
    const ended = await of(world).get(id);
    expect(ended).toMatchObject({ state: 'succeeded', status: 'all there', error: '' });
    expect(ended.log).toEqual(['2026-01-01T00:00:00.000Z began']);
    expect(ended.endedAt).toBe(world.clock.now());
  });

  test('that waits holds no slot, and goes on from its checkpoint when it is time', async () => {
    const seen: unknown[] = [];
    const world = await start(
      [
        testKind(async (job) => {
          seen.push(job.checkpoint);
          await job.save({ at: seen.length });
          return seen.length < 3
            ? { type: 'again', at: world.clock.now() + 60_000, as: 'waiting', status: 'the cloud works' }
            : DONE;
        }),
      ],
      1,
    );
    const id = await add(world);
    expect(await of(world).get(id)).toMatchObject({ state: 'waiting', status: 'the cloud works' });
    await world.clock.advance(59_000);
    expect(seen.length).toBe(1);
    await world.clock.advance(61_000);
    await world.clock.advance(20_000);
    await quiet();
    expect(seen).toEqual([undefined, { at: 1 }, { at: 2 }]);
    expect((await of(world).get(id)).state).toBe('succeeded');
  });

  test('that fails for a while is tried again, later each time, and given up at last', async () => {
    const times: number[] = [];
    const world = await start([
      testKind(async () => {
        times.push(world.clock.now());
        throw new StorageError('unavailable', 'The cloud is down.', {
          retry: 'later',
          detail: { remedy: 'Wait.' },
        });
      }),
    ]);
    const id = await add(world);
    expect(await of(world).get(id)).toMatchObject({ state: 'retrying', error: 'The cloud is down. Wait.' });
    await world.clock.advance(120_000);
    await quiet();
    expect(await of(world).get(id)).toMatchObject({ state: 'failed', attempts: 3 });
    const [first = 0, second = 0, third = 0] = times;
    expect(times.length).toBe(3);
    expect(third - second).toBeGreaterThan(second - first);
    expect(world.faults).toEqual([]);
  });

  test('waits as long as the cloud says', async () => {
    let runs = 0;
    const world = await start([
      testKind(async () => {
        if (++runs > 1) return DONE;
        throw new StorageError('rate_limited', 'Slowly.', { retry: 'later', retryAfterMs: 3_600_000 });
      }),
    ]);
    const id = await add(world);
    await world.clock.advance(3_599_000);
    expect(runs).toBe(1);
    await world.clock.advance(20_000);
    await quiet();
    expect((await of(world).get(id)).state).toBe('succeeded');
  });

  test('that fails for good, or for a reason of ours, is not tried again', async () => {
    const world = await start([
      testKind(async ({ payload }) => {
        throw payload.n === 1 ? new StorageError('not_found', 'It is gone.') : new Error('secret detail');
      }),
    ]);
    const gone = await add(world, {}, 1);
    const broken = await add(world, {}, 2);
    expect(await of(world).get(gone)).toMatchObject({ state: 'failed', error: 'It is gone.' });
    const { error } = await of(world).get(broken);
    expect(error).toContain('internal error');
    expect(error).not.toContain('secret');
    expect(world.faults.length).toBe(1);
  });

  test('goes before others of its concurrency key only when there is room', async () => {
    let running = 0;
    let most = 0;
    const world = await start([
      testKind(async () => {
        most = Math.max(most, ++running);
        await world.clock.sleep(1000, new AbortController().signal);
        running--;
        return DONE;
      }),
    ]);
    const concurrency = { key: 'acct', limit: 2 };
    for (let i = 0; i < 6; i++) await add(world, { concurrency });
    for (let i = 0; i < 4; i++) {
      await world.clock.advance(1000);
      await quiet();
    }
    expect(most).toBe(2);
    expect((await of(world).list({ states: ['succeeded'] })).total).toBe(6);
  });
});

describe('cancelling', () => {
  test('a task that has not begun ends it on the spot', async () => {
    const world = await taskWorld([testKind(async () => DONE)]);
    worlds.push(world);
    const id = await add(world);
    await of(world).cancel(id);
    expect((await of(world).get(id)).state).toBe('canceled');
    world.worker.start();
    await quiet();
    expect((await of(world).get(id)).state).toBe('canceled');
  });

  test('a running task stops it and winds up what it has going', async () => {
    const wound: unknown[] = [];
    const kind = testKind(
      async (job) => {
        await job.save({ remote: 'x' });
        return untilAborted(job);
      },
      { windUp: async (job, options) => void wound.push(job.checkpoint, options) },
    );
    const world = await start([kind]);
    const id = await add(world);
    await of(world).cancel(id);
    await quiet();
    expect((await of(world).get(id)).state).toBe('canceled');
    expect(wound).toEqual([{ remote: 'x' }, { files: false }]);
  });

  test('a waiting task winds up what it has going', async () => {
    const wound: unknown[] = [];
    const kind = testKind(
      async (job) => {
        await job.save({ remote: 'x' });
        return { type: 'again', at: world.clock.now() + 1e6, as: 'waiting', status: '' };
      },
      { windUp: async (job) => void wound.push(job.checkpoint) },
    );
    const world = await start([kind]);
    const id = await add(world);
    await of(world).cancel(id);
    await quiet();
    expect((await of(world).get(id)).state).toBe('canceled');
    expect(wound).toEqual([{ remote: 'x' }]);
  });

  test('says so when what it had going could not be ended', async () => {
    const kind = testKind(
      async (job) => {
        await job.save(1);
        return untilAborted(job);
      },
      { windUp: () => Promise.reject(new StorageError('unavailable', 'The cloud is down.')) },
    );
    const world = await start([kind]);
    const id = await add(world);
    await of(world).remove(id, { files: true });
    await quiet();
    expect(await of(world).get(id)).toMatchObject({ state: 'canceled', error: 'The cloud is down.' });
  });
});

describe('removing', () => {
  test('a running task ends it first', async () => {
    const world = await start([testKind(untilAborted)]);
    const id = await add(world);
    await of(world).remove(id);
    await quiet();
    expect(of(world).get(id)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a finished task with its files has its kind remove them, and nothing else does', async () => {
    const wound: unknown[] = [];
    const kind = testKind(
      async (job) => {
        await job.save(1);
        return DONE;
      },
      { windUp: async (_, options) => void wound.push(options) },
    );
    const world = await start([kind]);
    const plain = await add(world);
    await of(world).remove(plain);
    await quiet();
    expect(wound).toEqual([]);
    const withFiles = await add(world);
    await of(world).remove(withFiles, { files: true });
    await quiet();
    expect(wound).toEqual([{ files: true }]);
    expect((await of(world).list({})).total).toBe(0);
  });
});

describe('trying again', () => {
  test('begins a failed task where it got to', async () => {
    const seen: unknown[] = [];
    const world = await start([
      testKind(async (job) => {
        seen.push([job.checkpoint, job.round]);
        await job.save('half');
        if (job.round === 0) throw new StorageError('not_found', 'no');
        return DONE;
      }),
    ]);
    const id = await add(world);
    await of(world).retry(id);
    await quiet();
    expect(seen).toEqual([
      [undefined, 0],
      ['half', 1],
    ]);
    expect(await of(world).get(id)).toMatchObject({ state: 'succeeded', error: '' });
  });

  test('has a waiting one go on at once', async () => {
    let runs = 0;
    const world = await start([
      testKind(async () =>
        ++runs > 1 ? DONE : { type: 'again', at: world.clock.now() + 1e9, as: 'waiting', status: '' },
      ),
    ]);
    const id = await add(world);
    await of(world).retry(id);
    await quiet();
    expect((await of(world).get(id)).state).toBe('succeeded');
  });
});

describe('when the gateway', () => {
  test('stops, what runs lets go and goes on at the next start', async () => {
    const seen: unknown[] = [];
    const kind = testKind(async (job) => {
      seen.push(job.checkpoint);
      if (seen.length > 1) return DONE;
      await job.save('half');
      return untilAborted(job);
    });
    const world = await start([kind]);
    const id = await add(world);
    await world.worker.stop();
    const next = world.again();
    next.worker.start();
    await quiet();
    expect(seen).toEqual([undefined, 'half']);
    expect(await of(next).get(id)).toMatchObject({ state: 'succeeded', attempts: 0 });
  });

  test('stops and a run does not let go, stopping is not held up for ever', async () => {
    const world = await start([testKind(() => new Promise(() => {}))]);
    await add(world);
    let stopped = false;
    const stopping = world.worker.stop().then(() => (stopped = true));
    await quiet();
    expect(stopped).toBe(false);
    await world.clock.advance(6000);
    await stopping;
  });

  test('is killed, another takes over when the lease is over and what the dead one says no longer counts', async () => {
    const jobs: Job<unknown>[] = [];
    let finish = (): void => {};
    const kind = testKind(async (job) => {
      jobs.push(job);
      await job.save(`by ${jobs.length}`);
      await new Promise<void>((resolve) => (finish = resolve));
      return DONE;
    });
    const world = await start([kind]);
    const id = await add(world);
    await world.store.tasks.change(id, ['running'], { leaseUntil: world.clock.now() }); // no heartbeat came through
    const next = world.again();
    next.worker.start();
    await quiet();
    expect(jobs.length).toBe(2);
    expect(jobs[1]?.checkpoint).toBe('by 1');
    expect(jobs[0]?.save('stale')).rejects.toMatchObject({ name: 'AbortError' });
    await quiet();
    finish();
    await quiet();
    expect(await world.store.tasks.byId(id)).toMatchObject({ state: 'succeeded', checkpoint: 'by 2' });
  });

  test('is killed by the same task again and again, it is given up', async () => {
    let runs = 0;
    const world = await taskWorld([
      testKind(async () => {
        runs++;
        return DONE;
      }),
    ]);
    worlds.push(world);
    const id = await add(world);
    for (let i = 0; i < 11; i++) {
      const now = world.clock.now();
      await world.store.tasks.claim({ kinds: ['copy'], owner: `dead ${i}`, now, leaseUntil: now });
    }
    world.worker.start();
    await quiet();
    expect(runs).toBe(0);
    expect((await of(world).get(id)).error).toContain('10 times in a row');
  });
});

describe('whose tasks', () => {
  test('another user sees, steers and watches only their own; an admin all', async () => {
    const world = await start([testKind(untilAborted)]);
    const other = world.tasks.of({ id: 8, username: 'li', admin: false });
    const seen: string[] = [];
    const stop = new AbortController();
    other.watch(({ task }) => seen.push(task.id), stop.signal);
    const id = await add(world);
    const acts = [
      other.get(id),
      other.cancel(id),
      other.retry(id),
      other.remove(id),
      other.items(id, { limit: 1 }),
    ];
    for (const act of await Promise.allSettled(acts)) {
      expect(act).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } });
    }
    await quiet();
    expect((await other.list({})).total).toBe(0);
    expect(await other.clear('copy', ['canceled'])).toBe(0);
    expect(seen).toEqual([]);
    expect((await world.tasks.of(ROOT_USER).list({})).total).toBe(1);
    stop.abort();
  });

  test('a wish made twice is one task, but two users have one each', async () => {
    const world = await start([testKind(untilAborted)]);
    const options = { name: 'x', dedupeKey: 'magnet:a' };
    const first = await of(world).enqueue('copy', {}, options);
    const second = await of(world).enqueue('copy', {}, options);
    const foreign = await world.tasks.of(ROOT_USER).enqueue('copy', {}, options);
    expect(second).toMatchObject({ made: false, task: { id: first.task.id } });
    expect(foreign.made).toBe(true);
  });

  test('what no kind takes is refused before a task exists', async () => {
    const world = await start([testKind(async () => DONE)]);
    expect(of(world).enqueue('dance', {}, { name: 'x' })).rejects.toMatchObject({ code: 'invalid_argument' });
    expect(of(world).enqueue('copy', { n: 'x' }, { name: 'x' })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await quiet();
    expect((await of(world).list({})).total).toBe(0);
  });
});

test('watchers hear of every step, the end last', async () => {
  const world = await start([testKind(async () => DONE)]);
  const states: string[] = [];
  const stop = new AbortController();
  of(world).watch(({ type, task }) => states.push(type === 'removed' ? type : task.state), stop.signal);
  const id = await add(world);
  await of(world).remove(id);
  await quiet();
  expect(states).toEqual(['pending', 'running', 'succeeded', 'removed']);
  stop.abort();
  await add(world);
  expect(states.length).toBe(4);
});
