import { afterEach, expect, test } from 'bun:test';
import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { systemClock } from '../runtime/system.ts';
import { createGateway } from './gateway-stream.ts';
import { fakeFile, patternBytes, playCtx, startFakeUpstream } from './testing/upstream.ts';

const SIZE = 3_000_000;
const WHOLE = patternBytes(0, SIZE);
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** Sends a part of one buffer, however many ask. */
function servePart(content: Buffer, req: http.IncomingMessage, res: http.ServerResponse): void {
  const [, first = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '') ?? [];
  const part = content.subarray(Number(first), Number(last) + 1);
  res.writeHead(206, {
    'Content-Length': part.length,
    'Content-Range': `bytes ${first}-${last}/${content.length}`,
  });
  res.end(part);
}

/** A gateway whose cloud allows few connections, and how many it ever had at once. */
async function crowdedDoor(perFile = Number.POSITIVE_INFINITY, content = WHOLE) {
  const size = content.length;
  let most = 0;
  const upstream = await startFakeUpstream((req, res) => {
    most = Math.max(most, upstream.open());
    servePart(content, req, res);
  });
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const gateway = createGateway({ clock: systemClock(), log });
  const file = {
    ...fakeFile(size, [upstream.url]),
    connections: { perFile, perAccount: perFile, account: {} },
  };
  const server = http.createServer((req, res) => {
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const start = Number(req.url?.slice(1));
    const job = { file, range: { start, end: size }, ctx: playCtx(gone.signal) };
    const run = async (): Promise<void> => {
      const leg = await gateway.open(job);
      res.writeHead(206, { 'Content-Length': size - start });
      await gateway.send(res, leg, job);
    };
    run().catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(upstream.close, () => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, gateway, upstream, most: () => most };
}

/** Reads a body in fits and starts. */
async function readSlowly(port: number, start: number): Promise<Buffer> {
  const req = http.get({ host: '127.0.0.1', port, path: `/${start}`, agent: false });
  const [res] = (await once(req, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of res) {
    chunks.push(chunk as Buffer);
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
  }
  return Buffer.concat(chunks);
}

test('many slow clients share few connections, and each gets its own bytes', async () => {
  const { port, gateway, upstream, most } = await crowdedDoor(3);
  const starts = Array.from({ length: 24 }, (_, i) => i * 12_345);
  const bodies = await Promise.all(starts.map((start) => readSlowly(port, start)));
  for (const [i, body] of bodies.entries()) expect(body.equals(WHOLE.subarray(starts[i]))).toBe(true);
  expect(most()).toBeLessThanOrEqual(3);
  expect(gateway.totals).toMatchObject({ open: 0, failed: 0, started: 24 });
  expect(upstream.open()).toBe(0);
});

test('a client that stops for good does not keep a connection from the others', async () => {
  const { port, gateway } = await crowdedDoor(1);
  const stalled = http.get({ host: '127.0.0.1', port, path: '/0', agent: false });
  const [res] = (await once(stalled, 'response')) as [http.IncomingMessage];
  res.pause();
  const body = await readSlowly(port, 1000);
  expect(body.equals(WHOLE.subarray(1000))).toBe(true);
  stalled.destroy();
  expect(gateway.totals.failed).toBe(0);
});

test('a client that stops and goes on among many gets its own bytes, however much had to wait for it', async () => {
  const content = Buffer.from(Uint8Array.from({ length: 12_000_000 }, (_, i) => i % 251));
  const { port, gateway, upstream } = await crowdedDoor(undefined, content);
  const bodies = Array.from({ length: 12 }, async (_, i) => {
    const req = http.get({ host: '127.0.0.1', port, path: `/${i}`, agent: false });
    const [res] = (await once(req, 'response')) as [http.IncomingMessage];
    res.pause();
    await until(() => gateway.totals.open === 12 && upstream.open() === 0);
    let at = i;
    for await (const chunk of res as AsyncIterable<Buffer>) {
      if (!chunk.equals(content.subarray(at, at + chunk.length))) throw new Error(`wrong bytes near ${at}`);
      at += chunk.length;
      for (let turns = 0; turns < 5; turns += 1) await new Promise(setImmediate);
    }
    return at;
  });
  expect(await Promise.all(bodies)).toEqual(Array.from({ length: 12 }, () => content.length));
  expect(gateway.totals.failed).toBe(0);
}, 120_000);

/** A client that takes its body a byte at a time, when told to. */
async function byteByByte(port: number, start: number) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`GET /${start} HTTP/1.1\r\nHost: a\r\n\r\n`);
  const head = await untilBlankLine(socket);
  return {
    head,
    socket,
    async byte(): Promise<number> {
      for (;;) {
        const chunk = socket.read(1) as Buffer | null;
        if (chunk !== null) return chunk[0] ?? -1;
        await once(socket, 'readable');
      }
    },
  };
}

async function untilBlankLine(socket: Socket): Promise<string> {
  for (let head = ''; ; ) {
    const chunk = socket.read(1) as Buffer | null;
    if (chunk === null) await once(socket, 'readable');
    else head += chunk.toString('latin1');
    if (head.endsWith('\r\n\r\n')) return head;
  }
}

test('five hundred clients that take a byte now and then cost little, hold no connection to the cloud, and are gone when they leave', async () => {
  const CLIENTS = 500;
  const content = Buffer.from(Uint8Array.from({ length: 16_000_000 }, (_, i) => i % 251));
  const { port, gateway, upstream } = await crowdedDoor(undefined, content);
  const clients = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => byteByByte(port, i)));
  expect(gateway.totals.open).toBe(CLIENTS);
  for (let at = 0; at < 5; at += 1) {
    const bytes = await Promise.all(clients.map((client) => client.byte()));
    expect(bytes).toEqual(clients.map((_, i) => (i + at) % 251));
  }
  await until(() => upstream.open() === 0);
  // What the system's own buffers on loopback swallow, and a slice: a stream takes no more than its client.
  expect(gateway.totals.bytes / CLIENTS).toBeLessThan(content.length / 2);
  for (const { socket } of clients) socket.destroy();
  await until(() => gateway.totals.open === 0);
  expect(gateway.totals.failed).toBe(0);
  expect(upstream.open()).toBe(0);
}, 180_000);

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!holds() && performance.now() < deadline) await new Promise(setImmediate);
  expect(holds()).toBe(true);
}
