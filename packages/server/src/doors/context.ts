import type { Rights } from '../core/rights.ts';
import type { TreePath } from '../core/path.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { TrustedProxies } from '../http/client-address.ts';
import type { Gateway } from '../links/gateway-stream.ts';
import type { StorageService } from '../storages/service.ts';
import type { AuthService } from '../users/user.ts';
import type { View } from '../vfs/view.ts';

/** Signs and checks download addresses (API reference §4.2). */
export interface LinkSigner {
  /** A sign for exactly this full path, valid for as long as the settings say. */
  sign(fullPath: TreePath): string;
  /** @throws AuthError 401 `sign expired`, `sign invalid`, `expire invalid` or `expire missing`. */
  verify(fullPath: TreePath, sign: string): void;
}

/** Settings as doors read them: always there, always text, as AList's API has them. */
export interface SettingReader {
  /** The value, or the default of a setting that was never set. */
  get(key: string): string;
  /** What anyone may know: API reference §6.7. */
  publicValues(): Readonly<Record<string, string>>;
}

/** What the doors need of the rest of the gateway. */
export interface DoorContext {
  readonly auth: AuthService;
  readonly storages: StorageService;
  readonly signer: LinkSigner;
  readonly settings: SettingReader;
  readonly gateway: Gateway;
  readonly trusted: TrustedProxies;
  readonly clock: Clock;
  readonly log: Log;
  /** The tree as someone with these rights may see it. */
  viewOf(rights: Rights): View;
}
