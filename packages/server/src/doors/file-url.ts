import type { TreePath } from '../core/path.ts';
import type { StorageRecord } from '../core/storage-record.ts';
import { encodePath } from '../http/request-path.ts';
import type { DoorContext } from './context.ts';

/** What addresses are made with. */
type Maker = Pick<DoorContext, 'settings' | 'signer'>;

/** Whether downloads of a storage need a sign. Anything but a clear `false` in the settings keeps them all closed. */
export function needsSign(
  storage: StorageRecord | undefined,
  { settings }: Pick<Maker, 'settings'>,
): boolean {
  return settings.get('sign_all') !== 'false' || storage?.enableSign === true;
}

/**
 * The gateway's own address of a file, signed when the file needs it (API reference §3.3).
 * @param flag a part of the query, such as `d` or `variant=media-480`
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
 * Where the gateway serves a small picture of a file (API reference §3.1). It begins with a slash: records are kept for all who ask, by
 * whatever name they know the gateway.
 */
export function thumbUrl(
  file: { readonly fullPath: TreePath; readonly storage?: StorageRecord },
  door: Maker,
): string {
  const sign = needsSign(file.storage, door) ? `&sign=${door.signer.sign(file.fullPath)}` : '';
  return `/d${encodePath(file.fullPath)}?type=thumb${sign}`;
}
