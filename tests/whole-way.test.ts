import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { request } from 'node:http';
import type { Sandbox } from '@sluice/sandbox';
import type { Clock } from '../packages/server/src/core/runtime.ts';
import { systemClock } from '../packages/server/src/runtime/system.ts';
import { testWith } from './tools.ts';
import { startWorld, type World } from './world.ts';

const BIG = '/one/Big/4GiB.bin';
const TWO_HOURS_MS = 2 * 3_600_000;
const curl = Bun.which('curl') ?? undefined;

/** Bytes of the generated file: byte i is i mod 251. */
function pattern(start: number, end: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: end - start }, (_, index) => (start + index) % 251));
}

/** The sandbox's own time, so that advancing it ends the gateway's tokens too. */
function sharedClock(sandbox: Sandbox): Clock {
  return {
    now: () => sandbox.clock.now(),
    sleep: (ms, signal) => systemClock().sleep(ms, signal),
  };
}

describe('from a client through the gateway to the cloud', () => {
  let world: World;

  async function signed(path: string): Promise<string> {
    const { data: file } = await world.call('/fs/get', { path });
    return `${world.url}/p${encodeURI(path)}?sign=${file.sign}`;
  }

  beforeAll(async () => {
    world = await startWorld(sharedClock);
    const account = { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' };
    for (const path of ['/one', '/two']) await world.add(path, account);
  });

  afterAll(() => world.stop());

  test('two storages of one login cause one sign-in', async () => {
    expect(await world.call('/fs/list', { path: '/one' })).toMatchObject({ code: 200 });
    expect(await world.call('/fs/list', { path: '/two' })).toMatchObject({ code: 200 });
    expect(world.sandbox.stats().signIns).toBe(1);
  });

  testWith(curl, 'curl', 'curl -r 1000-1999 through /p has the bytes of the cloud', async () => {
    const child = Bun.spawn([curl ?? '', '--silent', '--fail', '--range', '1000-1999', await signed(BIG)]);
    const got = Buffer.from(await new Response(child.stdout).arrayBuffer());
    expect(await child.exited).toBe(0);
    expect(got.equals(pattern(1000, 2000))).toBe(true);
  });

  test('a client that leaves in mid-film frees the cloud’s connection within a second', async () => {
    const address = await signed(BIG);
    const left = Promise.withResolvers<void>();
    const client = request(address, (response) => {
      response.once('data', () => {
        expect(world.sandbox.stats().openCdnConnections).toBe(1);
        client.destroy();
        left.resolve();
      });
      response.on('error', () => {}); // the cut is ours
    });
    client.on('error', () => {});
    client.end();
    await left.promise;
    const deadline = performance.now() + 1000;
    while (world.sandbox.stats().openCdnConnections > 0 && performance.now() < deadline) await Bun.sleep(10);
    expect(world.sandbox.stats().openCdnConnections).toBe(0);
  });

  test('a hundred requests with an expired token cause one refresh', async () => {
    const before = world.sandbox.stats().refreshes;
    world.sandbox.clock.advance(TWO_HOURS_MS + 60_000);
    await world.signIn();
    const folders = ['Movies', 'Music', 'Photos', 'Documents', 'Big'];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        world.call('/fs/list', {
          path: `/${index % 2 === 0 ? 'one' : 'two'}/${folders[index % folders.length]}`,
        }),
      ),
    );
    expect(answers.map(({ code }) => code)).toEqual(Array.from({ length: 100 }, () => 200));
    expect(world.sandbox.stats().refreshes).toBe(before + 1);
    expect(world.sandbox.stats().signIns).toBe(1);
  });
});
