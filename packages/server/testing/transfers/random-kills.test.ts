import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createSandboxMaker } from '@sluice/sandbox';
import { type Life, lifeOf } from '../../src/tasks/testing/mortal.ts';
import { gcidOf } from '../model/gcid.ts';
import { steadyRandom } from '../model/subject.ts';
import { type CopyWorld, copyWorld, expected, FETCHED, type Wish } from './cloud-copies.ts';

const POINTS = 60;
const TREE = {
  'Film/a.txt': 'the film',
  'Film/Extras/b.txt': 'subtitles',
  'Film/Extras/c.txt': 'more of them',
};
const MAGNET = 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567';
const ENDLESS = 1_000_000;
const make = createSandboxMaker();

type Found = ReadonlyMap<string, readonly string[]>;

interface Case {
  readonly wish: Wish;
  /** What is in the cloud when all has gone well. */
  readonly inCloud: (found: Found) => void;
  /** Whether the sources stay. */
  readonly sources: boolean;
}

const arrived = (found: Found): void => expect(found).toEqual(expected(TREE));

const CASES: readonly (readonly [string, Case])[] = [
  ['a copy to the cloud', { wish: { how: 'copy', names: ['Film'] }, inCloud: arrived, sources: true }],
  ['a move to the cloud', { wish: { how: 'move', names: ['Film'] }, inCloud: arrived, sources: false }],
  [
    'a download by the cloud',
    {
      wish: { how: 'PikPak', url: MAGNET },
      inCloud: (found) => {
        expect([...found.keys()].sort()).toEqual([
          '/holiday',
          '/holiday/holiday.mp4',
          '/holiday/holiday.srt',
        ]);
        expect([...found.values()].every(({ length }) => length === 1)).toBe(true);
      },
      sources: true,
    },
  ],
  [
    'a download by the gateway',
    {
      wish: { how: 'SimpleHttp', url: 'https://h.example/a.txt' },
      inCloud: (found) => expect(found).toEqual(new Map([['/a.txt', [gcidOf(FETCHED)]]])),
      sources: true,
    },
  ],
];

/** Lets a task run in gateways that die as said, and in a last one that does not. */
async function through(world: CopyWorld, wish: Wish, lives: readonly Life[]): Promise<void> {
  let id: string | undefined;
  for (const life of [...lives, undefined]) {
    const gateway = await world.gateway(life === undefined ? {} : { life });
    id ??= (await world.store.tasks.list({}, { offset: 0, limit: 1 }))[0]?.id;
    id ??= await gateway.begin(wish);
    const end = id === undefined ? undefined : await gateway.ended(id);
    if (end !== undefined) expect(end).toMatchObject({ state: 'succeeded', error: '' });
    if (life?.dead !== true) await gateway.stop();
  }
}

describe('killed at random points, and begun again', () => {
  test.each(CASES)(
    `%s ends right, nothing lost and nothing twice, at ${POINTS} points of a seed`,
    async (_, { wish, inCloud, sources }) => {
      const whole = lifeOf(ENDLESS, false);
      const one = await copyWorld(TREE, make);
      await through(one, wish, [whole]);
      inCloud(one.inCloud());
      await one.close();
      const calls = ENDLESS - whole.left;
      const random = steadyRandom(11);
      for (let n = 0; n < POINTS; n += 1) {
        const lifeTime = (): Life =>
          lifeOf(2 + Math.floor(random.fraction() * calls), random.fraction() < 0.5);
        // Every third is killed twice.
        const lives = n % 3 === 0 ? [lifeTime(), lifeTime()] : [lifeTime()];
        const points = lives.map(({ left, lastIsDone }) => ({ left, lastIsDone }));
        const world = await copyWorld(TREE, make);
        try {
          await through(world, wish, lives);
          inCloud(world.inCloud());
          expect(existsSync(join(world.folder, 'disk/Film/a.txt'))).toBe(sources);
          expect(await readdir(join(world.folder, 'spool'))).toEqual([]);
        } catch (error) {
          throw new Error(`killed at ${JSON.stringify(points)}`, { cause: error });
        }
        await world.close();
      }
    },
    600_000,
  );
});
