import { join } from 'node:path';
import { createEgress, type Egress, type NamedEgress } from './accounts/egress.ts';
import { createAccounts } from './accounts/registry.ts';
import { type AppConfig, StartError, VERSION } from './config.ts';
import type { DriverType, Env } from './core/driver.ts';
import type { Clock, Log, Random } from './core/runtime.ts';
import type { DoorContext } from './doors/context.ts';
import { createFrontDoor, takesFile } from './doors/front-door.ts';
import { createMetrics } from './doors/metrics.ts';
import { assetsOf, loadAssets } from './doors/ui.ts';
import { createWorkerAccess } from './doors/worker-access.ts';
import { driverTypes } from './drivers/index.ts';
import { parseTrustedProxies, type TrustedProxies } from './http/client-address.ts';
import { listen, type Listener } from './http/listener.ts';
import { createDeliveries } from './links/deliveries.ts';
import { createEgressAddresses } from './links/egress-addresses.ts';
import { createGateway, type Gateway } from './links/gateway-stream.ts';
import { createXAccel, type OffloadOptions } from './links/offload.ts';
import { holdsPublicAddress } from './links/own-address.ts';
import { createLinkSigner } from './links/signature.ts';
import { tallied, type UpstreamTally } from './links/upstream-tally.ts';
import { createLog } from './log.ts';
import { systemClock, systemMemory, systemRandom } from './runtime/system.ts';
import { followedView, type Resources } from './resources/followed-view.ts';
import { createLocks } from './resources/locks.ts';
import { createProperties } from './resources/properties.ts';
import { createLinkKeyring } from './settings/link-keys.ts';
import { createSettings, type Settings } from './settings/settings.ts';
import { loadWorkerToken } from './settings/worker-token.ts';
import type { StorageInput } from './storages/service.ts';
import { createStorageService, type OwnedStorageService } from './storages/storage-service.ts';
import { addressKinds } from './shares/parse/text-line.ts';
import { createShareCopies } from './shares/restore/share-copies.ts';
import { withMany } from './shares/many/many-shares.ts';
import { saveKind } from './shares/save/save-kind.ts';
import { createShares, type Shares } from './shares/shares.ts';
import { StoreError } from './store/errors.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/port.ts';
import { LIVE_STATES } from './store/task-port.ts';
import { createPictureStore } from './thumbs/picture-store.ts';
import { createThumbnails } from './thumbs/thumbnails.ts';
import { openSpoolDisk } from './uploads/disk.ts';
import { limitsFrom } from './uploads/limits.ts';
import { goOn, type GoingOnOptions } from './uploads/going-on.ts';
import { createSpool, type LeftUpload, type OwnedSpool, type Spool } from './uploads/spool.ts';
import { createAuth, toUser } from './users/auth.ts';
import { ADMIN_NAME, ensureBuiltInUsers } from './users/built-in.ts';
import { createTasks } from './tasks/create-tasks.ts';
import { MAX_TASKS } from './tasks/queue.ts';
import type { TaskKind, TaskOwner } from './tasks/task.ts';
import type { Worker } from './tasks/worker.ts';
import { StorageError } from './core/errors.ts';
import type { TreePath } from './core/path.ts';
import type { View } from './vfs/view.ts';
import { createPublicClient } from './accounts/public-client.ts';
import { createCloudTool } from './offline/cloud-tool.ts';
import { createHttpTool } from './offline/http-tool.ts';
import { createOfflineDownloads } from './offline/offline-downloads.ts';
import { offlineKind } from './offline/offline-kind.ts';
import type { OfflineTool } from './offline/tool.ts';
import { type UploadRow, watchHeldUploads } from './transfers/held-sweep.ts';
import { transferKind } from './transfers/transfer-kind.ts';
import { uploadKind } from './transfers/upload-kind.ts';
import { AuthError } from './users/user.ts';
import { createView } from './vfs/user-view.ts';
import { repairAll, type RepairingOptions } from './vfs/changes/repairing.ts';
import { createVfs, type Vfs } from './vfs/vfs.ts';

