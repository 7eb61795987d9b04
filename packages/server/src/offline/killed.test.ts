import { describe, expect, test } from 'bun:test';
import { Readable } from 'node:stream';
import { settle } from '../../testing/fake-clock.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import type { HttpClient } from '../core/http-client.ts';
import { type Life, lifeOf } from '../tasks/testing/mortal.ts';
import { createSpool } from '../uploads/spool.ts';
import { memoryDisk, NO_LIMITS } from '../uploads/testing/memory-disk.ts';
import { memoryRecords } from '../uploads/testing/memory-records.ts';
import { noLog } from '../vfs/testing/fake-storage.ts';
import { createHttpTool } from './http-tool.ts';
import type { OfflineWish } from './offline-downloads.ts';
import { type OfflineWorld, offlineWorld } from './testing/offline-world.ts';

const MAGNET = 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567';

/** The cloud gets on with what it was asked for, whatever becomes of the gateway. */
async function cloudWorks({ cloud }: OfflineWorld): Promise<void> {
  for (const job of cloud.jobs) {
    if (job.phase === 'queued') cloud.set(job.id, { phase: 'running', percent: 50 });
    else if (job.phase === 'running') {
      cloud.set(job.id, { phase: 'done', percent: 100, entry: await cloud.bring(job.id, 'film.mp4') });
    }
  }
}

/** Undefined when the process died first. */
async function endOf(world: OfflineWorld, id: string, life?: Life): Promise<string | undefined> {
  for (let turns = 0; turns < 400; turns += 1) {
    if (life?.dead === true) return undefined;
    if (turns % 3 === 0) await cloudWorks(world);
    await Promise.race([world.clock.advance(2000), died(life)]);
    for (let i = 0; i < 10; i++) await settle();
    const row = await world.store.tasks.byId(id);
    if (row?.endedAt !== undefined) return row.state;
  }
  throw new Error('it does not end');
}

async function died(life?: Life): Promise<void> {
  for (;;) {
    if (life?.dead === true) return;
    await settle();
  }
}

const page: HttpClient = {
  request: async () => ({ status: 200, headers: {}, body: Readable.from([Buffer.from('hello')]) }),
};

async function httpTool() {
  const spool = await createSpool({
    disk: memoryDisk(),
    records: memoryRecords(),
    clock: fakeClock(),
    limits: () => NO_LIMITS,
    log: noLog,
  });
  return createHttpTool({ client: page, spool, clock: fakeClock() });
}

interface Way {
  readonly url: string;
  readonly path: string;
  readonly tool: string;
  readonly name: string;
  /** What is to be done with it, and the folder where it is then. A pattern that matches its own result tells a name that is given twice. */
  readonly after?: OfflineWish['after'];
  readonly ends?: string;
}

const CLOUD: Way = { url: MAGNET, path: '/cloud/Inbox', tool: 'Cloud', name: 'film.mp4' };
const HTTP: Way = { url: 'https://h.example/a.txt', path: '/disk/Inbox', tool: 'SimpleHttp', name: 'a.txt' };

const RULES = { rename_matching: '^(.*)$', rename_to: 'new $1', webhook: 'https://hook.example/' };
const CLOUD_RULES: Way = {
  ...CLOUD,
  name: 'new film.mp4',
  after: { ...RULES, move_to: '/cloud/Films' },
  ends: '/cloud/Films',
};
const HTTP_RULES: Way = {
  ...HTTP,
  name: 'new a.txt',
  after: { ...RULES, move_to: '/disk/Texts' },
  ends: '/disk/Texts',
};

describe('an offline download, killed at any point and begun again', () => {
  test.each([
    ['by the cloud, before the last call', CLOUD, false],
    ['by the cloud, after the last call', CLOUD, true],
    ['by the gateway, before the last call', HTTP, false],
    ['by the gateway, after the last call', HTTP, true],
    ['by the cloud with rules, before the last call', CLOUD_RULES, false],
    ['by the cloud with rules, after the last call', CLOUD_RULES, true],
    ['by the gateway with rules, before the last call', HTTP_RULES, false],
    ['by the gateway with rules, after the last call', HTTP_RULES, true],
  ] as const)('%s', async (_, way, lastIsDone) => {
    let points = 0;
    for (let calls = 3; ; calls += 1) {
      const life = lifeOf(calls, lastIsDone);
      const world = await offlineWorld([await httpTool()], life);
      const id = await Promise.race([world.add(way.url, way), died(life)]);
      const row = (await world.store.tasks.list({}, { offset: 0, limit: 1 }))[0];
      if (row === undefined) continue; // it died before the wish was written down
      if (id !== undefined && (await endOf(world, id, life)) !== undefined) break; // it lived long enough
      points += 1;
      const next = await world.restart();
      expect({ calls, state: await endOf(next, row.id) }).toEqual({ calls, state: 'succeeded' });
      expect({ calls, names: await next.names(way.ends ?? way.path) }).toEqual({ calls, names: [way.name] });
      if (way.ends !== undefined) {
        expect({ calls, left: await next.names(way.path) }).toEqual({ calls, left: [] });
        const last = world.cloud.told.at(-1)?.body;
        expect({ calls, last }).toMatchObject({
          calls,
          last: { task: row.id, folder: way.ends, name: way.name },
        });
      }
      if (way.tool === 'Cloud')
        expect({ calls, begun: world.cloud.begun.length }).toEqual({ calls, begun: 1 });
      await next.close();
    }
    expect(points).toBeGreaterThan(10);
  });
});
