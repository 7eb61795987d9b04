import { afterEach, describe, expect, test } from 'bun:test';
import type { Driver } from '../core/driver.ts';
import type { Entry } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import { normalizePath } from '../core/path.ts';
import { Permission } from '../core/rights.ts';
import { createMemoryDriver, type MemoryTree } from '../drivers/memory/index.ts';
import { lifeOf } from '../tasks/testing/mortal.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { sourceOf } from '../../testing/model/subject.ts';
import { ctx } from '../vfs/testing/fake-storage.ts';
import { MEI, type TransferWorld, transferWorld, type WorldOptions } from './testing/transfer-world.ts';

const TREE: MemoryTree = {
  Film: { 'a.mp4': 'aaaa', Extras: { 'b.srt': 'bb', empty: {} } },
  'single.txt': 'x',
};
const SHAPE = { Film: { 'a.mp4': 4, Extras: { 'b.srt': 2, empty: {} } } };
const memory = (tree: MemoryTree = {}): Driver => createMemoryDriver(tree, { now: () => 0, pageSize: 3 });

const worlds: TransferWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});
async function start(a: Driver, b: Driver, options: WorldOptions = {}): Promise<TransferWorld> {
  const world = await transferWorld(a, b, options);
  worlds.push(world);
  return world;
}

/** A driver whose uploads fail now and then, before or after they were carried out. */
function flaky(driver: Driver, fails: (n: number) => boolean): Driver {
  let calls = 0;
  return new Proxy(driver, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'upload') return value.bind(target);
      return async (...args: unknown[]) => {
        const n = ++calls;
        if (fails(n) && n % 2 === 0) throw broken();
        const done: unknown = await Reflect.apply(value, target, args);
        if (fails(n)) throw broken();
        return done;
      };
    },
  });
}

const broken = (): StorageError => new StorageError('unavailable', 'The line broke.', { retry: 'later' });

/** A driver that lets something happen when a file of this name has been put. */
function afterUpload(driver: Driver, name: string, then: () => Promise<void>): Driver {
  return new Proxy(driver, {
    get(target, member) {
      const value: unknown = Reflect.get(target, member);
      if (typeof value !== 'function') return value;
      return async (args: { readonly name?: string }, ...rest: unknown[]) => {
        const done: unknown = await Reflect.apply(value, target, [args, ...rest]);
        if (member === 'upload' && args.name === name) await then();
        return done;
      };
    },
  });
}

/** Puts a file into /Film/Extras past the gateway, in place of what has its name. */
async function put(driver: Driver, name: string, content: string): Promise<void> {
  let dir = driver.root;
  for (const folder of ['Film', 'Extras']) dir = (await childOf(driver, dir, folder))?.id ?? '';
  const old = await childOf(driver, dir, name);
  if (old !== undefined) await driver.remove?.({ ids: [old.id], mode: 'purge' }, ctx());
  await driver.upload?.({ dir, name, source: sourceOf(content) }, ctx());
}

async function childOf(driver: Driver, dir: string, name: string): Promise<Entry | undefined> {
  return (await driver.list({ dir }, ctx())).entries.find((entry) => entry.name === name);
}

