import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { startWorld, type World } from './world.ts';

/** A gateway whose storages reach the sandbox as a caller from asia, or from europe. */
describe('forty addresses pasted at once, on the sandbox', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  const link = (id: string) => `https://mypikpak.com/s/${id}`;
  const text = [
    '# Films',
    `An open one: ${link('VNsandboxOpenShare00001')}`,
    `Locked, with its code: ${link('VNsandboxLockedShare001')} 提取码：k7pm`,
    link('VNsandboxLargeShare0001'),
    `Far away: ${link('VNsandboxRegionShare001')}`,
    `Gone: ${link('VNsandboxGoneShare00001')}`,
    `Ended: ${link('VNsandboxEndedShare0001')}`,
    ...Array.from({ length: 34 }, (_, index) => `Nobody's ${index}: ${link(`VNsandboxNobody${index}`)}`),
  ].join('\n');

  test('each comes with its state, the good ones are added, and a second run adds nothing', async () => {
    const before = world.sandbox.stats().requests['GET /drive/v1/share'] ?? 0;
    const { data } = await run(world, text, 'good');
    const states = data.rows.map(({ name, state }) => `${name}: ${state}`);
    expect(states.slice(0, 6)).toEqual([
      'An open one: added',
      'Locked, with its code: added',
      'Large Share: added',
      'Far away: region',
      'Gone: deleted',
      'Ended: expired',
    ]);
    expect([data.total, data.added]).toEqual([40, 3]);
    expect((world.sandbox.stats().requests['GET /drive/v1/share'] ?? 0) - before).toBe(40);
    const listed = await world.call('/fs/list', { path: '/Shares/Films' });
    expect(listed.data.total).toBe(3);
    const again = await run(world, text, 'good');
    expect([again.data.added, again.data.rows.filter(({ state }) => state === 'mounted').length]).toEqual([
      0, 3,
    ]);
  });

  test('a share that is refused here opens through a way out in another region', async () => {
    const far = link('VNsandboxRegionShare001');
    const { data } = await run(world, `Europe: ${far}`, 'good', { egress: 'europe' });
    expect([data.added, data.rows[0]?.state]).toEqual([1, 'added']);
  });
});

interface Imported {
  readonly data: {
    readonly total: number;
    readonly added: number;
    readonly rows: readonly { readonly name: string; readonly state: string }[];
  };
}

async function run(
  { url, token }: World,
  text: string,
  commit: string,
  addition: object = {},
): Promise<Imported> {
  const res = await fetch(`${url}/api/admin/share/import`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: token() },
    body: JSON.stringify({ text, commit, addition: { egress: 'here', ...addition } }),
  });
  return (await res.json()) as Imported;
}
