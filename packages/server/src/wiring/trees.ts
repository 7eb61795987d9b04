import { createEgress, type Egress } from '../accounts/egress.ts';
import { createAccounts } from '../accounts/registry.ts';
import { VERSION } from '../config.ts';
import type { Env } from '../core/driver.ts';
import type { DoorContext } from '../doors/context.ts';
import { driverTypes } from '../drivers/index.ts';
import { tallied, type UpstreamTally } from '../links/upstream-tally.ts';
import { followedView, type Resources } from '../resources/followed-view.ts';
import { createLocks } from '../resources/locks.ts';
import { createProperties } from '../resources/properties.ts';
import { createSettings, type Settings } from '../settings/settings.ts';
import { createStorageService, type OwnedStorageService } from '../storages/storage-service.ts';
import { addressKinds } from '../shares/parse/text-line.ts';
import { createShareCopies } from '../shares/restore/share-copies.ts';
import { withMany } from '../shares/many/many-shares.ts';
import { createShares, type Shares } from '../shares/shares.ts';
import { createView } from '../vfs/user-view.ts';
import { createVfs, type Vfs } from '../vfs/vfs.ts';
import type { Parts } from './parts.ts';

/** Storages, and the tree that they make. */
export interface Trees {
  readonly egress: Egress;
  readonly tally: UpstreamTally;
  readonly vfs: Vfs;
  readonly storages: OwnedStorageService;
  readonly settings: Settings;
  readonly shares: Shares;
  readonly resources: Resources;
  readonly viewOf: DoorContext['viewOf'];
}

/** Makes the storages' side of a gateway: ways out, accounts, mounts, shares. Nothing is mounted yet. */
export async function createTrees({ overrides, store, world }: Parts): Promise<Trees> {
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
  return { egress, tally, vfs, storages, settings, shares, resources, viewOf };
}
