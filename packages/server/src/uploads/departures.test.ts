import { describe, expect, test } from 'bun:test';
import { fakeClock, settle } from '../../testing/fake-clock.ts';
import type { UploadTarget } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { normalizePath } from '../core/path.ts';
import { goOn } from './going-on.ts';
import { createSpool, type LeftUpload, type OwnedSpool, type SpooledFile } from './spool.ts';
import { memoryDisk, NO_LIMITS } from './testing/memory-disk.ts';
import { memoryRecords } from './testing/memory-records.ts';

const never = new AbortController().signal;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const TARGET: UploadTarget = { path: normalizePath('/drive/a'), overwrite: true, skipExisting: false };
const later = (): StorageError => new StorageError('unavailable', 'no line', { retry: 'later' });

function machine() {
  const [disk, records, clock] = [memoryDisk(), memoryRecords(), fakeClock()];
  const start = () => createSpool({ disk, records, clock, limits: () => NO_LIMITS, log });
  return { disk, records, clock, start };
}

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** A file that came in pieces, whole. */
async function arrived(spool: OwnedSpool): Promise<{ readonly id: string; readonly file: SpooledFile }> {
  const goal = { path: normalizePath('/a'), overwrite: true };
  const { id } = await spool.arrivals.begin({ owner: 3, size: 5, goal, compute: [] });
  await spool.arrivals.append(id, bodyOf('hello'), never);
  return { id, file: await spool.arrivals.finish(id) };
}

const outcomeOf = (promise: Promise<void> | undefined): Promise<unknown> =>
  (promise ?? Promise.resolve()).then(
    () => 'arrived',
    (error: unknown) => error,
  );

describe('an upload that came in pieces', () => {
  test('is known as arrived for a day, also by the next process', async () => {
    const m = machine();
    const spool = await m.start();
    const { id, file } = await arrived(spool);
    await spool.departures.begin({ id, owner: 3, file }, async () => {}).ended;
    expect(m.disk.content.size).toBe(0);
    const next = await m.start();
    expect(next.departures.find(id)).toMatchObject({ owner: 3, size: 5 });
    expect(await outcomeOf(next.departures.find(id)?.ended)).toBe('arrived');
    await m.clock.advance(25 * 3_600_000);
    expect(next.departures.find(id)).toBeUndefined();
    expect((await m.start()).departures.find(id)).toBeUndefined();
    expect(m.records.rows.size).toBe(0);
  });

  test('and was on its way when the process ended is waited for by those who ask the next', async () => {
    const m = machine();
    const spool = await m.start();
    const { id, file } = await arrived(spool);
    void spool.departures.begin({ id, owner: 3, file }, async (sent) => {
      await sent.journal.begin(TARGET);
      return new Promise(() => {});
    });
    await settle();
    const next = await m.start();
    const { promise: free, resolve: go } = Promise.withResolvers<void>();
    const follow = next.departures.follow.bind(next.departures);
    const options = { upload: () => free, drop: async () => {}, follow, clock: m.clock, log };
    const going = goOn(next.left, options, never);
    const asked = outcomeOf(next.departures.find(id)?.ended);
    expect(next.departures.find(id)).toMatchObject({ owner: 3, size: 5 });
    go();
    await going;
    expect(await asked).toBe('arrived');
    expect(await outcomeOf(next.departures.find(id)?.ended)).toBe('arrived');
    expect(m.disk.content.size).toBe(0);
  });

  test('is gone on with when its first try fails for what passes, and says so meanwhile', async () => {
    const m = machine();
    const spool = await m.start();
    const carried: LeftUpload[] = [];
    spool.carryOnBy((one) => carried.push(one));
    const { id, file } = await arrived(spool);
    const first = spool.departures.begin({ id, owner: 3, file }, async (sent) => {
      expect(sent.journal.triesAgain).toBe(true);
      await sent.journal.begin(TARGET);
      throw later();
    });
    expect(await outcomeOf(first.ended)).toMatchObject({ retry: 'later' });
    expect([carried.map(({ target }) => target), m.disk.content.size]).toEqual([[TARGET], 1]);
    expect(await outcomeOf(spool.departures.find(id)?.ended)).toMatchObject({ retry: 'later' });

    let tries = 0;
    const upload = async (): Promise<void> => {
      tries += 1;
      if (tries < 3) throw later();
    };
    const follow = spool.departures.follow.bind(spool.departures);
    const options = { upload, drop: async () => {}, follow, clock: m.clock, log };
    const going = goOn(carried, options, never);
    for (let turn = 0; turn < 3; turn += 1) {
      await settle();
      await m.clock.advance(300_000);
    }
    await going;
    expect([tries, await outcomeOf(spool.departures.find(id)?.ended)]).toEqual([3, 'arrived']);
    expect(m.disk.content.size).toBe(0);
  });

  test('can be cancelled while it waits for its next try', async () => {
    const m = machine();
    const spool = await m.start();
    const carried: LeftUpload[] = [];
    spool.carryOnBy((one) => carried.push(one));
    const { id, file } = await arrived(spool);
    const send = async (sent: SpooledFile): Promise<void> => {
      await sent.journal.begin(TARGET);
      throw later();
    };
    await outcomeOf(spool.departures.begin({ id, owner: 3, file }, send).ended);
    const dropped: unknown[] = [];
    const options = {
      upload: () => Promise.reject(later()),
      drop: async (target: UploadTarget) => dropped.push(target),
      follow: spool.departures.follow.bind(spool.departures),
      clock: m.clock,
      log,
    };
    const going = goOn(carried, options, never);
    await settle();
    await spool.departures.cancel(id);
    await going;
    expect([dropped, spool.departures.find(id), m.disk.content.size]).toEqual([[TARGET], undefined, 0]);
  });

  test('that fails for good is no more, here or there', async () => {
    const m = machine();
    const spool = await m.start();
    const { id, file } = await arrived(spool);
    const refused = new StorageError('exists', 'taken');
    expect(
      await outcomeOf(spool.departures.begin({ id, owner: 3, file }, () => Promise.reject(refused)).ended),
    ).toBe(refused);
    expect([spool.departures.find(id), m.disk.content.size, m.records.rows.size]).toEqual([undefined, 0, 0]);
  });
});
