import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../../testing/fake-clock.ts';
import type { Call, Ctx, Driver } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { normalizePath as at } from '../../core/path.ts';
import type { MemoryTree } from '../../drivers/memory/index.ts';
import { ctx, fakeMount, noLog } from '../testing/fake-storage.ts';
import { layeredMount, LOCAL, MEMORY, type Shape, shapeOf, viewFor } from '../testing/real-tree.ts';
import type { View } from '../view.ts';
import { createVfs, type Vfs } from '../vfs.ts';
import type { Intents, NotedIntent } from './intents.ts';
import { repairAll } from './repairing.ts';

/** What is on disk, whichever process writes it. */
class Notes implements Intents {
  readonly kept = new Map<string, string>();
  async save(noted: NotedIntent): Promise<void> {
    this.kept.set(noted.id, JSON.stringify(noted));
  }
  async remove(id: string): Promise<void> {
    this.kept.delete(id);
  }
  all(): NotedIntent[] {
    return [...this.kept.values()].map((text) => JSON.parse(text));
  }
}

/** A driver in a process that ends when its `lives`-th change was made. */
function mortal(driver: Driver, lives: number): { readonly driver: Driver; readonly died: Promise<'died'> } {
  const { promise: died, resolve: die } = Promise.withResolvers<'died'>();
  let left = lives;
  const change =
    <A, R>(run: ((args: A, c: Ctx) => Promise<R>) | undefined) =>
    async (args: A, c: Ctx): Promise<R> => {
      if (run === undefined) throw new Error('the driver lacks it');
      if (left <= 0) return new Promise<never>(() => {});
      const answer = await run(args, c);
      left -= 1;
      if (left > 0) return answer;
      die('died');
      return new Promise<never>(() => {});
    };
  const changes = {
    mkdir: change(driver.mkdir?.bind(driver)),
    rename: change(driver.rename?.bind(driver)),
    move: change(driver.move?.bind(driver)),
    copy: change(driver.copy?.bind(driver)),
    remove: change(driver.remove?.bind(driver)),
  };
  return { died, driver: { ...driver, ...changes } };
}

function treeOn(driver: Driver, intents: Intents): Vfs {
  const vfs = createVfs({ clock: fakeClock(), log: noLog, intents });
  vfs.mounts.mount(layeredMount('/', driver));
  return vfs;
}

const repaired = (vfs: Vfs, notes: Notes, clock = fakeClock()): Promise<void> =>
  repairAll(
    notes.all(),
    { repair: (one: NotedIntent, c: Ctx) => vfs.changes.repair(one, c), intents: notes, clock, log: noLog },
    ctx().signal,
  );

const CONTENT: MemoryTree = {
  in: { a: '1', dir: { f: '22' } },
  out: { a: '333', b: '4444', dir: { g: '5' } },
};

const CHANGES: readonly [string, (view: View) => Promise<unknown>][] = [
  [
    'a move',
    (view) => view.move({ from: at('/in'), names: ['a'], to: at('/out') }, { overwrite: true }, ctx()),
  ],
  [
    'a copy',
    (view) => view.copy({ from: at('/in'), names: ['a'], to: at('/out') }, { overwrite: true }, ctx()),
  ],
  [
    'a move of a folder',
    (view) => view.move({ from: at('/in'), names: ['dir'], to: at('/out') }, { overwrite: true }, ctx()),
  ],
  [
    'a rename',
    (view) => view.relocate({ op: 'move', from: at('/out/a'), to: at('/out/b'), overwrite: true }, ctx()),
  ],
  [
    'a move to another name',
    (view) => view.relocate({ op: 'move', from: at('/in/a'), to: at('/out/c') }, ctx()),
  ],
  [
    'a copy to another name',
    (view) => view.relocate({ op: 'copy', from: at('/in/a'), to: at('/out/c') }, ctx()),
  ],
  [
    'a move over another name',
    (view) => view.relocate({ op: 'move', from: at('/in/a'), to: at('/out/b'), overwrite: true }, ctx()),
  ],
  [
    'a copy over another name',
    (view) => view.relocate({ op: 'copy', from: at('/in/a'), to: at('/out/b'), overwrite: true }, ctx()),
  ],
];

