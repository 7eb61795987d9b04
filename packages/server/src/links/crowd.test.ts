import { afterEach, expect, test } from 'bun:test';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../runtime/system.ts';
import { createGateway } from './gateway-stream.ts';
import { fakeFile, patternBytes, playCtx, serveRange, startFakeUpstream } from './testing/upstream.ts';

const SIZE = 3_000_000;
const WHOLE = patternBytes(0, SIZE);
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A gateway whose cloud allows few connections, and how many it ever had at once. */
async function crowdedDoor(perFile: number) {
  let most = 0;
  const upstream = await startFakeUpstream((req, res) => {
    most = Math.max(most, upstream.open());
    serveRange(SIZE)(req, res);
  });
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const gateway = createGateway({ clock: systemClock(), log });
  const file = {
    ...fakeFile(SIZE, [upstream.url]),
    connections: { perFile, perAccount: perFile, account: {} },
  };
  const server = http.createServer((req, res) => {
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const start = Number(req.url?.slice(1));
    const job = { file, range: { start, end: SIZE }, ctx: playCtx(gone.signal) };
    const run = async (): Promise<void> => {
      const leg = await gateway.open(job);
      res.writeHead(206, { 'Content-Length': SIZE - start });
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