describe('a copy to another storage', () => {
  test('brings the whole tree, empty folders too, and tells how far it is', async () => {
    const world = await start(memory(TREE), memory());
    const { id, name } = await world.begin('copy', ['Film']);
    expect(name).toBe('copy [/a](/Film) to [/b](/)');
    expect(await world.ended(id)).toMatchObject({
      state: 'succeeded',
      status: '5 there',
      progress: { items: 5, totalItems: 5, bytes: 6, totalBytes: 6 },
    });
    expect(await world.shape('/b')).toEqual(SHAPE);
    expect(await world.shape('/a')).toEqual({ ...SHAPE, 'single.txt': 1 });
    expect((await world.tasks.items(id, { limit: 10 })).map(({ key, state }) => [key, state])).toContainEqual(
      ['/Film/a.mp4', 'done'],
    );
  });

  test('of someone who is confined names no path above', async () => {
    const world = await transferWorld(memory({ home: { 'x.txt': 'x' } }), memory(), {
      mounts: ['/u/mei/a', '/u/mei/b'],
    });
    worlds.push(world);
    const confined = { ...MEI, basePath: normalizePath('/u/mei') };
    const { name } = await world.begin('copy', ['home'], {}, confined);
    expect(name).toBe('copy [/a](/home) to [/b](/)');
  });

  test('is refused before it begins where a name is taken, a right is missing or the target takes nothing', async () => {
    const { upload: _, ...closed } = { ...bound(memory()) };
    const world = await start(memory(TREE), memory({ Film: {} }));
    expect(world.begin('copy', ['Film'])).rejects.toMatchObject({
      code: 'exists',
      message: 'file [Film] exists',
    });
    expect(world.begin('copy', ['nope'])).rejects.toMatchObject({ code: 'not_found' });
    const full = await start(memory(TREE), closed);
    expect(full.begin('copy', ['Film'])).rejects.toMatchObject({ code: 'unsupported' });
    expect((await world.tasks.list({})).total).toBe(0);
  });

  test.each([
    ['overwrite', { overwrite: true }, { 'a.txt': 3, 'b.txt': 1 }],
    ['skip', { skipExisting: true }, { 'a.txt': 1, 'b.txt': 1 }],
    ['rename', { rename: true }, { 'a.txt': 1, 'a(1).txt': 3, 'b.txt': 1 }],
  ] as const)('does as was asked where names are taken: %s', async (_, options, dir) => {
    const world = await start(
      memory({ Dir: { 'a.txt': 'new', 'b.txt': 'b' } }),
      memory({ Dir: { 'a.txt': 'o' } }),
    );
    await world.ended((await world.begin('copy', ['Dir'], options)).id);
    expect(await world.shape('/b')).toEqual({ Dir: dir });
  });

  test('of 1 000 files with 5 % of faults ends complete', async () => {
    const files = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, `${i}`]));
    const world = await start(
      memory({ Big: files }),
      flaky(memory(), (n) => n % 20 === 0 || n % 20 === 1),
    );
    const task = await world.ended((await world.begin('copy', ['Big'])).id);
    expect(task).toMatchObject({ state: 'succeeded', status: '1001 there' });
    expect(Object.keys((await world.shape('/b'))['Big'] ?? {}).length).toBe(1000);
  });

  test('says which file could not go, and takes it up again when asked', async () => {
    let closed = true;
    const target = memory();
    const driver = new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (args: { readonly name?: string }, ...rest: unknown[]) => {
          if (name === 'upload' && args.name === 'b.srt' && closed)
            return Promise.reject(new StorageError('invalid_name', 'No such names.'));
          return Reflect.apply(value, target, [args, ...rest]) as unknown;
        };
      },
    });
    const world = await start(memory(TREE), driver);
    const { id } = await world.begin('copy', ['Film']);
    const failed = await world.ended(id);
    expect(failed.state).toBe('failed');
    expect(failed.error).toContain('1 of 5 could not go: /Film/Extras/b.srt: No such names.');
    closed = false;
    await world.tasks.retry(id);
    expect((await world.ended(id)).state).toBe('succeeded');
    expect(await world.shape('/b')).toEqual(SHAPE);
  });
});

