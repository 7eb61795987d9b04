import { afterAll, beforeAll } from 'bun:test';
import { buffer } from 'node:stream/consumers';
import {
  CONTRACT_TREE,
  describeDriver,
  type Fixture,
  findContractTree,
  type Opened,
} from '../../../testing/driver-contract.ts';
import type { Driver } from '../../core/driver.ts';
import { ctx, idAt } from '../pikpak/testing/sandbox-world.ts';
import { FAKE_SHARE_ID, fakeEnv, fakeShare } from './testing/fake-share.ts';
import { linkTo, makeShare, SHARES, type ShareWorld, startShareWorld } from './testing/share-world.ts';

describeDriver('PikPakShare on a scripted cloud', {
  ops: ['link'],
  async open(): Promise<Opened> {
    const { http } = fakeShare(CONTRACT_TREE, 7);
    const driver = makeShare(fakeEnv(http).env, { share_id: FAKE_SHARE_ID });
    const fixture = await findContractTree(driver, { pages: 4, missing: 'VNmissing' });
    return { driver, fixture, http, close: () => driver.close() };
  },
});

let world: ShareWorld;
let photo: Buffer;
beforeAll(async () => {
  world = await startShareWorld();
  const driver = world.share(SHARES.open);
  const { url } = await linkTo(driver, await idAt(driver, '/Photos/photo-1.jpg'));
  const { signal } = ctx();
  photo = await buffer((await world.env.http('sandbox-direct').request({ method: 'GET', url, signal })).body);
});
afterAll(() => world.close());

const NO_EMPTY_FOLDER = 'the open share has no empty folder, and nobody can add one';

describeDriver('PikPakShare on the sandbox', {
  ops: ['link'],
  skip: [
    { test: 'an empty folder has one page without entries, or several', reason: NO_EMPTY_FOLDER },
    { test: 'calls at the same time do not disturb each other', reason: NO_EMPTY_FOLDER },
  ],
  async open(): Promise<Opened> {
    const driver = world.share(SHARES.open);
    const http = world.env.http('sandbox-direct');
    return { driver, fixture: await fixtureOf(driver), http, close: () => driver.close() };
  },
});

async function fixtureOf(driver: Driver): Promise<Fixture> {
  return {
    file: {
      id: await idAt(driver, '/Photos/photo-1.jpg'),
      size: photo.length,
      byteAt: (index) => photo[index] ?? -1,
    },
    emptyFolder: await idAt(driver, '/Deep'),
    many: { id: await idAt(driver, '/Photos'), count: 2, pages: 1 },
    nasty: { id: await idAt(driver, '/Film'), names: ['sample.mp4', 'sample.srt'] },
    missing: 'VNdoesNotExist000000000000o1',
  };
}
