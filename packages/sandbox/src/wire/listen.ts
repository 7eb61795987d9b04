import { once } from 'node:events';
import type { Server, Socket } from 'node:net';

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Stops listening and cuts every connection that has sent a byte, tunnels included; Bun does not tell of others. */
  close(): Promise<void>;
}

/** Why the sandbox can't start, in words for a person. */
export class SandboxStartError extends Error {
  override readonly name = 'SandboxStartError';
}

/** Silence after which the kernel asks a client whether it is still there. */
export const PROBE_AFTER_MS = 60_000;

/** Listens; port 0 takes a free one. @throws SandboxStartError when the address can't be had. */
export async function listen(server: Server, host: string, port: number): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw startError(error, host, port);
  }
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function startError(error: unknown, host: string, port: number): SandboxStartError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} is taken by another program; choose another port, or 0 for any free one`,
    EACCES: `port ${port} is not open to this user; choose one above 1023`,
    EADDRNOTAVAIL: `this machine has no address ${host}`,
  };
  const text = error instanceof Error ? error.message : String(error);
  return new SandboxStartError(reasons[String(code)] ?? `cannot listen on ${host}:${port}: ${text}`, {
    cause: error,
  });
}