/** What a demo or a test puts in place of the real thing. */
export interface AppOverrides {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Log;
  readonly drivers?: readonly DriverType<unknown>[];
  /** Ways out that storages may name. */
  readonly egress?: Readonly<Record<string, NamedEgress>>;
  /** Storages of a new installation, in their order. Those of kinds that this version lacks are left out. */
  readonly firstStorages?: readonly StorageInput[];
  /** Tells frontends that this is a demo. */
  readonly demo?: boolean;
  /** Kinds of background tasks beside the gateway's own. */
  readonly taskKinds?: readonly TaskKind[];
  /** Where the built web app lies. */
  readonly webFolder?: string;
  /** In place of a folder: where each file of the web app lies, by the path that URLs name it by. */
  readonly webFiles?: ReadonlyMap<string, string>;
}

/** What the person who started the gateway needs to know. */
export interface Started {
  readonly url: string;
  /** Set at the first start of an installation. The password is there when it was made up. */
  readonly firstAdmin?: { readonly username: string; readonly password?: string };
}

/** One gateway. Ten of them may run in one process. */
export interface App {
  /** Listens. Storages are mounted without a look at their clouds. @throws StartError when the address can't be had */
  start(): Promise<Started>;
  /** Takes no more connections, cuts what still runs after a moment, and lets go of everything. Safe to call twice. */
  stop(): Promise<void>;
}

/** What everything else is made with. */
/** Failed uploads beyond these are not kept for another try. */
const MAX_FAILED = 1000;

/** Some ten thousand small pictures. */
const MAX_THUMBNAIL_BYTES = 256 * 1024 * 1024;

interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface Parts {
  readonly config: AppConfig;
  readonly overrides: AppOverrides;
  readonly world: World;
  readonly trusted: TrustedProxies;
  readonly store: Store;
}

/**
 * Wires a gateway: configuration → store → storages → doors. Nothing listens and nothing has left the machine when it resolves.
 *
 * @throws StartError for a setting that can't be used, a data folder that can't be written, a database from a newer version
 */