describe.each([MEMORY, LOCAL])('on $kind, a process that is killed', (kind) => {
  test.each(CHANGES)(
    'in %s leaves all as before or as after, once the next one has started',
    async (_, change) => {
      const shapes: Shape[] = [];
      let ended = false;
      const MOST_STEPS = 12;
      for (let lives = 1; !ended && lives <= MOST_STEPS; lives += 1) {
        const { driver, dispose } = await kind.make(CONTENT);
        try {
          const notes = new Notes();
          const first = mortal(driver, lives);
          const done = change(viewFor(treeOn(first.driver, notes))).then(() => 'done' as const);
          ended = (await Promise.race([first.died, done])) === 'done';
          if (ended) expect(notes.all()).toEqual([]);
          const vfs = treeOn(driver, notes);
          await repaired(vfs, notes);
          expect(notes.all()).toEqual([]);
          shapes.push(await shapeOf(viewFor(vfs)));
        } finally {
          await dispose();
        }
      }
      expect(ended).toBe(true);
      const before: Shape = { in: { a: 1, dir: { f: 2 } }, out: { a: 3, b: 4, dir: { g: 1 } } };
      const after = shapes.at(-1);
      for (const shape of shapes) expect([before, after]).toContainEqual(shape);
    },
  );
});

describe('putting right', () => {
  const note = (notes: Notes, vfs: Vfs): Promise<void> =>
    notes.save({
      id: 'x',
      storageId: vfs.mounts.all()[0]?.record.id ?? 0,
      intent: {
        kind: 'replace',
        dir: { id: vfs.mounts.all()[0]?.driver.root ?? '', path: '/' },
        name: 'a',
        aside: 'a.replaced-1',
        coming: { kind: 'file', size: 5 },
      },
    });

  test('removes nothing when something else has come under the name', async () => {
    const { driver } = await MEMORY.make({ a: 'theirs', 'a.replaced-1': 'old' });
    const notes = new Notes();
    const vfs = treeOn(driver, notes);
    await note(notes, vfs);
    await repaired(vfs, notes);
    expect([await shapeOf(viewFor(vfs)), notes.all()]).toEqual([{ a: 6, 'a.replaced-1': 3 }, []]);
  });

  test('waits for a storage that can’t be asked, and tries again', async () => {
    const { driver } = await MEMORY.make({ 'a.replaced-1': 'old' });
    let isDown = true;
    const list: Call<'list'> = (args, c) =>
      isDown
        ? Promise.reject(new StorageError('unavailable', 'down', { retry: 'later' }))
        : driver.list(args, c);
    const notes = new Notes();
    const vfs = createVfs({ clock: fakeClock(), log: noLog, intents: notes });
    vfs.mounts.mount(fakeMount('/', { ...driver, list })); // no layer that tries again by itself
    await note(notes, vfs);
    const clock = fakeClock();
    const over = repaired(vfs, notes, clock);
    await clock.advance(0);
    expect(notes.all()).toHaveLength(1);
    isDown = false;
    await clock.advance(60_000);
    await over;
    expect([await shapeOf(viewFor(vfs)), notes.all()]).toEqual([{ a: 3 }, []]);
  });

  test('lets go of what it can’t read', async () => {
    const { driver } = await MEMORY.make({ a: '1' });
    const notes = new Notes();
    const vfs = treeOn(driver, notes);
    const options = {
      repair: (one: NotedIntent, c: Ctx) => vfs.changes.repair(one, c),
      intents: notes,
      clock: fakeClock(),
      log: noLog,
    };
    notes.kept.set('x', '');
    await repairAll([{ id: 'x', storageId: 1, intent: { kind: 'else' } }], options, ctx().signal);
    expect([await shapeOf(viewFor(vfs)), notes.kept.size]).toEqual([{ a: 1 }, 0]);
  });
});
