import type { TreePath } from '../core/path.ts';
import type { StorageRecord } from '../core/storage-record.ts';
import { encodePath } from '../http/request-path.ts';
import type { DoorContext } from './context.ts';

/** What addresses are made with. */
type Maker = Pick<DoorContext, 'settings' | 'signer' | 'workers'>;

/** Whether downloads of a storage need a sign. Anything but a clear `false` in the settings keeps them all closed. */
export function needsSign(
  storage: StorageRecord | undefined,
  { settings }: Pick<Maker, 'settings'>,
): boolean {
  return settings.get('sign_all') !== 'false' || storage?.enableSign === true;
}

/**
 * The gateway's own address of a file, signed when the file needs it (API reference §3.3).
 * @param flag a query parameter without a value, such as `d`
 */
export function proxyUrl(
  origin: string,
  file: { readonly fullPath: TreePath; readonly storage: StorageRecord },
  door: Maker,
  flag?: string,
): string {
  const sign = needsSign(file.storage, door) ? [`sign=${door.signer.sign(file.fullPath)}`] : [];
  const query = [...(flag === undefined ? [] : [flag]), ...sign].join('&');
  return `${origin}/p${encodePath(file.fullPath)}${query === '' ? '' : `?${query}`}`;
}

/**
 * A file's address at the storage's own download proxy: the first line of `down_proxy_url`, freed of what people leave at its end
 * (API reference §5.2). Signed with the proxy's key, which opens nothing at the gateway. Undefined when the storage names none.
 */
export function downProxyUrl(
  file: { readonly fullPath: TreePath; readonly storage: StorageRecord },
  door: Maker,
): string | undefined {
  const base = file.storage.downProxyUrl.split('\n')[0]?.trim().replace(/\/+$/, '');
  if (base === undefined || base === '') return undefined;
  const query = file.storage.downProxySign ? `?sign=${door.workers.sign(file.fullPath)}` : '';
  return `${base}${encodePath(file.fullPath)}${query}`;
}
