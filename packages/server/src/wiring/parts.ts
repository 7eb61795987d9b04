import { type NamedEgress } from '../accounts/egress.ts';
import { type AppConfig } from '../config.ts';
import type { DriverType } from '../core/driver.ts';
import type { Clock, Log, Random } from '../core/runtime.ts';
import { type TrustedProxies } from '../http/client-address.ts';
import type { StorageInput } from '../storages/service.ts';
import type { Store } from '../store/port.ts';
import type { TaskKind } from '../tasks/task.ts';

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

/** What everything else is made with. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What a gateway is assembled from. */
export interface Parts {
  readonly config: AppConfig;
  readonly overrides: AppOverrides;
  readonly world: World;
  readonly trusted: TrustedProxies;
  readonly store: Store;
}
