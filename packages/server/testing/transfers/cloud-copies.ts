import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { createSandboxMaker, type FaultRule, type InProcessSandbox } from '@sluice/sandbox';
import { createAccounts } from '../../src/accounts/registry.ts';
import type { Driver, DriverType, Env } from '../../src/core/driver.ts';
import type { HttpClient, HttpRequest } from '../../src/core/http-client.ts';
import { normalizePath, ROOT } from '../../src/core/path.ts';
import { localDriverType } from '../../src/drivers/local/index.ts';
import { pikpakDriverType } from '../../src/drivers/pikpak/index.ts';
import { DEMO, tableOver } from '../../src/drivers/pikpak/testing/sandbox-world.ts';
import { createCacheStore } from '../../src/layers/cache-store.ts';
import { openMount } from '../../src/storages/mounting.ts';
import { createPaces } from '../../src/storages/paces.ts';
import { createCloudTool } from '../../src/offline/cloud-tool.ts';
import { createHttpTool } from '../../src/offline/http-tool.ts';
import { createOfflineDownloads } from '../../src/offline/offline-downloads.ts';
import { offlineKind } from '../../src/offline/offline-kind.ts';
import { openMemoryStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/port.ts';
import { createTasks } from '../../src/tasks/create-tasks.ts';
import { type Life, mortal } from '../../src/tasks/testing/mortal.ts';
import type { TaskRow } from '../../src/store/task-port.ts';
import { beginTransfer } from '../../src/transfers/begin-transfer.ts';
import { transferKind } from '../../src/transfers/transfer-kind.ts';
import { type DiskFile, openSpoolDisk, type SpoolDisk } from '../../src/uploads/disk.ts';
import { createSpool } from '../../src/uploads/spool.ts';
import { NO_LIMITS } from '../../src/uploads/testing/memory-disk.ts';
import { memoryRecords } from '../../src/uploads/testing/memory-records.ts';
import { createView } from '../../src/vfs/user-view.ts';
import { createVfs } from '../../src/vfs/vfs.ts';
import { CloudLine } from '../model/cloud-line.ts';
import { gcidOf } from '../model/gcid.ts';
import { QUIET, recordOf, steadyRandom } from '../model/subject.ts';
import { VirtualTime } from '../model/virtual-time.ts';

/** When the files were last changed, in seconds since the epoch: before virtual time begins. */
const WRITTEN = Date.UTC(2025, 0, 1) / 1000;

const USER = { id: 1, username: 'admin', admin: true, permission: 0, basePath: ROOT };

/** A folder of this machine and an emulated cloud, which outlive the gateways that copy between them. */
export interface CopyWorld {
  readonly time: VirtualTime;
  readonly sandbox: InProcessSandbox;
  readonly folder: string;
  readonly store: Store;
  /** A gateway with the folder at `/disk` and the cloud at `/cloud`. With a `life` it dies when that is over. */
  gateway(options?: GatewayOptions): Promise<CopyGateway>;
  /** What is whole in the cloud: how often a path is there, and with which content. */
  inCloud(): ReadonlyMap<string, readonly string[]>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly life?: Life;
  /** Which fault strikes a request to the cloud, by its number from 0. */
  readonly faultOf?: (request: number) => FaultRule | undefined;
  /** Told of each request to the cloud. */
  readonly seen?: (request: HttpRequest) => void;
}

/** A tree of the disk into the cloud, or a link fetched into it by a tool. */
export type Wish =
  | { readonly how: 'copy' | 'move'; readonly names: readonly string[] }
  | { readonly how: 'PikPak' | 'SimpleHttp'; readonly url: string };

/** What every address answers that the gateway itself fetches. */
export const FETCHED = 'what the server sends';

export interface CopyGateway {
  /** Begins what was wished for. Undefined when the gateway died first. */
  begin(wish: Wish): Promise<string | undefined>;
  /** Lets time pass until the task has ended; undefined when the gateway died first. */
  ended(id: string): Promise<Pick<TaskRow, 'state' | 'error'> | undefined>;
  stop(): Promise<void>;
}

/** @param content of the folder: texts by paths */
export async function copyWorld(
  content: Readonly<Record<string, string>>,
  make = createSandboxMaker(),
): Promise<CopyWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-copies-'));
  for (const dir of new Set(Object.keys(content).map((path) => dirname(path))))
    await mkdir(join(folder, 'disk', dir), { recursive: true });
  for (const [path, text] of Object.entries(content)) {
    await writeFile(join(folder, 'disk', path), text);
    await utimes(join(folder, 'disk', path), WRITTEN, WRITTEN);
  }
  const time = new VirtualTime();
  const sandbox = await make({ clock: time });
  const store = await openMemoryStore();
  const states = new Map<string, unknown>();
  const open = new Set<Closable>();
  const lasting = { time, sandbox, folder, store, states, open };
  // Signs in once: a gateway that is killed while it does has to wait before it may again.
  await (await startGateway(lasting)).stop();
  return {
    time,
    sandbox,
    folder,
    store,
    gateway: (options) => startGateway(lasting, options),
    inCloud: () => wholeFiles(sandbox),
    async close() {
      for (const file of open) await file.close();
      await sandbox.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Closable {
  close(): Promise<void>;
}

interface Lasting {
  readonly open: Set<Closable>;
  readonly time: VirtualTime;
  readonly sandbox: InProcessSandbox;
  readonly folder: string;
  readonly store: Store;
  readonly states: Map<string, unknown>;
}

async function startGateway(
  { time, sandbox, folder, store, states, open }: Lasting,
  { life, faultOf = () => undefined, seen = () => {} }: GatewayOptions = {},
): Promise<CopyGateway> {
  const alive = <T extends object>(part: T): T => (life === undefined ? part : mortal(part, life));
  const client = alive(watched(new CloudLine(sandbox, time), faultOf, seen));
  const random = steadyRandom();
  const env: Env = {
    http: () => client,
    clock: time,
    random,
    log: QUIET,
    accounts: createAccounts({ table: tableOver(states), log: QUIET }),
  };
  const vfs = createVfs({ clock: time, log: QUIET });
  const mountAt = (path: string, type: DriverType<unknown>, addition: Readonly<Record<string, string>>) => {
    const record = { ...recordOf(type.kind, addition), id: path.length, mountPath: normalizePath(path) };
    const memory = createCacheStore();
    const mount = openMount(record, {
      driverTypes: [type],
      env,
      clock: time,
      random,
      log: QUIET,
      paceOf: createPaces(time),
      memory,
    });
    vfs.mounts.mount(mount);
    return mount;
  };
  const local: DriverType<unknown> = {
    ...localDriverType,
    create: (config, own) => alive(timed(localDriverType.create(config as never, own), time)),
  };
  const mounts = [
    mountAt('/disk', local, { root_folder_path: join(folder, 'disk') }),
    mountAt('/cloud', pikpakDriverType, { ...DEMO }),
  ];
  const disk = alive(timedDisk(await openSpoolDisk(join(folder, 'spool')), time, open));
  const options = { disk, records: memoryRecords(), limits: () => NO_LIMITS };
  const spool = await time.run(() => createSpool({ ...options, clock: time, log: QUIET }));
  const view = createView(vfs, USER);
  const parts = { spool, clock: time, viewFor: async () => view };
  const tools = [
    createCloudTool({ kind: 'PikPak', shownAs: 'Pikpak', mounts: () => [], clock: time }),
    createHttpTool({ client: pageOf(FETCHED), spool, clock: time }),
  ];
  const made = createTasks({
    table: alive(store.tasks),
    kinds: [
      transferKind('copy', parts),
      transferKind('move', parts),
      offlineKind({ ...parts, tools, notifier: { tell: async () => undefined } }),
    ],
    clock: time,
    random,
    log: QUIET,
  });
  const ctx = { signal: new AbortController().signal, priority: 'background' } as const;
  if (states.size === 0) await time.run(() => view.list(normalizePath('/cloud'), {}, ctx));
  made.worker.start();
  const tasks = made.tasks.of(USER);
  const unlessDead = async <T>(job: () => Promise<T>): Promise<T | undefined> => {
    const end = await time.run(() => Promise.race([job(), died(life)]));
    if (life?.dead === true) time.abandon();
    return end;
  };
  return {
    begin: (wish) =>
      unlessDead(async () => {
        if ('url' in wish) {
          const asked = { path: '/cloud', urls: [wish.url], tool: wish.how };
          const user = { view, tasks, basePath: ROOT };
          return (await createOfflineDownloads(tools).add(asked, user, ctx))[0]?.id;
        }
        const { how, names } = wish;
        const batch = { from: normalizePath('/disk'), to: normalizePath('/cloud'), names };
        const asked = { how, batch, options: {} };
        return (await beginTransfer(asked, { view, tasks: () => tasks, rights: USER }, ctx))?.[0]?.id;
      }),
    ended: (id) =>
      unlessDead(async () => {
        for (;;) {
          const task = await store.tasks.byId(id);
          if (task === undefined || task.endedAt !== undefined) return task;
          await time.sleep(500, ctx.signal);
        }
      }),
    stop: () =>
      unlessDead(async () => {
        await made.worker.stop();
        for (const { driver } of mounts) await driver.close();
      }),
  };
}

async function died(life: Life | undefined): Promise<undefined> {
  if (life === undefined) return new Promise(() => {});
  while (!life.dead) await new Promise((resolve) => setImmediate(resolve));
  return undefined;
}

/** Reading the disk is work, during which virtual time stands. */
function timed(driver: Driver, time: VirtualTime): Driver {
  return new Proxy(driver, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        time.work(async () => {
          const answer: unknown = await Reflect.apply(value, target, args);
          return answer instanceof ReadableStream ? inMemory(answer as ReadableStream<Uint8Array>) : answer;
        });
    },
  });
}

/** @param open what a dead gateway has not closed is in it */
function timedDisk(disk: SpoolDisk, time: VirtualTime, open: Set<Closable>): SpoolDisk {
  const closing = (one: Closable) => () =>
    time.work(() => {
      open.delete(one);
      return one.close();
    });
  const file = (one: DiskFile): DiskFile => {
    open.add(one);
    return { write: (bytes, at) => time.work(() => one.write(bytes, at)), close: closing(one) };
  };
  return {
    create: (name) => time.work(async () => file(await disk.create(name))),
    edit: (name) => time.work(async () => file(await disk.edit(name))),
    read: (name) =>
      time.work(async () => {
        const reader = await disk.read(name);
        open.add(reader);
        return {
          read: (at, length) => time.work(() => reader.read(at, length)),
          close: closing(reader),
        };
      }),
    remove: (name) => time.work(() => disk.remove(name)),
    files: () => time.work(() => disk.files()),
    free: () => time.work(() => disk.free()),
  };
}

function pageOf(text: string): HttpClient {
  return { request: async () => ({ status: 200, headers: {}, body: Readable.from([Buffer.from(text)]) }) };
}

async function inMemory(stream: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const bytes = await new Response(stream).bytes();
  return new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

function watched(
  line: CloudLine,
  faultOf: (request: number) => FaultRule | undefined,
  seen: (request: HttpRequest) => void,
): HttpClient {
  let count = 0;
  return {
    async request(request) {
      seen(request);
      const fault = faultOf(count++);
      line.expect(fault === undefined ? [] : [{ at: 0, fault }]);
      const response = await line.request(request);
      response.body.on('error', () => {}); // of a dead gateway nobody listens
      return response;
    },
  };
}

function wholeFiles(sandbox: InProcessSandbox): ReadonlyMap<string, readonly string[]> {
  const all = sandbox.cloud.inspect(DEMO.username);
  const byId = new Map(all.map((item) => [item.id, item]));
  const pathOf = (id: string): string => {
    const item = byId.get(id);
    return item === undefined ? '' : `${pathOf(item.parentId)}/${item.name}`;
  };
  const found = new Map<string, string[]>();
  for (const { id, kind, gcid, trashed, complete } of all) {
    if (trashed || (kind !== 'folder' && !complete)) continue;
    const path = pathOf(id);
    found.set(path, [...(found.get(path) ?? []), kind === 'folder' ? 'folder' : gcid]);
  }
  return found;
}

/** What `inCloud` gives when this tree has arrived, each entry once. */
export function expected(content: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, readonly string[]>();
  for (const [path, text] of Object.entries(content)) {
    for (let dir = dirname(path); dir !== '.'; dir = dirname(dir)) all.set(`/${dir}`, ['folder']);
    all.set(`/${path}`, [gcidOf(text)]);
  }
  return all;
}