export async function createApp(config: AppConfig, overrides: AppOverrides = {}): Promise<App> {
  const world = {
    clock: overrides.clock ?? systemClock(),
    random: overrides.random ?? systemRandom(),
    log: overrides.log ?? createLog(config.logLevel),
  };
  const trusted = readTrusted(config.trustedProxies);
  const store = await openStoreFor(config, world);
  try {
    return await assemble({ config, overrides, world, trusted, store });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function assemble(parts: Parts): Promise<App> {
  const { config, overrides, store, world } = parts;
  const egress = createEgress({ log: world.log, ...(overrides.egress ? { named: overrides.egress } : {}) });
  const tally: UpstreamTally = new Map();
  const vfs: Vfs = createVfs({
    ...world,
    intents: store.changeIntents,
    opened: (file, mount) => copies.opened(file, mount),
  });
  const copies = createShareCopies({
    ...world,
    mounts: vfs.mounts,
    twin: (mount, like) => vfs.twin(mount, like),
    table: store.shareCopies,
    installation: await store.secrets.loadOrCreate('share-copies', () =>
      Buffer.from(world.random.bytes(4)).toString('hex'),
    ),
  });
  const accounts = createAccounts({
    table: store.accounts,
    log: world.log,
    transient: new Set(Object.keys(overrides.egress ?? {})),
  });
  const ffmpeg = Bun.which('ffmpeg');
  const env: Env = {
    ...world,
    accounts,
    http: (name) => tallied(egress.http(name), tally),
    ...(ffmpeg === null ? {} : { ffmpeg }),
  };
  const storages = createStorageService({
    ...world,
    table: store.storages,
    mounts: vfs.mounts,
    driverTypes: withMany(overrides.drivers ?? driverTypes),
    env,
    trialEnv: { ...env, accounts: accounts.trial },
  });
  const settings = await createSettings(store.settings, `v${VERSION}`);
  const shares = createShares({
    ...world,
    storages,
    kinds: addressKinds(overrides.drivers ?? driverTypes),
    table: store.shareHealth,
    copies,
    intervalMs: () => Number(settings.get('share_check_hours')) * 3_600_000,
  });
  const resources: Resources = {
    locks: createLocks({ ...world, table: store.locks }),
    properties: createProperties(store.properties),
  };
  const viewOf: DoorContext['viewOf'] = (rights) =>
    followedView(createView(vfs, rights), rights.basePath, resources);
  const spool = await createSpool({
    records: store.uploads,
    clock: world.clock,
    disk: await openSpoolDisk(join(config.data, 'uploads')),
    limits: () => limitsFrom((key) => settings.get(key)),
    log: world.log,
  });
  const tools = offlineTools(vfs, spool, world);
  const ownView = (owner: TaskOwner): Promise<View> => viewFor(owner, store, viewOf);
  const transfer = { spool, viewFor: ownView, clock: world.clock };
  const { tasks, worker } = createTasks({
    ...world,
    table: store.tasks,
    kinds: [
      offlineKind({ tools, viewFor: ownView }),
      transferKind('copy', transfer),
      transferKind('move', transfer),
      uploadKind({ held: spool.held, viewFor: ownView, drop: dropFrom(vfs) }),
      saveKind({ ...world, viewFor: ownView }),
      ...(overrides.taskKinds ?? []),
    ],
  });
  const offline = createOfflineDownloads(tools);
  const tree = { storages, shares, settings, tasks, resources, viewOf, offline, spool };
  const door = await doorContext(parts, tree, egress);
  const metrics = createMetrics({ gateway: door.gateway, storages, upstream: tally });
  const assets =
    overrides.webFiles === undefined
      ? await loadAssets(overrides.webFolder ?? join(import.meta.dir, '../../web/dist'))
      : await assetsOf(overrides.webFiles);
  const handler = createFrontDoor({ door, assets, metrics, version: VERSION });

  let listener: Listener | undefined;
  const ending = new AbortController();
  const goingOn = new Set<Promise<void>>();
  let stopped: Promise<void> | undefined;
  return {
    async start() {
      const firstAdmin = await prepareInstallation(parts);
      const broken = await store.changeIntents.all();
      await storages.loadAll();
      await shares.start();
      listener = await listen(handler, { ...config, takesFile }).catch((error: unknown) => {
        throw listenFailure(error, config);
      });
      const drop = dropFrom(vfs);
      const rows = (): ReturnType<typeof uploadRows> => uploadRows(store);
      watchHeldUploads({ ...world, held: spool.held, drop, rows }, tasks, ending.signal);
      worker.start();
      const follow = spool.departures.follow.bind(spool.departures);
      const going = { ...world, upload: uploadTo(vfs), drop, follow };
      const carryOn = (left: readonly LeftUpload[]): void => {
        const job = goOn(left, going, ending.signal).finally(() => goingOn.delete(job));
        goingOn.add(job);
      };
      carryOn(spool.left);
      spool.carryOnBy((one) => carryOn([one]));
      const repairs: RepairingOptions = {
        ...world,
        intents: store.changeIntents,
        repair: (noted, ctx) => vfs.changes.repair(noted, ctx),
      };
      goingOn.add(repairAll(broken, repairs, ending.signal));
      return { url: listener.url, ...(firstAdmin === undefined ? {} : { firstAdmin }) };
    },
    stop() {
      const uploads = { spool, ending, goingOn };
      stopped ??= shutDown({ listener, worker, shares, storages, egress, store, uploads });
      return stopped;
    },
  };
}

/** Uploads that are gone on with: they were allowed when they came. */
function uploadTo({ changes }: Vfs): GoingOnOptions['upload'] {
  return ({ path, modified, ...conflict }, source, ctx) =>
    changes.upload({ path, conflict, modified, source }, ctx);
}

function dropFrom({ changes }: Vfs): GoingOnOptions['drop'] {
  return ({ path }, source, ctx) => changes.dropUpload({ path, source }, ctx);
}

/** Tasks that may still want an upload's file. */
async function uploadRows({ tasks }: Store): Promise<readonly UploadRow[]> {
  const live = await tasks.list({ kind: 'upload', states: LIVE_STATES }, { offset: 0, limit: MAX_TASKS });
  const failed = await tasks.list({ kind: 'upload', states: ['failed'] }, { offset: 0, limit: MAX_FAILED });
  return [...live, ...failed].map(({ payload, endedAt }) => ({ payload, failedAt: endedAt }));
}

async function doorContext(
  { config, store, world, trusted, overrides }: Parts,
  tree: Pick<DoorContext, 'storages' | 'shares' | 'resources' | 'viewOf' | 'tasks' | 'offline' | 'spool'> & {
    readonly settings: Settings;
  },
  egress: Egress,
): Promise<DoorContext> {
  const { settings } = tree;
  const demo: Readonly<Record<string, string>> = overrides.demo === true ? { demo: 'true' } : {};
  const hours = (): number => Number(settings.get('link_expiration'));
  const linkKeys = await createLinkKeyring(store.secrets, world.random);
  const workers = createWorkerAccess(await loadWorkerToken(store.secrets, world.random), world.clock, hours);
  return {
    ...tree,
    auth: await createAuth({ store, ...world }),
    signer: createLinkSigner({
      get keys() {
        return linkKeys.keys;
      },
      clock: world.clock,
      hours,
      refuse: (problem) => new AuthError(401, problem),
    }),
    workers,
    linkKeys,
    settings: {
      get: (key) => settings.get(key),
      publicValues: () => ({ ...settings.publicValues(), ...demo }),
      items: () => settings.items(),
      save: (values) => settings.save(values),
    },
    deliveries: createDeliveries({
      clock: world.clock,
      proxyTypes: () => settings.get('proxy_types'),
      addresses: createEgressAddresses({
        ...world,
        http: (name) => egress.http(name),
        byHand: () => settings.get('egress_addresses'),
        echoUrl: () => settings.get('egress_echo_url'),
      }),
      kindOf: (name) => egress.kindOf(name),
      serverIsPublic: holdsPublicAddress(),
      sign: (path) => workers.sign(path),
    }),
    gateway: downloadGateway({ config, trusted, world }, settings, egress),
    thumbnails: createThumbnails({
      ...world,
      store: createPictureStore({ folder: join(config.data, 'thumbnails'), maxBytes: MAX_THUMBNAIL_BYTES }),
    }),
    trusted,
    clock: world.clock,
    log: world.log,
  };
}

/** What moves the bytes of downloads: the gateway, or the web server in front of it where the configuration says so. */
function downloadGateway(
  { config, trusted, world }: Pick<Parts, 'config' | 'trusted' | 'world'>,
  settings: Settings,
  egress: Egress,
): Gateway {
  const gateway = createGateway({
    ...world,
    memory: systemMemory(),
    bandwidth: () => ({
      total: bytesPerSecond(settings.get('max_client_download_speed')),
      perClient: bytesPerSecond(settings.get('max_download_speed_per_client')),
      perUser: bytesPerSecond(settings.get('max_download_speed_per_user')),
    }),
  });
  if (config.offload === undefined) return gateway;
  const isDirect: OffloadOptions['isDirect'] = (file) =>
    [file.egress, file.fileEgress ?? file.egress].every((way) => egress.kindOf(way) === 'direct');
  return { ...gateway, offload: createXAccel({ gateway, ...config.offload, trusted, isDirect }) };
}

/** A limit from settings, in KiB a second. Not above 0 is none. */
function bytesPerSecond(setting: string): number {
  return Math.max(0, Number(setting) * 1024);
}

/** The ways to fetch links that this version has. */
function offlineTools({ mounts }: Vfs, spool: Spool, { clock }: World): readonly OfflineTool[] {
  const mountsOf = (kind: string): readonly TreePath[] =>
    mounts.all().flatMap(({ record }) => (record.driver === kind ? [record.mountPath] : []));
  const cloud = createCloudTool({
    kind: 'PikPak',
    shownAs: 'Pikpak', // the spelling of AList's refusal, which clients know
    mounts: () => mountsOf('PikPak'),
    clock,
  });
  return [cloud, createHttpTool({ client: createPublicClient(), spool, clock })];
}

/** The tree as the owner of a task may see it now: rights that were taken away since count. */
async function viewFor(owner: TaskOwner, store: Store, viewOf: DoorContext['viewOf']): Promise<View> {
  const row = await store.users.byId(owner.id);
  if (row === undefined || row.disabled) {
    throw new StorageError('forbidden', 'the user whose task this is may no longer sign in');
  }
  return viewOf(toUser(row));
}

/** Makes the users that every installation has; a new one also gets its first storages. */
async function prepareInstallation({
  store,
  config,
  overrides,
  world,
}: Parts): Promise<Started['firstAdmin'] | undefined> {
  const fresh = (await store.users.byName(ADMIN_NAME)) === undefined;
  const { generatedPassword } = await ensureBuiltInUsers({ store, ...world }, config.adminPassword);
  if (!fresh) return undefined;
  const kinds = (overrides.drivers ?? driverTypes).map(({ kind }) => kind);
  for (const input of overrides.firstStorages ?? []) {
    if (kinds.includes(input.driver)) await store.storages.insert({ ...input, modified: world.clock.now() });
  }
  const password = generatedPassword === undefined ? {} : { password: generatedPassword };
  return { username: ADMIN_NAME, ...password };
}

async function openStoreFor({ data, secretKey }: AppConfig, world: World): Promise<Store> {
  try {
    return await openStore({ folder: data, ...(secretKey === undefined ? {} : { secretKey }), ...world });
  } catch (error) {
    if (error instanceof StoreError) throw new StartError(error.message, { cause: error });
    throw error;
  }
}

function readTrusted(list: string): TrustedProxies {
  try {
    return parseTrustedProxies(list);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new StartError(`SLUICE_TRUSTED_PROXIES: ${error.message}.`, { cause: error });
  }
}

function listenFailure(error: unknown, { host, port }: AppConfig): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const at = `${host}:${port}`;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `${at} is taken by another program. Stop it, or choose another port with --port.`,
    EACCES: `The system does not let this user listen on ${at}. Choose a port above 1023 with --port.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Choose another with --host.`,
    ENOTFOUND: `There is no address named ${host}. Choose another with --host.`,
  };
  const reason = reasons[String(error.code)] ?? `Sluice can't listen on ${at}: ${error.message}.`;
  return new StartError(reason, { cause: error });
}

async function shutDown(running: {
  readonly listener: Listener | undefined;
  readonly worker: Worker;
  readonly shares: Shares;
  readonly storages: OwnedStorageService;
  readonly egress: Egress;
  readonly store: Store;
  readonly uploads: {
    readonly spool: OwnedSpool;
    readonly ending: AbortController;
    readonly goingOn: ReadonlySet<Promise<void>>;
  };
}): Promise<void> {
  const { spool, ending, goingOn } = running.uploads;
  spool.suspend(); // before connections are cut: an upload is to wait for the next process, and not to be taken back
  await running.listener?.close();
  ending.abort();
  await Promise.all(goingOn);
  await running.worker.stop();
  await running.shares.close();
  await running.storages.close();
  running.egress.close();
  await running.store.close();
}
