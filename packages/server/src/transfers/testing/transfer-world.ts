import { normalizePath, relativeTo, ROOT } from '../../core/path.ts';
import type { Driver } from '../../core/driver.ts';
import type { Rights } from '../../core/rights.ts';
import { systemRandom } from '../../runtime/system.ts';
import { openMemoryStore } from '../../store/open.ts';
import type { Store } from '../../store/port.ts';
import { createTasks } from '../../tasks/create-tasks.ts';
import type { Task, UserTasks } from '../../tasks/task.ts';
import { type Life, mortal } from '../../tasks/testing/mortal.ts';
import { createSpool } from '../../uploads/spool.ts';
import { memoryDisk, NO_LIMITS } from '../../uploads/testing/memory-disk.ts';
import { memoryRecords } from '../../uploads/testing/memory-records.ts';
import { ctx, fakeMount, noLog } from '../../vfs/testing/fake-storage.ts';
import { shapeOf, type Shape } from '../../vfs/testing/real-tree.ts';
import { createView } from '../../vfs/user-view.ts';
import type { View } from '../../vfs/view.ts';
import { createVfs } from '../../vfs/vfs.ts';
import { settle, type FakeClock, fakeClock } from '../../../testing/fake-clock.ts';
import { beginTransfer, type TransferWish } from '../begin-transfer.ts';
import { transferKind } from '../transfer-kind.ts';

export const MEI = { id: 7, username: 'mei', admin: false, permission: 0xff, basePath: ROOT };

export interface TransferWorld {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly view: View;
  readonly tasks: UserTasks;
  begin(
    how: 'copy' | 'move',
    names: readonly string[],
    options?: TransferWish['options'],
    rights?: Rights,
  ): Promise<Task>;
  /** Lets time pass until a task has ended. */
  ended(id: string): Promise<Task>;
  shape(path: string): Promise<Shape>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Where the two are mounted; `/a` and `/b` unless said otherwise. */
  readonly mounts?: readonly [string, string];
  /** Of the process before. */
  readonly store?: Store;
  readonly clock?: FakeClock;
  /** When this process is killed. */
  readonly life?: Life;
}

/** Two storages, `/a` and `/b`, with a queue over them. Another on the same store stands for the next process. */
export async function transferWorld(
  a: Driver,
  b: Driver,
  { store: kept, clock: old, life, mounts: [first, second] = ['/a', '/b'] }: WorldOptions = {},
): Promise<TransferWorld> {
  const clock = old ?? fakeClock();
  const store = kept ?? (await openMemoryStore());
  const table = life === undefined ? store.tasks : mortal(store.tasks, life);
  const alive = (driver: Driver): Driver => (life === undefined ? driver : mortal(driver, life));
  const vfs = createVfs({ clock, log: noLog });
  vfs.mounts.mount(fakeMount(first, alive(a), { driver: 'A' }));
  vfs.mounts.mount(fakeMount(second, alive(b), { driver: 'B' }));
  const view = createView(vfs, MEI);
  const spool = await createSpool({
    disk: memoryDisk(),
    records: memoryRecords(),
    clock: fakeClock(),
    limits: () => NO_LIMITS,
    log: noLog,
  });
  const parts = { spool, clock, viewFor: async () => view };
  const kinds = [transferKind('copy', parts), transferKind('move', parts)];
  const made = createTasks({ table, kinds, clock, random: systemRandom(), log: noLog });
  const tasks = made.tasks.of(MEI);
  made.worker.start();
  return {
    store,
    clock,
    view,
    tasks,
    async begin(how, names, options = {}, rights = MEI) {
      const seen = (mount: string) => relativeTo(normalizePath(mount), rights.basePath);
      const batch = { from: seen(first), to: seen(second), names };
      const begun = await beginTransfer(
        { how, batch, options },
        { view: createView(vfs, rights), tasks: () => tasks, rights },
        ctx(),
      );
      const [task] = begun ?? [];
      if (task === undefined) throw new Error('no task was begun');
      return task;
    },
    async ended(id) {
      for (let turns = 0; turns < 200_000; turns += 1) {
        if (life?.dead === true) return new Promise(() => {}); // nobody is left to tell
        if (turns % 20 === 19) {
          const task = await tasks.get(id);
          if (task.endedAt !== undefined) return task;
          await clock.advance(task.state === 'retrying' ? 60_000 : 1000);
        }
        await settle();
      }
      throw new Error(`it does not end: ${JSON.stringify(await tasks.get(id))}`);
    },
    shape: (path) => shapeOf(view, normalizePath(path)),
    stop: () => made.worker.stop(),
  };
}
