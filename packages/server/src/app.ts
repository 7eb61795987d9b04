import { join } from 'node:path';
import type { Egress } from './accounts/egress.ts';
import { type AppConfig, VERSION } from './config.ts';
import { createFrontDoor, takesFile } from './doors/front-door.ts';
import { createMetrics } from './doors/metrics.ts';
import { assetsOf, loadAssets } from './doors/ui.ts';
import { listen, type Listener } from './http/listener.ts';
import { createLog } from './log.ts';
import { systemClock, systemRandom } from './runtime/system.ts';
import type { OwnedStorageService } from './storages/storage-service.ts';
import type { Shares } from './shares/shares.ts';
import type { Store } from './store/port.ts';
import type { OwnedSpool } from './uploads/spool.ts';
import type { Worker } from './tasks/worker.ts';
import type { AppOverrides, Started, Parts } from './wiring/parts.ts';
import { prepareInstallation, openStoreFor, readTrusted, listenFailure } from './wiring/start.ts';
import { blockCache } from './wiring/blocks.ts';
import { doorContext } from './wiring/door-context.ts';
import { createTrees } from './wiring/trees.ts';
import { createWork, startWork } from './wiring/work.ts';

/** One gateway. Ten of them may run in one process. */
export interface App {
  /** Listens. Storages are mounted without a look at their clouds. @throws StartError when the address can't be had */
  start(): Promise<Started>;
  /** Takes no more connections, cuts what still runs after a moment, and lets go of everything. Safe to call twice. */
  stop(): Promise<void>;
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
  const { config, overrides, store } = parts;
  const trees = await createTrees(parts);
  const work = await createWork(parts, trees);
  const { egress, tally, storages, shares, settings, resources, viewOf } = trees;
  const { tasks, offline, feeds, spool, worker } = work;
  const tree = { storages, shares, settings, resources, viewOf, tasks, offline, feeds, spool };
  const blocks = blockCache(parts, settings);
  const door = await doorContext(parts, tree, egress, blocks);
  const metrics = createMetrics({ gateway: door.gateway, blocks, storages, upstream: tally });
  const assets =
    overrides.webFiles === undefined
      ? await loadAssets(overrides.webFolder ?? join(import.meta.dir, '../../web/dist'))
      : await assetsOf(overrides.webFiles);
  const handler = createFrontDoor({ door, assets, metrics, version: VERSION });

  let listener: Listener | undefined;
  const ending = new AbortController();
  let goingOn: ReadonlySet<Promise<void>> = new Set();
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
      const loading = blocks.load(ending.signal); // streams need not wait for it
      goingOn = new Set([...startWork(parts, { ...trees, ...work }, { broken, ending }), loading]);
      return { url: listener.url, ...(firstAdmin === undefined ? {} : { firstAdmin }) };
    },
    stop() {
      const uploads = { spool, ending, goingOn };
      stopped ??= shutDown({ listener, worker, shares, storages, egress, store, uploads });
      return stopped;
    },
  };
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
