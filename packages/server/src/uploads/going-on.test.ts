import { beforeEach, describe, expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import type { UploadTarget } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { normalizePath } from '../core/path.ts';
import { goOn, type GoingOnOptions } from './going-on.ts';
import { createSpool, type OwnedSpool, type SpooledFile } from './spool.ts';
import { type MemoryDisk, memoryDisk, NO_LIMITS } from './testing/memory-disk.ts';
import { memoryRecords } from './testing/memory-records.ts';

const never = new AbortController().signal;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const TARGET: UploadTarget = {
  path: normalizePath('/drive/a'),
  overwrite: true,
  skipExisting: false,
  modified: 5,
};

/** A machine on which processes come and go. */
interface Machine {
  readonly disk: MemoryDisk;
  readonly records: ReturnType<typeof memoryRecords>;
  start(): Promise<OwnedSpool>;
}

function machine(): Machine {
  const [disk, records] = [memoryDisk(), memoryRecords()];
  return {
    disk,
    records,
    start: () => createSpool({ disk, records, clock: fakeClock(), limits: () => NO_LIMITS, log }),
  };
}

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** A file on its way to a storage. */
async function underWay(spool: OwnedSpool): Promise<SpooledFile> {
  const hashes = { md5: '5d41402abc4b2a76b9719d911017c592' };
  const file = await spool.receive(bodyOf('hello'), { owner: 3, hashes }, never);
  await file.journal?.begin(TARGET);
  await file.journal?.save({ ticket: 't' });
  return file;
}

describe('what a process leaves of uploads', () => {
  test('is a whole file with all that is needed to go on with it', async () => {
    const m = machine();
    await underWay(await m.start());
    const spool = await m.start();
    const [left, ...others] = spool.left;
    expect([others, left?.target, spool.used]).toEqual([[], TARGET, 5]);
    expect(await left?.file.journal?.load()).toEqual({ ticket: 't' });
    expect(await new Response(left?.file.open(0, 5)).text()).toBe('hello');
    const md5 = {
      kind: 'md5',
      needsSize: false,
      begin: () => ({ update() {}, digest: () => 'anew' }),
    } as const;
    expect(await left?.file.hash(md5, never)).toBe('5d41402abc4b2a76b9719d911017c592');
    await left?.file.discard();
    expect([m.disk.content.size, m.records.rows.size, spool.used]).toEqual([0, 0, 0]);
  });

  test('is nothing of an upload that has come to its end, nor of one that was still coming in', async () => {
    const m = machine();
    const spool = await m.start();
    await (await underWay(spool)).discard();
    await spool.receive(bodyOf('not under way'), {}, never);
    expect((await m.start()).left).toEqual([]);
    expect([m.disk.content.size, m.records.rows.size]).toEqual([0, 0]);
  });

  test('is kept when the gateway stops, whatever its door makes of it', async () => {
    const m = machine();
    const spool = await m.start();
    const file = await underWay(spool);
    spool.suspend();
    expect(file.journal?.suspended.aborted).toBe(true);
    await file.discard();
    expect((await m.start()).left).toHaveLength(1);
  });

  test('is thrown away when it is not whole, or can’t be read', async () => {
    const m = machine();
    await underWay(await m.start());
    const [name = ''] = m.disk.content.keys();
    m.disk.content.set(name, new Uint8Array(4));
    m.records.rows.set('other', { stage: 'of a newer version' });
    m.records.rows.set('damaged', undefined);
    expect((await m.start()).left).toEqual([]);
    expect([m.disk.content.size, m.records.rows.size]).toEqual([0, 0]);
  });
});

describe('going on', () => {
  const dropped: unknown[] = [];
  const ends: boolean[] = [];
  const follow: GoingOnOptions['follow'] = () => ({
    signal: never,
    attempt: (run) => run(),
    end: async (arrived) => void ends.push(arrived),
  });
  beforeEach(() => {
    dropped.splice(0);
    ends.splice(0);
  });
  const drop: GoingOnOptions['drop'] = async (target) => void dropped.push(target);

  async function leftOn(m: Machine) {
    await underWay(await m.start());
    return (await m.start()).left;
  }

  test('puts each file where it was to go, and lets go of it', async () => {
    const m = machine();
    const calls: unknown[] = [];
    const upload: GoingOnOptions['upload'] = async (target, { size }) => calls.push([target, size]);
    await goOn(await leftOn(m), { upload, drop, follow, clock: fakeClock(), log }, never);
    expect([calls, dropped, ends]).toEqual([[[TARGET, 5]], [], [true]]);
    expect([m.disk.content.size, m.records.rows.size]).toEqual([0, 0]);
  });

  test('gives up at once what can’t be', async () => {
    const m = machine();
    const upload = () => Promise.reject(new StorageError('not_found', 'the storage is gone'));
    await goOn(await leftOn(m), { upload, drop, follow, clock: fakeClock(), log }, never);
    expect([m.disk.content.size, m.records.rows.size]).toEqual([0, 0]);
    expect([dropped, ends]).toEqual([[TARGET], [false]]); // what its storage holds of it is taken back
  });

  test('tries again what may pass, for a day and no longer', async () => {
    const m = machine();
    const clock = fakeClock();
    let calls = 0;
    const upload: GoingOnOptions['upload'] = (_, source) => {
      calls += 1;
      expect(source.journal?.triesAgain).toBe(true);
      return Promise.reject(new StorageError('unavailable', 'no line', { retry: 'later' }));
    };
    const going = goOn(await leftOn(m), { upload, drop, follow, clock, log }, never);
    for (let hours = 0; hours < 30; hours++) await clock.advance(3_600_000);
    await going;
    expect([calls, m.disk.content.size, dropped]).toEqual([28, 0, [TARGET]]);
  });

  test('leaves everything to the next process when the gateway stops', async () => {
    const m = machine();
    const clock = fakeClock();
    const stop = new AbortController();
    const upload = () => Promise.reject(new StorageError('unavailable', 'no line', { retry: 'later' }));
    const going = goOn(await leftOn(m), { upload, drop, follow, clock, log }, stop.signal);
    while (clock.sleepers() === 0) await Promise.resolve();
    stop.abort();
    await going;
    expect((await m.start()).left).toHaveLength(1);
  });
});
