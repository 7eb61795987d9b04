import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { has } from '../../../testing/contract/test-case.ts';
import { listAll } from '../../../testing/contract/fixture.ts';
import type { Driver } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { ctx, idAt, startWorld, type World } from './testing/sandbox-world.ts';

/** What 500 files may cost: five batches, looks at their tasks, and the pages of both folders before and after. */
const FEW = 50;

let world: World;
let driver: Driver;
let source: EntryId;
beforeAll(async () => {
  world = await startWorld();
  driver = world.open();
  source = await idAt(driver, '/Big/ten-thousand');
});
afterAll(() => world.close());

const folder = async (name: string): Promise<EntryId> =>
  (await has(driver.mkdir).call(driver, { dir: driver.root, name }, ctx())).id;

/** Requests to the cloud while `act` runs. */
async function costOf(act: () => Promise<unknown>): Promise<number> {
  const count = () => Object.values(world.sandbox.stats().requests).reduce((sum, one) => sum + one, 0);
  const before = count();
  await act();
  return count() - before;
}

describe('five hundred files', () => {
  test('are copied, moved, trashed, restored and purged in a few requests each', async () => {
    const entries = await listAll(driver, source);
    const ids = entries.slice(0, 500).map(({ id }) => id);
    const [first, second] = [await folder('first'), await folder('second')];

    let copied: readonly EntryId[] = [];
    const cost = {
      copy: await costOf(async () => {
        const copies = await has(driver.copy).call(driver, { ids, to: first }, ctx());
        copied = copies.map(({ id }) => id);
      }),
      move: await costOf(() => has(driver.move).call(driver, { ids: copied, to: second }, ctx())),
      trash: await costOf(() => has(driver.remove).call(driver, { ids: copied, mode: 'trash' }, ctx())),
      untrash: await costOf(() => has(driver.untrash).call(driver, { ids: copied, to: '' }, ctx())),
      star: await costOf(() => has(driver.star).call(driver, { ids: copied, starred: true }, ctx())),
      purge: await costOf(() => has(driver.remove).call(driver, { ids: copied, mode: 'purge' }, ctx())),
    };

    for (const [what, requests] of Object.entries(cost))
      expect({ what, requests, few: requests <= FEW }).toEqual({ what, requests, few: true });
    expect(copied).toHaveLength(500);
    expect(await listAll(driver, first)).toEqual([]);
    expect(await listAll(driver, second)).toEqual([]);
  });

  test('of which a later lot fails say how many went', async () => {
    const ids = (await listAll(driver, source)).slice(0, 250).map(({ id }) => id);
    const [first, second] = [await folder('from'), await folder('to')];
    const copied = (await has(driver.copy).call(driver, { ids, to: first }, ctx())).map(({ id }) => id);
    const moves = () => world.sandbox.stats().requests['POST /drive/v1/files:batchMove'] ?? 0;
    const before = moves();
    const outcome = has(driver.move)
      .call(driver, { ids: copied, to: second }, ctx())
      .catch((error: unknown) => error);
    while (moves() === before) await new Promise((resolve) => setImmediate(resolve));
    const full = {
      kind: 'vendor_error',
      status: 400,
      error: 'file_space_not_enough',
      code: 8,
      text: '',
    } as const;
    const match = { method: 'POST', path: '/drive/v1/files:batchMove' };
    world.sandbox.faults.add({ ...full, match, times: 1 });
    expect(await outcome).toMatchObject({
      code: 'quota_exceeded',
      detail: { remedy: expect.stringMatching(/^100 of 250 were done before that\./) as unknown },
    });
    expect((await listAll(driver, second)).length).toBe(100);
  });

  test('come back with their names and to their folder, wherever the cloud puts them at first', async () => {
    const other = await startWorld({ untrashTo: 'root' });
    try {
      const alone = other.open();
      const dir = await idAt(alone, '/Big/ten-thousand');
      const { entries } = await alone.list({ dir }, ctx());
      const ids = entries.slice(0, 150).map(({ id }) => id);
      await has(alone.remove).call(alone, { ids, mode: 'trash' }, ctx());
      const back = await has(alone.untrash).call(alone, { ids, to: '' }, ctx());
      expect(back.map(({ name, parent }) => [name, parent])).toEqual(
        entries.slice(0, 150).map(({ name }) => [name, dir]),
      );
    } finally {
      await other.close();
    }
  });
});