describe('a move to another storage', () => {
  test('takes the sources away when all has arrived', async () => {
    const world = await start(memory(TREE), memory());
    expect(await world.ended((await world.begin('move', ['Film'])).id)).toMatchObject({ state: 'succeeded' });
    expect(await world.shape('/b')).toEqual(SHAPE);
    expect(await world.shape('/a')).toEqual({ 'single.txt': 1 });
  });

  test('leaves what was left out, and takes the rest away', async () => {
    const tree = { Dir: { 'a.txt': 'new', 'b.txt': 'b', Sub: { 'c.txt': 'c' } } };
    const world = await start(memory(tree), memory({ Dir: { 'a.txt': 'o' } }));
    await world.ended((await world.begin('move', ['Dir'], { skipExisting: true })).id);
    expect(await world.shape('/a')).toEqual({ Dir: { 'a.txt': 3 } });
    expect(await world.shape('/b')).toEqual({ Dir: { 'a.txt': 1, 'b.txt': 1, Sub: { 'c.txt': 1 } } });
  });

  test('takes files away whose time is far ahead', async () => {
    const source = createMemoryDriver(TREE, { now: () => Number.MAX_SAFE_INTEGER });
    const world = await start(source, memory());
    expect(await world.ended((await world.begin('move', ['Film'])).id)).toMatchObject({ error: '' });
    expect(await world.shape('/a')).toEqual({ 'single.txt': 1 });
  });

  test.each([
    ['came into a folder', 'new.txt', 'n', { Film: { Extras: { 'new.txt': 1 } }, 'single.txt': 1 }],
    ['was changed', 'b.srt', 'changed', { Film: { Extras: { 'b.srt': 7 } }, 'single.txt': 1 }],
    ['was changed to as many bytes', 'b.srt', 'BB', { Film: { Extras: { 'b.srt': 2 } }, 'single.txt': 1 }],
  ])('keeps what %s after the rest was copied, and says so', async (_, name, content, left) => {
    let now = 0;
    const source = createMemoryDriver(TREE, { now: () => now, pageSize: 3 });
    const target = afterUpload(memory(), 'b.srt', async () => {
      now = fakeClock().now() + 60_000;
      await put(source, name, content);
    });
    const world = await start(source, target);
    const task = await world.ended((await world.begin('move', ['Film'])).id);
    expect(task.state).toBe('succeeded');
    expect(task.error).toContain('1 stay where they were');
    expect(await world.shape('/a')).toEqual(left);
    expect(await world.shape('/b')).toEqual(SHAPE);
  });
});

describe('killed at any point, and begun again', () => {
  test.each([
    ['copy', false],
    ['copy', true],
    ['move', false],
    ['move', true],
  ] as const)(
    'a %s ends right, nothing lost and nothing twice (last call carried out: %p)',
    async (how, lastIsDone) => {
      let points = 0;
      for (let calls = 3; ; calls += 1) {
        const [a, b] = [memory(TREE), memory()];
        const life = lifeOf(calls, lastIsDone);
        const first = await transferWorld(a, b, { life });
        const begun = await Promise.race([first.begin(how, ['Film']), died(life)]);
        if (begun === undefined) continue;
        const ended = await Promise.race([first.ended(begun.id).then(() => true), died(life)]);
        if (ended === true) break; // it lived long enough
        points += 1;
        const second = await transferWorld(a, b, { store: first.store, clock: first.clock });
        worlds.push(second);
        const task = await second.ended(begun.id);
        expect({ calls, state: task.state, error: task.error }).toEqual({
          calls,
          state: 'succeeded',
          error: '',
        });
        expect({ calls, shape: await second.shape('/b') }).toEqual({ calls, shape: SHAPE });
        const left = how === 'copy' ? { ...SHAPE, 'single.txt': 1 } : { 'single.txt': 1 };
        expect({ calls, shape: await second.shape('/a') }).toEqual({ calls, shape: left });
        await worlds.pop()?.stop();
      }
      expect(points).toBeGreaterThan(25);
    },
  );
});

/** Resolves to undefined when the process has died. */
async function died(life: { readonly dead: boolean }): Promise<undefined> {
  while (!life.dead) await new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  return undefined;
}

function bound(driver: Driver): Driver {
  const plain: Record<string, unknown> = { kind: driver.kind, root: driver.root, traits: driver.traits };
  for (const name of ['list', 'stat', 'read', 'mkdir', 'remove', 'close'] as const)
    plain[name] = driver[name]?.bind(driver);
  return plain as unknown as Driver;
}

test('rights: who may not remove can not move to another storage, nor copy without the right to', async () => {
  const world = await start(memory(TREE), memory());
  const without = (bit: number) => ({ ...MEI, permission: MEI.permission & ~bit });
  expect(world.begin('move', ['Film'], {}, without(Permission.remove))).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect(world.begin('move', ['Film'], {}, without(Permission.move))).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect(world.begin('copy', ['Film'], {}, without(Permission.copy))).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect(world.begin('copy', ['Film'], {}, without(Permission.write))).rejects.toMatchObject({
    code: 'unsupported',
  });
});
