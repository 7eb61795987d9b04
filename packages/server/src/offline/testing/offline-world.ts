import { normalizePath, ROOT } from '../../core/path.ts';
import { Readable } from 'node:stream';
import type { Ctx, Driver } from '../../core/driver.ts';
import type { HttpClient } from '../../core/http-client.ts';
import type { Rights } from '../../core/rights.ts';
import { systemRandom } from '../../runtime/system.ts';
import { openMemoryStore } from '../../store/open.ts';
import type { Store } from '../../store/port.ts';
import { createTasks } from '../../tasks/create-tasks.ts';
import { type Life, mortal } from '../../tasks/testing/mortal.ts';
import { quiet } from '../../tasks/testing/task-world.ts';
import type { Tasks, UserTasks } from '../../tasks/task.ts';
import type { Worker } from '../../tasks/worker.ts';
import { ctx, fakeMount } from '../../vfs/testing/fake-storage.ts';
import { createView } from '../../vfs/user-view.ts';
import type { View } from '../../vfs/view.ts';
import { createVfs } from '../../vfs/vfs.ts';
import { createMemoryDriver } from '../../drivers/memory/index.ts';
import { type FakeClock, fakeClock } from '../../../testing/fake-clock.ts';
import { createCloudTool } from '../cloud-tool.ts';
import { createOfflineDownloads, type OfflineDownloads, type OfflineWish } from '../offline-downloads.ts';
import { feedKind } from '../feeds/feed-kind.ts';
import { createFeeds, type Feeds } from '../feeds/feeds.ts';
import { offlineKind } from '../offline-kind.ts';
import type { OfflineTool } from '../tool.ts';
import { type FakeCloud, fakeCloud } from './fake-cloud.ts';

export const MEI = { id: 7, username: 'mei', admin: false, permission: 0xff, basePath: ROOT };

const LOG = { debug() {}, info() {}, warn() {}, error() {} };

export interface OfflineWorld {
  readonly clock: FakeClock;
  readonly store: Store;
  readonly cloud: FakeCloud;
  readonly view: View;
  readonly viewOf: (rights: Rights) => View;
  /** Changes what the owner of tasks may do from now on. */
  readonly restrict: (rights: Partial<Rights>) => void;
  readonly tasks: UserTasks;
  readonly offline: OfflineDownloads;
  readonly feeds: Feeds;
  readonly worker: Worker;
  /** Begins a download into `/cloud/Inbox`. */
  add(
    url: string,
    more?: {
      readonly path?: string;
      readonly tool?: string;
      readonly after?: OfflineWish['after'];
      readonly rights?: Partial<Rights>;
    },
  ): Promise<string>;
  /** Moves time on by steps, so that everything that falls due in between happens. */
  pass(ms: number): Promise<void>;
  /** Names in a folder, as anyone lists it, without a refresh. */
  names(path?: string): Promise<readonly string[]>;
  /** The same store and cloud under another worker. */
  restart(): Promise<OfflineWorld>;
  close(): Promise<void>;
}

/** A gateway with a cloud at `/cloud` and a disk at `/disk`, on a clock that stands. */
export async function offlineWorld(extra: readonly OfflineTool[] = [], life?: Life): Promise<OfflineWorld> {
  const clock = fakeClock();
  const disk = createMemoryDriver({ Inbox: {} }, { now: () => 0 });
  const ground = { clock, store: await openMemoryStore(), cloud: fakeCloud(clock), disk, extra };
  return worldOn(life === undefined ? ground : { ...ground, life });
}

interface Ground {
  readonly clock: FakeClock;
  readonly store: Store;
  readonly cloud: FakeCloud;
  readonly disk: Driver;
  readonly extra: readonly OfflineTool[];
  /** What the owner may see by the time its task runs, where that is another than now. */
  viewNow?: View;
  /** When this process is killed. */
  readonly life?: Life;
}

async function worldOn(ground: Ground): Promise<OfflineWorld> {
  const { clock, store, cloud, disk, extra, life } = ground;
  const table = life === undefined ? store.tasks : mortal(store.tasks, life);
  const alive = (driver: Driver): Driver => (life === undefined ? driver : mortal(driver, life));
  const vfs = createVfs({ clock, log: LOG });
  vfs.mounts.mount(fakeMount('/cloud', alive(cloud.driver), { driver: 'Cloud' }));
  vfs.mounts.mount(fakeMount('/disk', alive(disk), { driver: 'Disk' }));
  const view = createView(vfs, MEI);
  const mounts = () =>
    vfs.mounts.all().flatMap(({ record }) => (record.driver === 'Cloud' ? [record.mountPath] : []));
  const web: HttpClient = {
    request: async () => ({ status: 200, headers: {}, body: Readable.from([Buffer.from(cloud.feed)]) }),
  };
  const tools = [createCloudTool({ kind: 'Cloud', shownAs: 'Cloud', mounts, clock }), ...extra];
  const notifier = { tell: async (url: string, body: object) => cloud.webhook(url, body) };
  const offline = createOfflineDownloads(tools);
  const feedTools = {
    client: web,
    clock,
    add: async (_: unknown, wish: OfflineWish, at: Ctx): Promise<void> =>
      void (await offline.add(
        wish,
        { view: ground.viewNow ?? view, tasks: made.tasks.of(MEI), basePath: ROOT },
        at,
      )),
  };
  const kinds = [
    offlineKind({ tools, viewFor: async () => ground.viewNow ?? view, notifier }),
    feedKind(feedTools),
  ];
  const made: { readonly tasks: Tasks; readonly worker: Worker } = createTasks({
    table,
    kinds,
    clock,
    random: systemRandom(),
    log: LOG,
  });
  const tasks = made.tasks.of(MEI);
  const feeds = createFeeds({ client: web, offline });
  made.worker.start();
  return {
    clock,
    store,
    cloud,
    view,
    viewOf: (rights) => createView(vfs, rights),
    restrict: (rights) => void (ground.viewNow = createView(vfs, { ...MEI, ...rights })),
    tasks,
    offline,
    feeds,
    worker: made.worker,
    async add(url, { path = '/cloud/Inbox', tool = 'Cloud', rights = {}, after } = {}) {
      const user = { ...MEI, ...rights };
      const asked = { view: createView(vfs, user), tasks, basePath: user.basePath };
      const [task] = await offline.add(
        { path, urls: [url], tool, ...(after === undefined ? {} : { after }) },
        asked,
        ctx(),
      );
      await quiet();
      return task?.id ?? '';
    },
    async pass(ms) {
      for (let left = ms; left > 0; left -= 1000) {
        await clock.advance(Math.min(1000, left));
        await quiet();
      }
    },
    async names(path = '/cloud/Inbox') {
      const { nodes } = await view.list(normalizePath(path), {}, ctx());
      return nodes.map(({ entry }) => entry.name).sort();
    },
    async restart() {
      const { life: over, ...rest } = ground;
      if (over?.dead !== true) await made.worker.stop();
      return worldOn(rest);
    },
    async close() {
      await made.worker.stop();
      await store.close();
    },
  };
}
