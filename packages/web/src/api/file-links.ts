import { encodePath } from '../tree/tree-path.ts';
import type { Entry, Variant } from './entries.ts';

type Addressed = Pick<Entry, 'fullPath' | 'sign'>;

/** A file's address for players and download managers, by the storage's policy (API reference §4.4). Needs no sign-in: the sign opens it. */
export function downloadUrl(file: Addressed): string {
  return `/d${encodePath(file.fullPath)}${query(file)}`;
}

/**
 * Where the browser saves a file from. It goes through the gateway, which tells the file's name: a cloud's own address tells none, and
 * a browser that is led to it shows the file in place of the page or saves it as `download`.
 */
export function saveUrl(file: Addressed): string {
  return `/p${encodePath(file.fullPath)}${query(file)}`;
}

/** Where a file's bytes come through the gateway, to be shown in the page (API reference §4.5). */
export function gatewayUrl(file: Addressed): string {
  return `/p${encodePath(file.fullPath)}${query(file, 'type=preview')}`;
}

/** Where a film is played from: by the storage's policy, which may lead to the cloud itself. */
export function playUrl(file: Addressed): string {
  return `/d${encodePath(file.fullPath)}${query(file, 'type=preview')}`;
}

/** The same for a file of which its cloud serves only a part: nothing is saved to have the rest. */
export function partUrl(file: Addressed): string {
  return `/p${encodePath(file.fullPath)}${query(file, 'type=preview', 'whole=0')}`;
}

/** Where one of a film's variants comes through the gateway. */
export function variantUrl(file: Addressed, variant: Pick<Variant, 'id' | 'original'>): string {
  if (variant.original) return playUrl(file);
  return `/p${encodePath(file.fullPath)}${query(file, 'type=preview', `variant=${encodeURIComponent(variant.id)}`)}`;
}

/** An address for others: with the scheme and host under which the page was opened. */
export function absoluteUrl(url: string, origin: string): string {
  return new URL(url, origin).href;
}

function query({ sign }: Addressed, ...more: string[]): string {
  const parts = [...more, ...(sign === '' ? [] : [`sign=${sign}`])];
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
