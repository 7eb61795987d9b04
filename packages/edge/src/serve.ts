import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Edge } from './edge.ts';

/** A worker that listens. */
export interface EdgeServer {
  readonly url: string;
  close(): void;
}

/**
 * Runs a worker on `node:http`, which keeps the length of a streamed body where Bun's own server drops it.
 *
 * @throws the system's error when the address can't be had
 */
export async function serveEdge(
  edge: Edge,
  at: { readonly host: string; readonly port: number },
): Promise<EdgeServer> {
  const server = createServer((req, res) => {
    answer(edge, req, res).catch(() => res.destroy()); // the client sees that the body is not whole
  });
  server.timeout = 0; // a film that is paused is not a dead client
  server.listen(at.port, at.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${at.host}:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(edge: Edge, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const left = new AbortController();
  res.once('close', () => left.abort());
  const path = req.url?.startsWith('/') ? req.url : '/';
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) headers.set(name, String(value));
  const request = new Request(`http://edge${path}`, {
    method: req.method ?? 'GET',
    headers,
    signal: left.signal,
  });
  const response = await edge(request);
  res.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null || req.method === 'HEAD') {
    res.end();
    return;
  }
  await pump(response.body.getReader(), res, left.signal);
}

async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  res: ServerResponse,
  left: AbortSignal,
): Promise<void> {
  const promised = Number(res.getHeader('content-length') ?? Number.NaN);
  const wakeup = new Wakeup(res);
  let sent = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || left.aborted) break;
      sent += value.length;
      if (!res.write(value)) await wakeup.next();
    }
  } finally {
    await reader.cancel().catch(() => {}); // it has failed or ended, which is known here already
  }
  if (left.aborted) return;
  if (Number.isFinite(promised) && sent !== promised)
    throw new Error('the upstream sent another length than it promised');
  res.end();
}

/** Waits for room in a response, or its end, with one pair of listeners however often. */
class Wakeup {
  #wake: () => void = () => {};
  readonly #res: ServerResponse;

  constructor(res: ServerResponse) {
    this.#res = res;
    for (const event of ['drain', 'close']) res.on(event, () => this.#wake());
  }

  next(): Promise<void> {
    if (this.#res.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
