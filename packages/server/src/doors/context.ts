import type { Rights } from '../core/rights.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { TrustedProxies } from '../http/client-address.ts';
import type { Deliveries } from '../links/deliveries.ts';
import type { Gateway } from '../links/gateway-stream.ts';
import type { LinkSigner } from '../links/signature.ts';
import type { Resources } from '../resources/followed-view.ts';
import type { LinkKeyring } from '../settings/link-keys.ts';
import type { Settings } from '../settings/settings.ts';
import type { Shares } from '../shares/shares.ts';
import type { StorageService } from '../storages/service.ts';
import type { Feeds } from '../offline/feeds/feeds.ts';
import type { OfflineDownloads } from '../offline/offline-downloads.ts';
import type { Tasks } from '../tasks/task.ts';
import type { AuthService } from '../users/user.ts';
import type { Spool } from '../uploads/spool.ts';
import type { Thumbnails } from '../thumbs/thumbnails.ts';
import type { View } from '../vfs/view.ts';
import type { WorkerAccess } from './worker-access.ts';

/** Settings as doors read them; saving them is another matter. */
export type SettingReader = Pick<Settings, 'get' | 'publicValues'>;

/** Settings as admins change them. */
export type SettingAccess = SettingReader & Pick<Settings, 'items' | 'save'>;

/** What the doors need of the rest of the gateway. */
export interface DoorContext {
  readonly auth: AuthService;
  readonly storages: StorageService;
  /** Its refusals are `AuthError`s. */
  readonly signer: LinkSigner;
  readonly workers: WorkerAccess;
  /** The keys of signs, for the admin. */
  readonly linkKeys: LinkKeyring;
  readonly settings: SettingAccess;
  /** Decides how files reach clients. */
  readonly deliveries: Deliveries;
  /** Locks and properties, which clients leave on files and folders. */
  readonly resources: Resources;
  readonly gateway: Gateway;
  /** Takes in what clients upload. */
  readonly spool: Spool;
  readonly thumbnails: Thumbnails;
  readonly tasks: Tasks;
  readonly offline: OfflineDownloads;
  readonly feeds: Feeds;
  readonly shares: Pick<Shares, 'imports' | 'health' | 'kinds' | 'playableBytes' | 'cutsKnown'>;
  readonly trusted: TrustedProxies;
  readonly clock: Clock;
  readonly log: Log;
  /** The tree as someone with these rights may see it. */
  viewOf(rights: Rights): View;
}
