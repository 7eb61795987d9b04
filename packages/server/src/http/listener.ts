import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long a client gets for its request, in ms. Answers have no limit: films are long. */
export interface ListenerLimits {
  readonly headMs: number;
  /** For the body, unless `takesFile` says that it may be a long one. */
  readonly bodyMs: number;
  /** How often connections are looked at. */
  readonly checkEveryMs: number;
}

const LIMITS: ListenerLimits = { headMs: 30_000, bodyMs: 60_000, checkEveryMs: 10_000 };
/** How long an idle connection is kept for the client's next request. */
const KEEP_ALIVE_MS = 30_000;
/** After how much silence the kernel starts asking a client whether it is still there. */
const PROBE_AFTER_MS = 60_000;
/** How long requests that run get to end when the gateway stops. */
const GRACE_MS = 300;

/** A listening server. */
export interface Listener {
  /** Where it listens, with the port that it got. */
  readonly url: string;
  /** Takes no more connections, gives running requests a moment, then cuts them. */
  close(): Promise<void>;
}

/** What is listened for, and where. */
export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  /** Requests whose body takes as long as it takes. Whoever reads it must let go of a sender that falls silent. */
  readonly takesFile?: (req: IncomingMessage) => boolean;
}

/**
 * Listens for HTTP/1.1. Clients that pause are left alone, clients that vanished are found by the kernel's probes.
 *
 * @throws the system's error, whose `code` says why the address can't be had
 */
export async function listen(
  handler: RequestListener,
  { host, port, takesFile = () => false }: ListenerOptions,
  limits = LIMITS,
): Promise<Listener> {
  const probes = { keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS };
  const server = createServer({ ...probes, connectionsCheckingInterval: limits.checkEveryMs });
  server.on('request', (req, res) => {
    if (!takesFile(req)) limitBody(req, limits.bodyMs);
    handler(req, res);
  });
  server.timeout = 0;
  server.headersTimeout = limits.headMs;
  server.requestTimeout = 0; // would cut long uploads as well
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // The handler answers before the body is sent where it needs none of it; else it tells the client to go on.
  server.on('checkContinue', handler);
  server.on('clientError', refuse);
  server.listen(port, host);
  await once(server, 'listening');
  return { url: urlOf(server), close: () => close(server) };
}

/** Lets go of a client whose body does not come to its end in time. */
function limitBody(req: IncomingMessage, ms: number): void {
  if (!('content-length' in req.headers) && !('transfer-encoding' in req.headers)) return;
  const timer = setTimeout(() => {
    if (!req.complete) refuse({ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, req.socket);
  }, ms);
  req.once('close', () => clearTimeout(timer));
}

const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);

/** Requests that are no HTTP, or never come whole, reach no door. */
function refuse(error: { readonly code?: string }, socket: Socket): void {
  const status = REFUSALS.get(error.code ?? '') ?? '400 Bad Request';
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return '';
  const any = address.address === '0.0.0.0' || address.address === '::';
  const host = address.family === 'IPv6' && !any ? `[${address.address}]` : address.address;
  return `http://${any ? 'localhost' : host}:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(cut);
}
