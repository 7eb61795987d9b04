import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import { normalizePath } from '../core/path.ts';
import type { SpoolLimits } from './room.ts';
import { createSpool } from './spool.ts';
import { memoryDisk, NO_LIMITS } from './testing/memory-disk.ts';
import { memoryRecords } from './testing/memory-records.ts';

const never = new AbortController().signal;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const HOUR = 3_600_000;
const goal = { path: normalizePath('/a'), overwrite: false, modified: 7 };

async function* bodyOf(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk);
}

function machine(limits: Partial<SpoolLimits> = {}) {
  const [disk, records, clock] = [memoryDisk(), memoryRecords(), fakeClock()];
  const start = () => createSpool({ disk, records, clock, limits: () => ({ ...NO_LIMITS, ...limits }), log });
  return { disk, records, clock, start };
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('an upload in pieces', () => {
  test('goes on after a restart, with what has come and where it is to go', async () => {
    const m = machine();
    const first = (await m.start()).arrivals;
    const { id } = await first.begin({ owner: 1, size: 10, goal, compute: [] });
    await first.append(id, bodyOf('hello'), never);
    const spool = await m.start();
    expect(spool.arrivals.get(id)).toMatchObject({ id, owner: 1, size: 10, offset: 5, goal });
    expect(spool.used).toBe(10);
    await spool.arrivals.append(id, bodyOf('wor', 'ld'), never);
    const file = await spool.arrivals.finish(id);
    expect(await new Response(file.open(0, 10)).text()).toBe('helloworld');
    await file.discard();
    expect([m.disk.content.size, m.records.rows.size, spool.used]).toEqual([0, 0, 0]);
  });

  test('keeps what came before its line broke', async () => {
    const m = machine();
    const { arrivals } = await m.start();
    const { id } = await arrivals.begin({ owner: 1, size: 10, goal, compute: [] });
    const cut = async function* (): AsyncGenerator<Uint8Array> {
      yield* bodyOf('hel');
      throw new Error('reset');
    };
    expect(await failureOf(arrivals.append(id, cut(), never))).toMatchObject({ code: 'invalid_argument' });
    expect(arrivals.get(id)?.offset).toBe(3);
  });

  test('is given up a day after its last piece, and its room is free again', async () => {
    const m = machine({ total: 10 });
    const spool = await m.start();
    const { id } = await spool.arrivals.begin({ owner: 1, size: 10, goal, compute: [] });
    await m.clock.advance(23 * HOUR);
    await spool.arrivals.append(id, bodyOf('a'), never);
    await m.clock.advance(23 * HOUR);
    expect(spool.arrivals.get(id)?.offset).toBe(1);
    const second = { owner: 2, size: 10, goal, compute: [] };
    expect(await failureOf(spool.arrivals.begin(second))).toMatchObject({ code: 'quota_exceeded' });
    await m.clock.advance(HOUR);
    expect(spool.arrivals.get(id)).toBeUndefined();
    expect(await failureOf(spool.arrivals.append(id, bodyOf('b'), never))).toMatchObject({
      code: 'not_found',
    });
    await spool.arrivals.begin(second);
    expect(m.disk.content.size).toBe(1);
  });

  test('takes one piece at a time', async () => {
    const { arrivals } = await machine().start();
    const { id } = await arrivals.begin({ owner: 1, size: 10, goal, compute: [] });
    const { promise: open, resolve: go } = Promise.withResolvers<void>();
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      await open;
      yield* bodyOf('ab');
    };
    const running = arrivals.append(id, slow(), never);
    expect(await failureOf(arrivals.append(id, bodyOf('x'), never))).toMatchObject({ code: 'exists' });
    go();
    expect((await running).offset).toBe(2);
  });

  test('one user can’t open them without end', async () => {
    const { arrivals } = await machine().start();
    const begin = () => arrivals.begin({ owner: 1, size: 0, goal, compute: [] });
    for (let count = 0; count < 500; count++) await begin();
    expect(await failureOf(begin())).toMatchObject({ code: 'quota_exceeded' });
    expect(await arrivals.begin({ owner: 2, size: 0, goal, compute: [] })).toMatchObject({ owner: 2 });
  });

  test('nor by opening many at once', async () => {
    const { arrivals } = await machine().start();
    const begin = () => arrivals.begin({ owner: 1, size: 0, goal, compute: [] });
    const begun = await Promise.allSettled(Array.from({ length: 600 }, begin));
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(500);
  });
});
