import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';

/** A server on loopback that counts its sockets. */
export interface TestServer {
  readonly port: number;
  /** Sockets open now. */
  readonly sockets: () => number;
  /** Sockets ever accepted. */
  readonly accepted: () => number;
  /** Resolves when `count` sockets or fewer are open. */
  readonly drained: (count: number) => Promise<void>;
  readonly close: () => void;
}

async function listen(server: net.Server): Promise<TestServer> {
  const open = new Set<Socket>();
  let accepted = 0;
  let changed = Promise.withResolvers<void>();
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      open.delete(socket);
      changed.resolve();
      changed = Promise.withResolvers();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets: () => open.size,
    accepted: () => accepted,
    async drained(count) {
      while (open.size > count) await changed.promise;
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

export type Handler = (req: http.IncomingMessage, res: http.ServerResponse) => unknown;

/** An HTTP server with one handler for everything. */
export function startOrigin(handler: Handler): Promise<TestServer> {
  return listen(http.createServer((req, res) => void handler(req, res)));
}

/** Accepts connections and never says a word. */
export function startSilentServer(): Promise<TestServer> {
  return listen(net.createServer((socket) => socket.resume()));
}

export interface TestProxy extends TestServer {
  /** `host:port` of each tunnel that was asked for. */
  readonly targets: string[];
  /** Credentials as they arrived: a header for HTTP, `user:password` for SOCKS. */
  readonly credentials: (string | undefined)[];
}

/** An HTTP proxy that knows `CONNECT` alone, leads every target to `port` on loopback, and answers `status` instead when told to. */
export async function startHttpProxy(port: number, status = 200): Promise<TestProxy> {
  const targets: string[] = [];
  const credentials: (string | undefined)[] = [];
  const server = http.createServer((_, res) => res.writeHead(405).end());
  server.on('connect', (req, client) => {
    targets.push(req.url ?? '');
    credentials.push(req.headers['proxy-authorization']);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 6\r\n\r\nsecret`);
      return;
    }
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    splice(client as Socket, port);
  });
  return { ...(await listen(server)), targets, credentials };
}

/** A SOCKS5 proxy with user name and password (RFC 1928, RFC 1929) that leads every target to `port` on loopback. */
export async function startSocksProxy(port: number): Promise<TestProxy> {
  const targets: string[] = [];
  const credentials: (string | undefined)[] = [];
  const server = net.createServer((client) => {
    void (async () => {
      await once(client, 'data');
      client.write(Buffer.from([5, 2]));
      const [login] = (await once(client, 'data')) as [Buffer];
      const userEnd = 2 + (login[1] ?? 0);
      credentials.push([login.subarray(2, userEnd), login.subarray(userEnd + 1)].map(String).join(':'));
      client.write(Buffer.from([1, 0]));
      const [ask] = (await once(client, 'data')) as [Buffer];
      const host = addressIn(ask);
      targets.push(`${host}:${ask.readUInt16BE(ask.length - 2)}`);
      client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
      splice(client, port);
    })();
  });
  return { ...(await listen(server)), targets, credentials };
}

/** The host that a SOCKS5 request names: a name, an IPv4 address, or an IPv6 address as 32 hex digits. */
function addressIn(ask: Buffer): string {
  if (ask[3] === 3) return String(ask.subarray(5, 5 + (ask[4] ?? 0)));
  return ask[3] === 4 ? ask.toString('hex', 4, 20) : ask.subarray(4, 8).join('.');
}

function splice(client: Socket, port: number): void {
  const upstream = net.connect(port, '127.0.0.1');
  client.pipe(upstream).pipe(client);
  client.on('close', () => upstream.destroy());
  upstream.on('error', () => client.destroy());
  upstream.on('close', () => client.destroy());
}

/** Writes without end, as fast as the reader takes it. */
export function endless(res: http.ServerResponse): void {
  const chunk = Buffer.alloc(65_536);
  const write = (): void => {
    while (res.write(chunk));
  };
  res.on('drain', write);
  write();
}
