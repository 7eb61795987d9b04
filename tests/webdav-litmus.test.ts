import { afterAll, beforeAll, describe } from 'bun:test';
import { type DavWorld, startDavWorld } from './dav-world.ts';
import { LITMUS, passes, SUITES } from './litmus.ts';
import { testWith } from './tools.ts';

let world: DavWorld;

beforeAll(async () => {
  if (LITMUS !== undefined) world = await startDavWorld();
}, 60_000);
afterAll(() => world?.stop());

for (const [storage, mount] of [
  ['a local folder', '/local'],
  ['a PikPak account', '/cloud'],
] as const) {
  describe(`litmus on ${storage}`, () => {
    for (const suite of Object.keys(SUITES) as (keyof typeof SUITES)[]) {
      testWith(LITMUS, 'litmus', `passes ${suite}`, () =>
        passes(suite, { ...world, url: `${world.dav}${mount}/` }),
      );
    }
  });
}
