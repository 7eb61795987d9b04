import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Driver } from '../../core/driver.ts';
import type { ShareReport } from '../../core/share-address.ts';
import { ctx } from '../pikpak/testing/sandbox-world.ts';
import { failure, SHARES, type ShareWorld, startShareWorld } from './testing/share-world.ts';

const LOCKED_CODE = 'k7pm';

function inspect(driver: Driver): Promise<ShareReport> {
  if (driver.inspect === undefined) throw new Error('a share can be looked at');
  return driver.inspect({}, ctx());
}

describe('looking at a share of the sandbox from outside', () => {
  let world: ShareWorld;
  beforeAll(async () => {
    world = await startShareWorld();
  });
  afterAll(() => world.close());

  test('tells its title and how much is in it', async () => {
    expect(await inspect(world.share(SHARES.open))).toEqual({ title: 'Open Share', files: 12 });
  });

  test('tells the size where only files lie at its top', async () => {
    const { entries } = await world.share(SHARES.large).list({ dir: '' }, ctx());
    const size = entries.reduce((sum, entry) => sum + entry.size, 0);
    expect(await inspect(world.share(SHARES.large))).toEqual({ title: 'Large Share', files: 1, size });
  });

  test('takes one call, with a pass code too, and the token that comes along serves what follows', async () => {
    const driver = world.share(SHARES.locked, { share_pwd: LOCKED_CODE });
    expect((await inspect(driver)).title).toBe('Locked Share');
    const asked = world.sandbox.stats().requests['GET /drive/v1/share'] ?? 0;
    expect((await driver.list({ dir: '' }, ctx())).entries).toHaveLength(2);
    expect(world.sandbox.stats().requests['GET /drive/v1/share'] ?? 0).toBe(asked);
  });

  test('of an address into a share tells of what it leads to', async () => {
    const { entries } = await world.share(SHARES.open).list({ dir: '' }, ctx());
    const folder = entries.find(({ name }) => name === 'Film')?.id ?? '';
    const file = entries.find(({ name }) => name === 'readme.md');
    expect(await inspect(world.share(SHARES.open, { root_folder_id: folder }))).toEqual({ title: 'Film' });
    expect(await inspect(world.share(SHARES.open, { root_folder_id: file?.id ?? '' }))).toEqual({
      title: 'readme.md',
      files: 1,
      size: file?.size ?? 0,
    });
  });

  test.each([
    [SHARES.locked, 'share_password', 'PASS_CODE_EMPTY'],
    [SHARES.gone, 'share_gone', 'DELETED'],
    [SHARES.ended, 'share_expired', 'EXPIRED'],
    [SHARES.unknown, 'share_gone', 'NOT_FOUND'],
    [SHARES.region, 'region_blocked', 'PROHIBITED'],
  ] as const)('%s is closed: %s', async (id, code, vendorCode) => {
    const error = await failure(inspect(world.share(id)));
    expect([error.code, error.detail.vendorCode]).toEqual([code, vendorCode]);
  });

  test('a wrong pass code is one try, and the next ones wait', async () => {
    const driver = world.share(SHARES.locked, { share_pwd: 'nope1' });
    expect((await failure(inspect(driver))).code).toBe('share_password');
    const asked = world.sandbox.stats().requests['GET /drive/v1/share'];
    expect((await failure(inspect(driver))).code).toBe('share_password');
    expect(world.sandbox.stats().requests['GET /drive/v1/share']).toBe(asked);
  });
});
