import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Caller } from '../types.ts';
import type { Certificates } from './certificates.ts';
import { createConnectProxy } from './connect-proxy.ts';
import type { Front } from './front.ts';
import { type Listening, listen, PROBE_AFTER_MS } from './listen.ts';

/** Who callers through the proxies are taken for (design §11; addresses of RFC 5737, which nobody has). */
const ASIA: Caller = { address: '203.0.113.9', region: 'asia' };
const EUROPE: Caller = { address: '198.51.100.7', region: 'eu' };

const LOOPBACK = '127.0.0.1';
const KEEP_ALIVE_MS = 60_000;

/** The plain listener, which links may name before anything answers there. */
export interface ReservedCdn extends Listening {
  readonly server: Server;
  readonly url: string;
}

/** Everything that listens, but for the plain CDN. */
export interface Doors {
  readonly tlsPort: number;
  readonly asiaPort: number;
  readonly euPort: number;
  close(): Promise<void>;
}

/** What the doors lead to. */
export interface DoorsOptions {
  readonly host: string;
  readonly ports: { readonly tls: number; readonly asia: number; readonly eu: number };
  readonly certificates: Certificates;
  readonly cdn: ReservedCdn;
  readonly front: Front;
  readonly plainFront: Front;
  isObjectStoreHost(host: string): boolean;
}

/** Takes the port of the plain CDN. @throws SandboxStartError */
export async function reserveCdn(host: string, port: number): Promise<ReservedCdn> {
  const server = createServer({ keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS });
  const listening = await listen(withoutTimeouts(server), host, port);
  return { ...listening, server, url: `http://${urlHost(host)}:${listening.port}` };
}

/** Opens all doors, or none. @throws SandboxStartError */
export async function openDoors(options: DoorsOptions): Promise<Doors> {
  const { host, ports, cdn } = options;
  const opened: Listening[] = [];
  const open = async (server: Server | TlsServer, at: string, port: number): Promise<number> => {
    const listening = await listen(server, at, port);
    opened.push(listening);
    return listening.port;
  };
  const openProxy = async (caller: Caller, port: number): Promise<number> => {
    const inner = tlsServer(options, () => caller);
    const answerPlain = handle(options.plainFront, () => caller);
    const plain = createServer(answerPlain);
    const ends = {
      tlsPort: await open(withoutTimeouts(inner), LOOPBACK, 0),
      plainPort: await open(withoutTimeouts(plain), LOOPBACK, 0),
      cdnAddresses: [new URL(cdn.url).host, `localhost:${cdn.port}`],
      isPlainHost: (name: string) => options.isObjectStoreHost(name),
    };
    return open(withoutTimeouts(createConnectProxy(ends, answerPlain)), host, port);
  };
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((listening) => listening.close()));
  };
  try {
    const tlsPort = await open(withoutTimeouts(tlsServer(options, socketCaller)), host, ports.tls);
    const asiaPort = await openProxy(ASIA, ports.asia);
    const euPort = await openProxy(EUROPE, ports.eu);
    cdn.server.on('request', handle(options.plainFront, socketCaller));
    return { tlsPort, asiaPort, euPort, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type CallerOf = (remoteAddress: string) => Caller;

function socketCaller(remoteAddress: string): Caller {
  return { address: remoteAddress.replace(/^::ffff:/i, ''), region: 'local' };
}

function handle(front: Front, callerOf: CallerOf): RequestListener {
  return (req, res) => void front(req, res, callerOf(req.socket.remoteAddress ?? ''));
}

function tlsServer(options: DoorsOptions, callerOf: CallerOf): TlsServer {
  const { certPem, keyPem } = options.certificates;
  const settings = { key: keyPem, cert: certPem, keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS };
  return createTlsServer(settings, handle(options.front, callerOf));
}

/** Players pause for long: no answer is cut for being slow. */
function withoutTimeouts<S extends Server | TlsServer>(server: S): S {
  server.timeout = 0;
  server.requestTimeout = 0;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

/** A host that stands for all addresses is reached by loopback. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return LOOPBACK;
  return host.includes(':') ? `[${host}]` : host;
}
