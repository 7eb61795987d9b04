import type { IncomingMessage } from 'node:http';
import { ROOT, type TreePath } from '../../core/path.ts';
import type { TrustedProxies } from '../../http/client-address.ts';
import { decodeRequestPath, encodePath } from '../../http/request-path.ts';
import { DavFailure } from './failure.ts';

/** The path at which this door stands in the gateway. */
export const DOOR = '/dav';

/** Where the client sees the door: behind a proxy that may add a prefix and another host. */
export interface DavBase {
  /** What every href begins with: `/dav`, or `/prefix/dav`. */
  readonly prefix: string;
  /** The names under which the client may call this server, in lower case, default ports left out. */
  readonly hosts: ReadonlySet<string>;
}

/**
 * Reads it from `Host`, from the setting `site_url`, and from `X-Forwarded-Host` and `X-Forwarded-Prefix` of a trusted proxy.
 *
 * @param siteUrl the address that people use, or ''
 */
export function baseOf(
  req: Pick<IncomingMessage, 'headers' | 'socket'>,
  { siteUrl, trusted }: { readonly siteUrl: string; readonly trusted: TrustedProxies },
): DavBase {
  const site = siteUrl === '' ? undefined : (URL.parse(siteUrl) ?? undefined);
  const peer = (req.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const forwarded = (name: string): string | undefined => {
    const value = trusted.includes(peer) ? req.headers[name] : undefined;
    return (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim();
  };
  const hosts = [req.headers.host, forwarded('x-forwarded-host'), site?.host].flatMap((host) => host ?? []);
  const prefix = cleanPrefix(forwarded('x-forwarded-prefix') ?? site?.pathname ?? '');
  return { prefix: prefix + DOOR, hosts: new Set(hosts.map(plainHost)) };
}

/** Only what can stand in a path as it is. */
function cleanPrefix(prefix: string): string {
  const trimmed = prefix.replace(/\/+$/, '');
  return /^(?:\/[\w.~-]+)+$/.test(trimmed) && !/\/\.\.?(?:\/|$)/.test(trimmed) ? trimmed : '';
}

function plainHost(host: string): string {
  return host.toLowerCase().replace(/:(?:80|443)$/, '');
}

/** The address of a resource, as it goes into XML and headers: folders end with a slash. */
export function hrefOf({ prefix }: DavBase, path: TreePath, folder: boolean): string {
  if (path === ROOT) return `${prefix}/`;
  return `${prefix}${encodePath(path)}${folder ? '/' : ''}`;
}

/** The same for an entry of a folder whose href is known: for listings, in which the way to it is always the same. */
export function hrefIn(folderHref: string, name: string, folder: boolean): string {
  return `${folderHref}${encodePath(name)}${folder ? '/' : ''}`;
}

/**
 * The path that an address of a client's leads to: `Destination`, or a tag in `If`. Decoded once, like any request's.
 *
 * @throws DavFailure 400 for what is no address, 502 for one outside this door; StorageError as `decodeRequestPath`.
 */
export function pathIn({ prefix, hosts }: DavBase, address: string): TreePath {
  const absolute = /^https?:\/\/([^/?#]*)([^?#]*)/i.exec(address);
  const [, host, path = address.replace(/[?#].*$/s, '')] = absolute ?? [];
  if (host !== undefined && !hosts.has(plainHost(host))) {
    throw new DavFailure(502, 'the destination is on another server');
  }
  if (!path.startsWith('/')) throw new DavFailure(400, 'the destination is no absolute address');
  // A proxy that strips the prefix may or may not do so in headers.
  const door = [prefix, DOOR].find((start) => path === start || path.startsWith(`${start}/`));
  if (door === undefined) throw new DavFailure(502, 'the destination lies outside the WebDAV tree');
  return decodeRequestPath(path, door);
}
