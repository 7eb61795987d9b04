import { afterEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import http, { type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fakeClock, settle } from '../../../testing/fake-clock.ts';
import type { OpenFile } from '../../vfs/view.ts';
import { createGateway } from '../gateway-stream.ts';
import { longPattern } from '../testing/slow-cloud.ts';
import { fakeFile, playCtx, startFakeUpstream } from '../testing/upstream.ts';

const MIB = 2 ** 20;
const SIZE = 40 * MIB;
const CHUNK = MIB / 8;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A CDN each of whose connections sends one chunk a tick; and a door that sends the file through a gateway. */
async function setUp(connections: number, limits?: OpenFile['connections']) {
  const clock = fakeClock();
  const sending = new Map<ServerResponse, { at: number; end: number }>();
  let mostAtOnce = 0;
  const up = await startFakeUpstream((req, res) => {
    const [, first = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '') ?? [];
    const end = Number(last) + 1;
    res.writeHead(206, {
      'Content-Length': end - Number(first),
      'Content-Range': `bytes ${first}-${last}/${SIZE}`,
    });
    res.flushHeaders();
    sending.set(res, { at: Number(first), end });
    res.on('close', () => sending.delete(res));
    mostAtOnce = Math.max(mostAtOnce, sending.size);
  });
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const gateway = createGateway({ clock, log: silent, readAheadConnections: () => connections });
  const file = { ...fakeFile(SIZE, [up.url]), ...(limits === undefined ? {} : { connections: limits }) };
  const server = http.createServer((_, res) => {
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const job = { file, range: { start: 0, end: SIZE }, ctx: playCtx(gone.signal) };
    void gateway.open(job).then((leg) => gateway.send(res, leg, job));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(up.close, () => {
    server.closeAllConnections();
    server.close();
  });
  const tick = async (): Promise<void> => {
    for (const [res, place] of sending) {
      if (res.writableNeedDrain) continue;
      const to = Math.min(place.end, place.at + CHUNK);
      const bytes = longPattern(place.at, to);
      place.at = to;
      if (to < place.end) res.write(bytes);
      else {
        sending.delete(res);
        res.end(bytes);
      }
    }
    await clock.advance(100);
    for (let turn = 0; turn < 5; turn += 1) await settle();
  };
  return {
    gateway,
    tick,
    port: (server.address() as AddressInfo).port,
    upstream: up,
    mostAtOnce: () => mostAtOnce,
  };
}

async function download(port: number, tick: () => Promise<void>): Promise<Buffer> {
  const got: Buffer[] = [];
  const fetched = fetch(`http://127.0.0.1:${port}/`)
    .then((res) => res.arrayBuffer())
    .then((bytes) => got.push(Buffer.from(bytes)));
  for (let turn = 0; turn < 3_000 && got.length === 0; turn += 1) await tick();
  await fetched;
  return Buffer.concat(got);
}

describe('a download from a cloud that limits each connection', () => {
  test('uses several connections, has every byte, and leaves none open', async () => {
    const { gateway, tick, port, mostAtOnce, upstream } = await setUp(4);
    const body = await download(port, tick);
    expect(body.equals(longPattern(0, SIZE))).toBe(true);
    expect(mostAtOnce()).toBe(4);
    expect(gateway.readAhead.trials).toEqual({ helped: 2, no_help: 0, refused: 0, client: 0 });
    expect(gateway.totals).toMatchObject({ open: 0, resumed: 0, failed: 0, bytes: SIZE });
    expect(gateway.readAhead.open).toBe(0);
    expect(upstream.open()).toBe(0);
  }, 30_000);

  test('keeps to the connections that the cloud allows for a file', async () => {
    const { tick, port, mostAtOnce } = await setUp(8, { perFile: 3, perAccount: 8, account: {} });
    const body = await download(port, tick);
    expect(body.equals(longPattern(0, SIZE))).toBe(true);
    expect(mostAtOnce()).toBeGreaterThan(1);
    expect(mostAtOnce()).toBeLessThanOrEqual(3);
  }, 30_000);

  test.each([[0], [1], [Number.NaN]])(
    'uses one connection when the setting is %p',
    async (connections) => {
      const { tick, port, mostAtOnce, upstream } = await setUp(connections);
      const body = await download(port, tick);
      expect(body.equals(longPattern(0, SIZE))).toBe(true);
      expect(mostAtOnce()).toBe(1);
      expect(upstream.ranges).toHaveLength(1);
    },
    30_000,
  );
});
