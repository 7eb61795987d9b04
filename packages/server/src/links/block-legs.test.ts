import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, asyncProperty, integer } from 'fast-check';
import { fakeClock } from '../../testing/fake-clock.ts';
import { createBlockCache } from '../blocks/block-cache.ts';
import { BLOCK_BYTES } from '../blocks/format.ts';
import type { Log } from '../core/runtime.ts';
import type { ByteRange } from '../http/range.ts';
import type { OpenFile } from '../vfs/view.ts';
import { createGateway } from './gateway-stream.ts';
import { longPattern } from './testing/slow-cloud.ts';
import { fakeFile, playCtx, startFakeUpstream } from './testing/upstream.ts';

const SIZE = 5 * BLOCK_BYTES + 12_345;
const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let folder = '';
const cleanups: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-legs-'));
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  rmSync(folder, { recursive: true, force: true });
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds() && performance.now() < deadline) await new Promise(setImmediate);
  expect(holds()).toBe(true);
}

/** Waits until a figure that moves has stopped. */
async function untilStill(figure: () => number): Promise<void> {
  let last = 0;
  for (let turns = 0; turns < 500; turns += 1) {
    if (figure() !== last || last === 0) turns = 0;
    last = figure();
    await new Promise(setImmediate);
  }
}

/** A cloud, a gateway that keeps blocks, and a door that serves a range of a file through it. */
async function setUp() {
  const up = await startFakeUpstream((req, res) => {
    const [, first = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '') ?? [];
    const bytes = longPattern(Number(first), Number(last) + 1);
    res.writeHead(206, { 'Content-Length': bytes.length, 'Content-Range': `bytes ${first}-${last}/${SIZE}` });
    res.end(bytes);
  });
  const clock = fakeClock();
  const blocks = createBlockCache({ folder, maxBytes: () => 2 ** 30, clock, log: SILENT });
  const gateway = createGateway({ clock, log: SILENT, blocks });
  const serving = { file: film(up.url), range: { start: 0, end: SIZE } };
  const server = http.createServer((_, res) => {
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const job = { ...serving, ctx: playCtx(gone.signal) };
    res.writeHead(200, { 'Content-Length': job.range.end - job.range.start });
    void gateway.open(job).then((leg) => gateway.send(res, leg, job));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(up.close, () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const get = async (range: ByteRange, file: OpenFile = serving.file): Promise<boolean> => {
    Object.assign(serving, { range, file });
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    return Buffer.from(await answer.arrayBuffer()).equals(longPattern(range.start, range.end));
  };
  const kept = async (count: number): Promise<void> => {
    await until(() => blocks.totals.kept >= count);
    expect(blocks.totals.kept).toBe(count);
  };
  return { up, blocks, gateway, get, kept };
}

/** A file with a hash to go by. */
function film(url: string, connections?: OpenFile['connections']): OpenFile {
  const file = fakeFile(SIZE, [url]);
  const entry = { ...file.node.entry, hashes: { gcid: 'F'.repeat(40) } };
  const limits = connections === undefined ? {} : { connections };
  return { ...file, ...limits, node: { ...file.node, entry } };
}

/** Blocks pass one by one, so that each finds a free buffer whatever the disk does. */
async function fill({ get, kept }: Awaited<ReturnType<typeof setUp>>, ...indexes: number[]): Promise<void> {
  for (const [count, index] of indexes.entries()) {
    expect(await get({ start: index * BLOCK_BYTES, end: Math.min(SIZE, (index + 1) * BLOCK_BYTES) })).toBe(
      true,
    );
    await kept(count + 1);
  }
}

describe('a download of what is held on disk', () => {
  test('asks the cloud for nothing: no bytes, no link, no connection', async () => {
    const parts = await setUp();
    await fill(parts, 0, 1, 2, 3, 4, 5);
    const asked = parts.up.ranges.length;
    const noPlace = { perFile: 0, perAccount: 0, account: {} };
    const other = {
      ...film('http://127.0.0.1:1/', noPlace),
      link: () => Promise.reject(new Error('no link')),
    };
    expect(await parts.get({ start: 0, end: SIZE }, other)).toBe(true);
    expect(parts.up.ranges).toHaveLength(asked);
    expect(parts.blocks.totals.served).toBe(SIZE);
    expect(parts.gateway.totals).toMatchObject({ resumed: 0, failed: 0 });
  });

  test('asks the cloud for what is missing in between, and only for that', async () => {
    const parts = await setUp();
    await fill(parts, 1, 4);
    parts.up.ranges.length = 0;
    expect(await parts.get({ start: 1000, end: SIZE })).toBe(true);
    expect(parts.up.ranges).toEqual([
      `bytes=1000-${BLOCK_BYTES - 1}`,
      `bytes=${2 * BLOCK_BYTES}-${4 * BLOCK_BYTES - 1}`,
      `bytes=${5 * BLOCK_BYTES}-${SIZE - 1}`,
    ]);
    expect(parts.gateway.totals).toMatchObject({ resumed: 0, failed: 0 });
  });

  test('goes on from the cloud where a block is damaged, unseen by the client', async () => {
    const parts = await setUp();
    await fill(parts, 0, 1, 2, 3, 4, 5);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const name of names) if (/-[0134]$/.test(name)) truncateSync(join(folder, name), 99);
    expect(await parts.get({ start: 0, end: SIZE })).toBe(true);
    expect(parts.gateway.totals.failed).toBe(0);
    expect(parts.blocks.totals.damaged).toBe(4);
  });

  test('has the bytes of the file at random ranges, whatever is held by then', async () => {
    const parts = await setUp();
    await fill(parts, 1, 3);
    const place = integer({ min: 0, max: SIZE - 1 });
    await assert(
      asyncProperty(place, place, async (one, other) => {
        const range = { start: Math.min(one, other), end: Math.max(one, other) + 1 };
        expect(await parts.get(range)).toBe(true);
      }),
      { numRuns: 60, seed: 11 },
    );
    expect(parts.gateway.totals.failed).toBe(0);
  }, 60_000);

  test('is not kept of a transcode, nor of a file of this machine', async () => {
    const parts = await setUp();
    const range = { start: 0, end: BLOCK_BYTES };
    const file = film(parts.up.url);
    expect(await parts.get(range, { ...file, variant: '720p' })).toBe(true);
    const read = (start: number, end: number): Promise<ReadableStream<Uint8Array>> =>
      Promise.resolve(new Blob([new Uint8Array(longPattern(start, end))]).stream());
    expect(await parts.get(range, { ...file, source: 'read', read })).toBe(true);
    expect(parts.blocks.totals.kept).toBe(0);
  });

  test('is not kept while so many streams run that memory counts', async () => {
    const parts = await setUp();
    Object.assign(parts.gateway.totals, { open: 8 }); // and the one below
    expect(await parts.get({ start: 0, end: SIZE })).toBe(true);
    expect(parts.blocks.totals.kept).toBe(0);
  });

  test('is read no faster than its client takes it', async () => {
    const large = 2 ** 30;
    const piece = Buffer.alloc(2 ** 18);
    let handedOut = 0;
    const body = new Readable({
      read() {
        handedOut += piece.length;
        this.push(handedOut > large / 2 ? null : piece);
      },
    });
    const blocks = {
      read: () => ({ body, end: large / 2 }),
      missingUntil: () => large,
      keeper: () => undefined,
    };
    const gateway = createGateway({ clock: fakeClock(), log: SILENT, blocks });
    const job = { file: fakeFile(large, ['']), range: { start: 0, end: large } };
    const server = http.createServer((_, res) => {
      const ctx = playCtx(new AbortController().signal);
      void gateway.open({ ...job, ctx }).then((leg) => gateway.send(res, leg, { ...job, ctx }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    cleanups.push(() => {
      socket.destroy();
      server.closeAllConnections();
      server.close();
    });
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const figure = (): number => handedOut;
    await untilStill(figure);
    expect(handedOut).toBeGreaterThan(0);
    expect(handedOut).toBeLessThan(64 * 2 ** 20); // what sockets of this machine hold, and no more
    socket.destroy();
    await until(() => body.destroyed);
  });

  test('is passed over by the check before nginx moves the bytes', async () => {
    const parts = await setUp();
    await fill(parts, 0);
    parts.up.ranges.length = 0;
    const ctx = playCtx(new AbortController().signal);
    const { body } = await parts.gateway.openAtCloud({
      file: film(parts.up.url),
      range: { start: 0, end: 1 },
      ctx,
    });
    body.destroy();
    expect(parts.up.ranges).toEqual(['bytes=0-0']);
  });
});
