import { expect, test } from 'bun:test';
import type { FaultRule } from '@sluice/sandbox';
import { steadyRandom } from '../model/subject.ts';
import { copyWorld, expected } from './cloud-copies.ts';

/** `SLUICE_COPY_FILES=10000` is the run that the design asks for; it takes minutes. */
const FILES = Number(process.env['SLUICE_COPY_FILES'] ?? 1000);
const PER_FOLDER = 200;
const SHARE = 0.05;

function tree(files: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: files }, (_, i) => [
      `Tree/d${Math.floor(i / PER_FOLDER)}/f${i}.txt`,
      `content of ${i}`,
    ]),
  );
}

/** Faults that pass, as long as they strike seldom. */
const FAULTS: readonly FaultRule[] = [
  { kind: 'status', status: 500, body: 'empty' },
  { kind: 'status', status: 502 },
  { kind: 'status', status: 200, body: 'broken_json' },
  { kind: 'hang_up', when: 'before' },
  { kind: 'hang_up', when: 'after' },
  { kind: 'store_error', status: 500, code: 'InternalError' },
  { kind: 'store_hang_up', afterBytes: 3 },
  { kind: 'store_hang_up' },
].map((fault) => ({ ...fault, match: {}, times: 1 }) as FaultRule);

/** Strikes a share of all requests, in the same way in every run. */
function sometimes(
  share: number,
  seed: number,
): { readonly of: () => FaultRule | undefined; struck: number } {
  const random = steadyRandom(seed);
  const faults = {
    struck: 0,
    of(): FaultRule | undefined {
      if (random.fraction() >= share) return undefined;
      faults.struck += 1;
      return FAULTS[Math.floor(random.fraction() * FAULTS.length)];
    },
  };
  return faults;
}

test(
  `a tree of ${FILES} files arrives in the cloud whole and once, though ${SHARE * 100} % of the requests fail`,
  async () => {
    const content = tree(FILES);
    const world = await copyWorld(content);
    const faults = sometimes(SHARE, 7);
    const gateway = await world.gateway({ faultOf: faults.of });
    const id = (await gateway.begin({ how: 'copy', names: ['Tree'] })) ?? '';
    expect(await gateway.ended(id)).toMatchObject({ state: 'succeeded', error: '' });
    expect(faults.struck).toBeGreaterThan(FILES / 40);
    expect(world.inCloud()).toEqual(expected(content));
    await gateway.stop();
    await world.close();
  },
  120 * FILES + 60_000,
);

test('what the cloud has already goes by its hash: no byte of it is sent', async () => {
  const content = { 'One/a.txt': 'the same', 'Two/b.txt': 'the same', 'Two/c.txt': 'something else' };
  const world = await copyWorld(content);
  const sent: string[] = [];
  const gateway = await world.gateway({
    seen: ({ method, body }) => {
      if (method === 'PUT' && body !== undefined) sent.push(method);
    },
  });
  const copy = async (name: string): Promise<number> => {
    const before = sent.length;
    await gateway.ended((await gateway.begin({ how: 'copy', names: [name] })) ?? '');
    return sent.length - before;
  };
  expect([await copy('One'), await copy('Two')]).toEqual([1, 1]);
  expect(world.inCloud()).toEqual(expected(content));
  await gateway.stop();
  await world.close();
});
