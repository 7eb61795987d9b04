import { afterEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { fakeClock } from '../../../testing/fake-clock.ts';
import type { HttpClient } from '../../core/http-client.ts';
import type { Log } from '../../core/runtime.ts';
import type { OpenFile } from '../../vfs/view.ts';
import { createGateway } from '../gateway-stream.ts';
import { longPattern, SlowCloud } from '../testing/slow-cloud.ts';
import { fakeFile, playCtx } from '../testing/upstream.ts';

const MIB = 2 ** 20;
const SIZE = 40 * MIB;
const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** The cloud as the way out, which answers ranges honestly. */
function transportTo(cloud: SlowCloud): HttpClient {
  return {
    async request({ headers = {} }) {
      const [, first = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(headers['Range'] ?? '') ?? [];
      const { body } = await cloud.open({ start: Number(first), end: Number(last) + 1 });
      return { status: 206, headers: { 'content-range': `bytes ${first}-${last}/${SIZE}` }, body };
    },
  };
}

/** A cloud that sends a MiB a second over each connection, and a door that sends its file through a gateway. */
async function setUp(connections: number, limits?: OpenFile['connections']) {
  const clock = fakeClock();
  const cloud = new SlowCloud(clock, { perConnection: MIB });
  const gateway = createGateway({ clock, log: SILENT, readAheadConnections: () => connections });
  const file = {
    ...fakeFile(SIZE, ['http://cloud.test/a.mp4']),
    transport: transportTo(cloud),
    ...(limits === undefined ? {} : { connections: limits }),
  };
  const server = http.createServer((_, res) => {
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const job = { file, range: { start: 0, end: SIZE }, ctx: playCtx(gone.signal) };
    res.writeHead(200, { 'Content-Length': SIZE });
    void gateway.open(job).then((leg) => gateway.send(res, leg, job));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { cloud, gateway, port: (server.address() as AddressInfo).port };
}

/** Time passes as the client takes what has come; no machine is too slow for that. */
async function download({ cloud, gateway, port }: Awaited<ReturnType<typeof setUp>>) {
  const got: Uint8Array[] = [];
  const client = { received: 0, ended: false };
  let mostAtOnce = 0;
  const reading = (async () => {
    const { body } = await fetch(`http://127.0.0.1:${port}/`);
    for await (const chunk of body ?? []) {
      got.push(chunk);
      client.received += chunk.length;
    }
  })().finally(() => void (client.ended = true));
  while (gateway.totals.open === 0 && !client.ended) await new Promise(setImmediate);
  for (let turn = 0; turn < 400 && !client.ended && client.received < SIZE; turn += 1) {
    await cloud.pass(250);
    mostAtOnce = Math.max(mostAtOnce, cloud.running.length);
    const deadline = performance.now() + 5_000;
    while (client.received < gateway.totals.bytes && performance.now() < deadline) {
      await new Promise(setImmediate);
    }
  }
  await reading;
  return { isRight: Buffer.concat(got).equals(longPattern(0, SIZE)), mostAtOnce };
}

describe('a download from a cloud that limits each connection', () => {
  test('uses several connections, has every byte, and leaves none open', async () => {
    const parts = await setUp(4);
    expect(await download(parts)).toEqual({ isRight: true, mostAtOnce: 4 });
    const { gateway, cloud } = parts;
    expect(gateway.readAhead).toEqual({
      open: 0,
      trials: { helped: 2, no_help: 0, refused: 0, client: 0 },
    });
    expect(gateway.totals).toMatchObject({ started: 1, resumed: 0, failed: 0, bytes: SIZE });
    expect(cloud.running).toHaveLength(0);
  }, 30_000);

  test('keeps to the connections that the cloud allows for a file', async () => {
    const parts = await setUp(8, { perFile: 3, perAccount: 8, account: {} });
    expect(await download(parts)).toEqual({ isRight: true, mostAtOnce: 3 });
  }, 30_000);

  test.each([[0], [1], [Number.NaN]])(
    'uses one connection when the setting is %p',
    async (connections) => {
      const parts = await setUp(connections);
      expect(await download(parts)).toEqual({ isRight: true, mostAtOnce: 1 });
      expect(parts.cloud.opened).toHaveLength(1);
    },
    30_000,
  );
});
