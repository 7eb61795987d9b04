import { StorageError } from '../core/errors.ts';
import type { Route } from './route.ts';

/** Whom a request is for, and where it connects to in order to get there. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  /** Present for https: the name that the certificate must carry, and who may have signed it, if not the system's authorities. */
  readonly trust?: Trust;
}

export interface Trust {
  readonly name: string;
  /** PEM. */
  readonly ca?: string;
}

/**
 * Where `url` is reached by a route.
 * @throws StorageError `unavailable` when the route doesn't lead there
 */
export function destinationOf(url: URL, route: Route): Destination {
  const secure = url.protocol === 'https:';
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const own = { host: name, port: Number(url.port) || (secure ? 443 : 80) };
  if (secure) {
    const trust = 'ca' in route && route.ca !== undefined ? { name, ca: route.ca } : { name };
    return route.kind === 'pinned' ? { host: route.host, port: route.port, trust } : { ...own, trust };
  }
  if (route.kind !== 'pinned' || isLoopback(name)) return own;
  throw new StorageError('unavailable', 'This egress does not lead to plain http addresses.');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
