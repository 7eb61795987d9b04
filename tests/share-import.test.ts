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

  test('afterwards the shares are told by state, looked at again, switched off and removed by state', async () => {
    await run(world, `Odd: ${link('VNsandboxEndedShare0001')}`, 'all');
    const listed = async (query = '') =>
      (await world.call(`/admin/share/list${query}`)).data as unknown as Listed;
    expect((await listed()).counts).toMatchObject({ ok: 3, expired: 1, deleted: 0 });
    expect((await listed('?state=expired')).content).toMatchObject([
      { mount_path: '/Shares/Odd', state: 'expired', storage_state: { state: 'degraded' } },
    ]);
    expect((await world.call('/admin/share/check', { state: 'expired' })).data).toEqual({
      queued: 1,
    } as never);
    for (let look = 0; (await listed()).pending > 0; look++) expect(look).toBeLessThan(10_000);
    expect((await world.call('/admin/share/disable', { state: 'expired' })).data).toEqual({
      count: 1,
    } as never);
    expect((await listed('?state=expired')).content).toMatchObject([{ disabled: true }]);
    expect((await world.call('/admin/share/delete', { state: 'expired' })).data).toEqual({
      count: 1,
    } as never);
    expect((await listed()).counts).toMatchObject({ ok: 3, expired: 0 });
  });

  test('a share that is refused here opens through a way out in another region', async () => {
    const far = link('VNsandboxRegionShare001');
    const { data } = await run(world, `Europe: ${far}`, 'good', { egress: 'europe' });
    expect([data.added, data.rows[0]?.state]).toEqual([1, 'added']);
  });
});

interface Listed {
  readonly counts: Readonly<Record<string, number>>;
  readonly pending: number;
  readonly content: readonly object[];
}

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
