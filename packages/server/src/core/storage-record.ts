import type { StorageErrorCode } from './errors.ts';
import type { TreePath } from './path.ts';
import type { Reason, ReasonParams } from './reasons.ts';

export const WEBDAV_POLICIES = ['auto', '302_redirect', 'use_proxy_url', 'native_proxy'] as const;

/** How bytes of a storage reach clients, in AList's words. */
export interface DeliveryPolicy {
  /** Web and `/d`: everything through the gateway. Off, each request is decided by itself. */
  readonly webProxy: boolean;
  /** WebDAV. `auto`, which AList lacks, decides each request by itself. */
  readonly webdavPolicy: (typeof WEBDAV_POLICIES)[number];
  readonly proxyRange: boolean;
  readonly downProxyUrl: string;
  readonly downProxySign: boolean;
}

/** Order in which a storage's folders are shown; empty strings leave it as delivered. */
export interface SortPolicy {
  readonly orderBy: '' | 'name' | 'size' | 'modified';
  readonly orderDirection: '' | 'asc' | 'desc';
  readonly extractFolder: '' | 'front' | 'back';
}

/** One configured storage, as stored. `addition` holds the driver's own settings, secrets in clear. */
export interface StorageRecord extends DeliveryPolicy, SortPolicy {
  readonly id: number;
  readonly mountPath: TreePath;
  readonly order: number;
  readonly driver: string;
  /** Minutes that a listing may be served from memory; 0 for the driver's default. */
  readonly cacheExpiration: number;
  readonly addition: Readonly<Record<string, unknown>>;
  readonly remark: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly disabled: boolean;
  readonly disableIndex: boolean;
  readonly enableSign: boolean;
}

/** How a storage is doing, from the outcome of its last calls. */
export interface StorageStatus {
  readonly state: 'idle' | 'ok' | 'degraded' | 'needs_verification' | 'disabled';
  /** What kind of failure it was; absent when all is well. */
  readonly code?: StorageErrorCode;
  /** Why, in words for a person; absent when all is well. */
  readonly reason?: string;
  readonly remedy?: string;
  /** The same by a name, for frontends with words of their own; and what these words need. */
  readonly named?: Reason;
  readonly params?: ReasonParams;
  readonly actionUrl?: string;
  /** Milliseconds since the epoch since when this state holds. */
  readonly since: number;
  /** When the storage may be asked again, in ms since the epoch. */
  readonly retryAt?: number;
}
