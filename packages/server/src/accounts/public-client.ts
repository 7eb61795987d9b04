import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { waitOrAbort } from '../core/abort.ts';
import { StorageError } from '../core/errors.ts';
import type { HttpClient } from '../core/http-client.ts';
import { isPrivateHost } from '../http/private-host.ts';
import { type Dial, exchange } from './exchange.ts';

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export interface PublicClientOptions {
  /** Default: the system's resolver. */
  readonly resolve?: Resolve;
  /** Whether an address may be connected to. Default: those of the public internet. */
  readonly allows?: (address: string) => boolean;
}

/**
 * A client for addresses that users give: it reaches the public internet and nothing else. Names are resolved first, all their addresses are
 * looked at, and the connection goes to the very address that was looked at, so that a name that changes its mind in between (DNS
 * rebinding) leads nowhere. Each redirect is a request of its own to whoever follows it, and so is checked anew. Connections are not kept.
 *
 * @throws StorageError `forbidden` for a name or address that is not public, before anything is sent.
 */
export function createPublicClient(options: PublicClientOptions = {}): HttpClient {
  const { resolve = systemResolve, allows = (address) => !isPrivateHost(urlOf(address)) } = options;
  return {
    async request(request) {
      const url = URL.parse(request.url);
      if (url === null || !/^https?:$/.test(url.protocol)) {
        throw new StorageError('invalid_argument', 'Only http and https addresses are fetched here.');
      }
      const address = await waitOrAbort(publicAddress(url, resolve, allows), request.signal);
      const agents = { http: new http.Agent(), https: new https.Agent() };
      const dial = (): Dial => dialTo(address, url, agents);
      return exchange(request, dial, () => {
        agents.http.destroy();
        agents.https.destroy();
      });
    },
  };
}

async function publicAddress(
  url: URL,
  resolve: Resolve,
  allows: (address: string) => boolean,
): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) {
    if (!allows(host)) throw notPublic();
    return host;
  }
  if (isPrivateHost(url)) throw notPublic();
  const addresses = await resolve(host).catch((cause: unknown) => {
    throw new StorageError('unavailable', `The name ${host} can't be resolved.`, {
      retry: 'later',
      detail: { remedy: 'Check the address.' },
      cause,
    });
  });
  const [first] = addresses;
  // One bad address among good ones is a trick as well.
  if (first === undefined || !addresses.every((address) => isIP(address) !== 0 && allows(address)))
    throw notPublic();
  return first;
}

function dialTo(
  address: string,
  url: URL,
  agents: { readonly http: http.Agent; readonly https: https.Agent },
): Dial {
  const secure = url.protocol === 'https:';
  const port = Number(url.port) || (secure ? 443 : 80);
  if (!secure) return { agent: agents.http, options: { host: address, port } };
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const options = {
    host: address,
    port,
    rejectUnauthorized: true,
    ...(isIP(name) === 0 ? { servername: name } : {}),
  };
  return { agent: agents.https, options };
}

async function systemResolve(hostname: string): Promise<readonly string[]> {
  return (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);
}

function urlOf(address: string): URL {
  return new URL(`http://${isIP(address) === 6 ? `[${address}]` : address}/`);
}

function notPublic(): StorageError {
  return new StorageError('forbidden', 'This address does not lead to the public internet.', {
    detail: {
      remedy: 'Give an address that anyone could fetch; those of this machine and its network are not.',
    },
  });
}
