import { z } from 'zod';
import { normalizePath } from '../../core/path.ts';
import { type StorageRecord, WEBDAV_POLICIES } from '../../core/storage-record.ts';
import { ConfigError, type StorageInput, type StorageView } from '../../storages/service.ts';
import { NEW_STORAGE } from '../../storages/new-storage.ts';
import { required } from './bind.ts';
import { type WireState, wireState, wireStatus } from './storage-state.ts';
import { wireTime } from './wire-time.ts';

/** What a client may send of a storage (API reference §6.1). Absent fields keep their value on update. */
export const storageFields = z.object({
  mount_path: z.string().optional(),
  order: z.int().optional(),
  driver: z.string().optional(),
  cache_expiration: z.int().min(0).optional(),
  addition: z.string().optional(),
  remark: z.string().optional(),
  disabled: z.boolean().optional(),
  disable_index: z.boolean().optional(),
  enable_sign: z.boolean().optional(),
  order_by: z.string().optional(),
  order_direction: z.string().optional(),
  extract_folder: z.string().optional(),
  web_proxy: z.boolean().optional(),
  webdav_policy: z.string().optional(),
  proxy_range: z.boolean().optional(),
  down_proxy_url: z.string().optional(),
  down_proxy_sign: z.boolean().optional(),
  disable_proxy_sign: z.boolean().optional(),
});

export const newStorage = storageFields.extend({
  mount_path: required('Storage.MountPath'),
  driver: required('Storage.Driver'),
});

type StorageFields = z.output<typeof storageFields>;

/**
 * Puts sent fields over a stored storage, or over the defaults.
 * @throws ConfigError when `addition` is not the text of a JSON object; StorageError for a mount path that is none
 */
export function storageInput(sent: StorageFields, stored: StorageInput = NEW_STORAGE): StorageInput {
  return {
    mountPath: sent.mount_path === undefined ? stored.mountPath : normalizePath(sent.mount_path),
    order: sent.order ?? stored.order,
    driver: sent.driver ?? stored.driver,
    cacheExpiration: sent.cache_expiration ?? stored.cacheExpiration,
    addition: sent.addition === undefined ? stored.addition : parseAddition(sent.addition),
    remark: sent.remark ?? stored.remark,
    disabled: sent.disabled ?? stored.disabled,
    disableIndex: sent.disable_index ?? stored.disableIndex,
    enableSign: sent.enable_sign ?? stored.enableSign,
    orderBy: oneOf(['name', 'size', 'modified'], sent.order_by, stored.orderBy),
    orderDirection: oneOf(['asc', 'desc'], sent.order_direction, stored.orderDirection),
    extractFolder: oneOf(['front', 'back'], sent.extract_folder, stored.extractFolder),
    webProxy: sent.web_proxy ?? stored.webProxy,
    webdavPolicy: webdavPolicy(sent.webdav_policy, stored.webdavPolicy),
    proxyRange: sent.proxy_range ?? stored.proxyRange,
    downProxyUrl: sent.down_proxy_url ?? stored.downProxyUrl,
    downProxySign: downProxySign(sent, stored.downProxySign),
  };
}

function parseAddition(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // answered below, like any other text that holds no object
  }
  throw new ConfigError([{ field: 'addition', message: 'must be the text of a JSON object' }]);
}

/** Unknown values count as empty, which leaves the order as delivered. */
function oneOf<T extends string>(known: readonly T[], sent: string | undefined, stored: T | ''): T | '' {
  return sent === undefined ? stored : (known.find((value) => value === sent) ?? '');
}

/** What is empty or unknown counts as `native_proxy` (API reference §5.1); what was never sent, as `auto`. */
function webdavPolicy(
  sent: string | undefined,
  stored: StorageRecord['webdavPolicy'],
): StorageRecord['webdavPolicy'] {
  if (sent === undefined) return stored;
  return WEBDAV_POLICIES.find((policy) => policy === sent) ?? 'native_proxy';
}

/** Two dialects name one switch from opposite sides; of two that are sent, the one that differs from what is stored was meant. */
function downProxySign(sent: StorageFields, stored: boolean): boolean {
  const { down_proxy_sign: on, disable_proxy_sign: off } = sent;
  if (on !== undefined && on !== stored) return on;
  return off === undefined ? stored : !off;
}

/** A storage as all dialects understand it, and `state` of ours. */
export interface WireStorage {
  readonly id: number;
  readonly status: string;
  readonly addition: string;
  readonly state: WireState;
  readonly [field: string]: unknown;
}

/** Secrets in the addition are masked already. */
export function wireStorage({ record, status }: StorageView): WireStorage {
  return {
    id: record.id,
    mount_path: record.mountPath,
    order: record.order,
    driver: record.driver,
    cache_expiration: record.cacheExpiration,
    custom_cache_policies: '',
    status: wireStatus(status),
    addition: JSON.stringify(record.addition),
    remark: record.remark,
    modified: wireTime(record.modified),
    disabled: record.disabled,
    disable_index: record.disableIndex,
    enable_sign: record.enableSign,
    order_by: record.orderBy,
    order_direction: record.orderDirection,
    extract_folder: record.extractFolder,
    web_proxy: record.webProxy,
    webdav_policy: record.webdavPolicy,
    proxy_range: record.proxyRange,
    down_proxy_url: record.downProxyUrl,
    down_proxy_sign: record.downProxySign,
    disable_proxy_sign: !record.downProxySign,
    state: wireState(status, true),
  };
}
