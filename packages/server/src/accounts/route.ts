import { StorageError } from '../core/errors.ts';

/** How requests leave the process. Proxy URLs carry no credentials: those travel beside them, decoded. */
export type Route =
  | { readonly kind: 'direct' }
  | { readonly kind: 'pinned'; readonly host: string; readonly port: number; readonly ca: string }
  | {
      readonly kind: 'tunnel';
      readonly proxy: URL;
      readonly authorization?: string;
      /** Trusted in place of the system's authorities for the hosts behind the proxy. */
      readonly ca?: string;
    }
  | { readonly kind: 'socks'; readonly proxy: URL };

/**
 * A way out that has a name instead of an address. `proxy`: an HTTP proxy. `direct`: https requests go to `connectTo` whatever
 * host they name (which TLS and the Host header still carry); plain http reaches loopback addresses only.
 * Only certificates of `ca` (PEM) are trusted.
 */
export type NamedEgress =
  | { readonly kind: 'proxy'; readonly proxyUrl: string; readonly ca: string }
  | {
      readonly kind: 'direct';
      readonly connectTo: { readonly host: string; readonly port: number };
      readonly ca: string;
    };

/**
 * Reads an `egress` setting: empty, a name of `named`, or the URL of an HTTP or SOCKS5 proxy with optional credentials.
 *
 * @throws StorageError `misconfigured`. Its words never repeat the value, which may hold a password.
 */
export function parseRoute(egress: string, named: ReadonlyMap<string, NamedEgress>): Route {
  if (egress === '') return { kind: 'direct' };
  const byName = named.get(egress);
  if (byName !== undefined) return namedRoute(byName);
  const url = URL.parse(egress);
  if (url === null || url.hostname === '') throw wrongEgress(named);
  if ((url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '') {
    throw wrongEgress(named);
  }
  switch (url.protocol) {
    case 'http:':
    case 'https:':
      return tunnel(url, named);
    case 'socks5:':
    case 'socks5h:':
      credentialsOf(url, named); // so that a bad escape shows now
      return { kind: 'socks', proxy: url };
    default:
      throw wrongEgress(named);
  }
}

function namedRoute(egress: NamedEgress): Route {
  if (egress.kind === 'proxy') return { kind: 'tunnel', proxy: new URL(egress.proxyUrl), ca: egress.ca };
  return { kind: 'pinned', ...egress.connectTo, ca: egress.ca };
}

function tunnel(url: URL, named: ReadonlyMap<string, NamedEgress>): Route {
  const credentials = credentialsOf(url, named);
  const proxy = new URL(url);
  proxy.username = '';
  proxy.password = '';
  if (credentials === undefined) return { kind: 'tunnel', proxy };
  const encoded = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  return { kind: 'tunnel', proxy, authorization: `Basic ${encoded}` };
}

function credentialsOf(url: URL, named: ReadonlyMap<string, NamedEgress>) {
  if (url.username === '' && url.password === '') return undefined;
  try {
    return { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    throw wrongEgress(named);
  }
}

function wrongEgress(named: ReadonlyMap<string, NamedEgress>): StorageError {
  const names = [...named.keys()];
  const orName = names.length === 0 ? '' : ` Here also: ${names.join(', ')}.`;
  return new StorageError('misconfigured', 'The egress of this storage is not valid.', {
    detail: {
      reason: 'egress_invalid',
      remedy:
        'Leave egress empty to go out directly, or give a proxy as http://, https://, socks5:// or socks5h:// ' +
        `with host and port, such as socks5h://user:password@proxy.example:1080.${orName}`,
    },
  });
}
