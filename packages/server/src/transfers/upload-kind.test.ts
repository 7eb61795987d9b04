import { afterEach, describe, expect, test } from 'bun:test';
import { type FakeClock, fakeClock, settle } from '../../testing/fake-clock.ts';
import type { Driver } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { normalizePath, ROOT } from '../core/path.ts';
import { Permission, type Rights } from '../core/rights.ts';
import { createMemoryDriver } from '../drivers/memory/index.ts';
import { systemRandom } from '../runtime/system.ts';
import { openMemoryStore } from '../store/open.ts';
import type { Store } from '../store/port.ts';
import { createTasks } from '../tasks/create-tasks.ts';
import type { Task } from '../tasks/task.ts';
import { createSpool, type SpooledFile } from '../uploads/spool.ts';
import { type MemoryDisk, memoryDisk, NO_LIMITS } from '../uploads/testing/memory-disk.ts';
import { memoryRecords } from '../uploads/testing/memory-records.ts';
import { ctx, fakeMount, noLog } from '../vfs/testing/fake-storage.ts';
import { shapeOf } from '../vfs/testing/real-tree.ts';
import { createView } from '../vfs/user-view.ts';
import { createVfs } from '../vfs/vfs.ts';
import { beginUpload } from './begin-upload.ts';
import { watchHeldUploads } from './held-sweep.ts';
import { uploadKind } from './upload-kind.ts';

const MEI = { id: 7, username: 'mei', admin: false, permission: 0xff, basePath: ROOT };

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** What outlives a gateway. */
interface Lasting {
  readonly disk: MemoryDisk;
  readonly records: ReturnType<typeof memoryRecords>;
  readonly clock: FakeClock;
  readonly store: Store;
}

/** A machine on which gateways come and go: what is on its disk, its store and its storage outlive them. */
async function machine() {
  const [disk, records, clock] = [memoryDisk(), memoryRecords(), fakeClock()];
  const store = await openMemoryStore();
  const storage = createMemoryDriver({ in: {} });
  const start = (driver: Driver = storage, rights: () => Rights = () => MEI) =>
    gateway({ disk, records, clock, store }, driver, rights);
  return { disk, records, clock, store, storage, start };
}

async function gateway({ disk, records, clock, store }: Lasting, driver: Driver, rights: () => Rights) {
  const vfs = createVfs({ clock, log: noLog });
  vfs.mounts.mount(fakeMount('/m', driver));
  const spool = await createSpool({ disk, records, clock, limits: () => NO_LIMITS, log: noLog });
  const dropped: string[] = [];
  const parts = {
    held: spool.held,
    viewFor: async () => createView(vfs, rights()),
    drop: async ({ path }: { readonly path: string }) => dropped.push(path),
  };
  const made = createTasks({
    table: store.tasks,
    kinds: [uploadKind(parts)],
    clock,
    random: systemRandom(),
    log: noLog,
  });
  const ending = new AbortController();
  watchHeldUploads({ ...parts, rows: () => rowsOf(store), clock, log: noLog }, made.tasks, ending.signal);
  made.worker.start();
  const tasks = made.tasks.of(MEI);
  const view = createView(vfs, MEI);
  const stop = async (): Promise<void> => {
    spool.suspend();
    ending.abort();
    await made.worker.stop();
  };
  stops.push(stop);
  const receive = (text: string): Promise<SpooledFile> =>
    spool.receive(bodyOf(text), { owner: MEI.id }, ctx().signal);
  return {
    tasks,
    spool,
    dropped,
    stop,
    receive,
    shape: () => shapeOf(view),
    begin: async (path: string, text: string, overwrite = false): Promise<Task> => {
      const wish = { path: normalizePath(path), file: await receive(text), options: { overwrite } };
      return beginUpload(wish, { view, tasks, held: spool.held, rights: { basePath: ROOT } }, ctx());
    },
    /** The task once it is in one of these states. */
    async until(id: string, ...states: readonly Task['state'][]): Promise<Task> {
      for (let turns = 0; turns < 2_000; turns += 1) {
        const task = await tasks.get(id);
        if (states.includes(task.state)) return task;
        if (turns % 20 === 19) await clock.advance(task.state === 'retrying' ? 60_000 : 1000);
        await settle();
      }
      throw new Error(`it does not come to that: ${JSON.stringify(await tasks.get(id))}`);
    },
  };
}

async function rowsOf({ tasks }: Store) {
  const states = ['pending', 'running', 'waiting', 'retrying', 'canceling', 'failed'] as const;
  const rows = await tasks.list({ kind: 'upload', states }, { offset: 0, limit: 100 });
  return rows.map(({ payload, endedAt }) => ({ payload, failedAt: endedAt }));
}

async function quiet(): Promise<void> {
  for (let i = 0; i < 60; i++) await settle();
}

/** A storage whose uploads wait for ever, or fail. */
function withUpload(driver: Driver, upload: Driver['upload'] & object): Driver {
  return { ...driver, upload };
}

const hanging: Driver['upload'] & object = async ({ source }, { signal }) => {
  await source.journal?.save('begun');
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
};

