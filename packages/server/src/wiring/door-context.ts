import { join } from 'node:path';
import { type Egress } from '../accounts/egress.ts';
import type { BlockCache } from '../blocks/block-cache.ts';
import type { DoorContext } from '../doors/context.ts';
import { createWorkerAccess } from '../doors/worker-access.ts';
import { createDeliveries } from '../links/deliveries.ts';
import { createEgressAddresses } from '../links/egress-addresses.ts';
import { createGateway, type Gateway } from '../links/gateway-stream.ts';
import { createXAccel, type OffloadOptions } from '../links/offload.ts';
import { holdsPublicAddress } from '../links/own-address.ts';
import { createLinkSigner } from '../links/signature.ts';
import { systemMemory } from '../runtime/system.ts';
import { createLinkKeyring } from '../settings/link-keys.ts';
import { type Settings } from '../settings/settings.ts';
import { loadWorkerToken } from '../settings/worker-token.ts';
import { createPictureStore } from '../thumbs/picture-store.ts';
import { createThumbnails } from '../thumbs/thumbnails.ts';
import { createAuth } from '../users/auth.ts';
import { AuthError } from '../users/user.ts';
import type { Parts } from './parts.ts';

/** Some ten thousand small pictures. */
const MAX_THUMBNAIL_BYTES = 256 * 1024 * 1024;

export async function doorContext(
  { config, store, world, trusted, overrides }: Parts,
  tree: Pick<
    DoorContext,
    'storages' | 'shares' | 'resources' | 'viewOf' | 'tasks' | 'offline' | 'feeds' | 'spool'
  > & {
    readonly settings: Settings;
  },
  egress: Egress,
  blocks: BlockCache,
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
    gateway: downloadGateway({ config, trusted, world }, settings, egress, blocks),
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
  blocks: BlockCache,
): Gateway {
  const gateway = createGateway({
    ...world,
    memory: systemMemory(),
    blocks,
    readAheadConnections: () => Number(settings.get('read_ahead_connections')),
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
