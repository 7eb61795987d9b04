import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ROOTS } from '../cloud/index.ts';
import { PROBE_AFTER_MS } from './listen.ts';

/** Ports on loopback that the tunnels of one proxy end at; what comes in there is known to be this proxy's. */
export interface TunnelEnds {
  readonly tlsPort: number;
  readonly plainPort: number;
  /** The sandbox's plain CDN, as its links name it: `host:port`. */
  readonly cdnAddresses: readonly string[];
  /** Hosts that are reached without TLS as well, on port 80: those of the object store. */
  isPlainHost(host: string): boolean;
}

const HTTPS_PORT = '443';
const HTTP_PORT = '80';
const ABSOLUTE = /^http:\/\/([a-z0-9.-]+)(?::(\d{1,5}))?((?:[/?].*)?)$/i;
const AUTHORITY = /^([a-z0-9.-]+|\[[0-9a-f:.]+\]):(\d{1,5})$/;

/**
 * An HTTP proxy that takes `CONNECT` (RFC 9110 §9.3.6) to the emulated hosts and to the sandbox's own CDN, and requests in absolute form
 * (RFC 9112 §3.2.2) to the object store, which `plain` answers. It refuses all else with 403: nothing that is sent through it leaves the
 * machine.
 */
export function createConnectProxy(ends: TunnelEnds, plain: RequestListener): Server {
  const server = createServer({ keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS }, (req, res) => {
    if (becomesPlain(req, ends)) {
      plain(req, res);
      return;
    }
    req.resume();
    res.writeHead(403, { 'content-type': 'text/plain', connection: 'close' });
    res.end(`This proxy only takes CONNECT, to ${ROOTS.join(', ')} and their subdomains.\n`);
  });
  server.on('connect', (req: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    const port = tunnelPort(req.url ?? '', ends);
    if (port === undefined) refuse(client);
    else tunnel(client, head, port);
  });
  return server;
}

/** Where a tunnel to `authority` ends; undefined when it must not be. */
export function tunnelPort(authority: string, ends: TunnelEnds): number | undefined {
  const target = authority.toLowerCase();
  if (ends.cdnAddresses.includes(target)) return ends.plainPort;
  const [, host = '', port] = AUTHORITY.exec(target) ?? [];
  if (port === HTTP_PORT && ends.isPlainHost(host)) return ends.plainPort;
  const isEmulated = ROOTS.some((root) => host === root || host.endsWith(`.${root}`));
  return isEmulated && port === HTTPS_PORT ? ends.tlsPort : undefined;
}

/** Brings a request in absolute form into the form in which its host would get it; false when it must not be passed on. */
function becomesPlain(req: IncomingMessage, ends: TunnelEnds): boolean {
  const [, host = '', port = HTTP_PORT, target = ''] = ABSOLUTE.exec(req.url ?? '') ?? [];
  if (port !== HTTP_PORT || !ends.isPlainHost(host.toLowerCase())) return false;
  req.url = target.startsWith('/') ? target : `/${target}`;
  req.headers.host = host;
  return true;
}

function refuse(client: Duplex): void {
  const text = 'The sandbox only leads to the hosts that it emulates.\n';
  client.end(
    `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
  );
}

function tunnel(client: Duplex, head: Buffer, port: number): void {
  const upstream: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  upstream.on('error', () => client.destroy());
  upstream.once('close', () => client.destroy());
  client.once('close', () => upstream.destroy());
  upstream.once('connect', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) upstream.write(head);
    client.pipe(upstream);
    upstream.pipe(client);
  });
}