describe('an upload as a task', () => {
  test('is stored, with true figures, and its file goes from our disk', async () => {
    const m = await machine();
    const g = await m.start();
    const task = await g.begin('/m/in/new/a b.txt', 'hello');
    expect(task).toMatchObject({ kind: 'upload', name: 'upload a b.txt to [/m](/in/new)' });
    expect(await g.until(task.id, 'succeeded', 'failed')).toMatchObject({
      state: 'succeeded',
      error: '',
      progress: { bytes: 5, totalBytes: 5 },
    });
    await quiet();
    expect(await g.shape()).toEqual({ m: { in: { new: { 'a b.txt': 5 } } } });
    expect([m.disk.content.size, m.records.rows.size, g.spool.used]).toEqual([0, 0, 0]);
  });

  test('goes on in the next process, from what its storage has kept', async () => {
    const m = await machine();
    const first = await m.start(withUpload(m.storage, hanging));
    const { id } = await first.begin('/m/in/a', 'hello');
    await first.until(id, 'running');
    await quiet();
    await first.stop();
    expect(m.disk.content.size).toBe(1);
    const seen: unknown[] = [];
    const next = await m.start(
      withUpload(m.storage, async (args, c) => {
        seen.push(await args.source.journal?.load());
        const entry = await m.storage.upload?.(args, c);
        if (entry === undefined) throw new Error('it takes no uploads');
        return entry;
      }),
    );
    expect(await next.until(id, 'succeeded', 'failed')).toMatchObject({ state: 'succeeded' });
    await quiet();
    expect([seen, await next.shape(), m.disk.content.size]).toEqual([['begun'], { m: { in: { a: 5 } } }, 0]);
  });

  test('tries again what may pass, and says so meanwhile', async () => {
    const m = await machine();
    let tries = 0;
    const g = await m.start(
      withUpload(m.storage, async (args, c) => {
        tries += 1;
        expect(args.source.journal?.triesAgain).toBe(true);
        if (tries < 3) throw new StorageError('unavailable', 'no line', { retry: 'later' });
        return (await m.storage.upload?.(args, c)) ?? Promise.reject(new Error('it takes no uploads'));
      }),
    );
    const { id } = await g.begin('/m/in/a', 'hello');
    expect(await g.until(id, 'retrying')).toMatchObject({ error: 'no line' });
    expect(await g.until(id, 'succeeded', 'failed')).toMatchObject({ state: 'succeeded' });
    expect(tries).toBe(3);
  });

  test('looks at its owner’s rights when it is taken up, and can be tried again for a day', async () => {
    const m = await machine();
    let rights: Rights = { ...MEI, permission: 0xff & ~Permission.write };
    const g = await m.start(m.storage, () => rights);
    const { id } = await g.begin('/m/in/a', 'hello');
    expect(await g.until(id, 'failed', 'succeeded')).toMatchObject({
      state: 'failed',
      error: 'permission denied',
    });
    await quiet();
    expect([await g.shape(), m.disk.content.size]).toEqual([{ m: { in: {} } }, 1]);
    rights = MEI;
    await g.tasks.retry(id);
    expect(await g.until(id, 'failed', 'succeeded')).toMatchObject({ state: 'succeeded' });
    await quiet();
    expect([await g.shape(), m.disk.content.size]).toEqual([{ m: { in: { a: 5 } } }, 0]);
  });

  test('that has failed gives its room back when it is forgotten, or a day later', async () => {
    const m = await machine();
    const g = await m.start(m.storage, () => ({ ...MEI, permission: 0 }));
    const [one, two] = [await g.begin('/m/in/a', 'one'), await g.begin('/m/in/b', 'two')];
    await g.until(one.id, 'failed');
    await g.until(two.id, 'failed');
    await g.tasks.remove(one.id);
    await quiet();
    expect(m.disk.content.size).toBe(1);
    await g.stop();
    await m.clock.advance(25 * 3_600_000);
    await m.start();
    await quiet();
    expect([m.disk.content.size, m.records.rows.size]).toEqual([0, 0]);
  });

  test('that is cancelled leaves nothing, here or there', async () => {
    const m = await machine();
    const g = await m.start(withUpload(m.storage, hanging));
    const { id } = await g.begin('/m/in/a', 'hello');
    await g.until(id, 'running');
    await quiet();
    await g.tasks.cancel(id);
    expect(await g.until(id, 'canceled', 'succeeded')).toMatchObject({ state: 'canceled' });
    await quiet();
    expect([m.disk.content.size, await g.shape()]).toEqual([0, { m: { in: {} } }]);
    expect(g.dropped).toContain('/m/in/a');
  });

  test('whose gateway died before it was written down leaves no file', async () => {
    const m = await machine();
    const first = await m.start();
    await first.spool.held.hold(await first.receive('hello'));
    await quiet();
    expect(m.disk.content.size).toBe(1); // the task may be written at any moment
    await first.stop();
    await m.start();
    await quiet();
    expect([m.disk.content.size, m.records.rows.size]).toEqual([0, 0]);
  });

  test('says so when its bytes are gone', async () => {
    const m = await machine();
    const first = await m.start(withUpload(m.storage, hanging));
    const { id } = await first.begin('/m/in/a', 'hello');
    await first.until(id, 'running');
    await first.stop();
    m.disk.content.clear();
    const next = await m.start();
    expect(await next.until(id, 'failed', 'succeeded')).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('Upload the file again') as unknown,
    });
  });
});
