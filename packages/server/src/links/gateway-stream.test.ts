import { afterEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { StorageError } from '../core/errors.ts';
import type { Log } from '../core/runtime.ts';
import type { ByteRange } from '../http/range.ts';
import type { OpenFile } from '../vfs/view.ts';
import { type FakeClock, fakeClock } from '../../testing/fake-clock.ts';
import { createGateway, type Gateway } from './gateway-stream.ts';
import {
  type Answer,
  fakeFile,
  patternBytes,
  playCtx,
  serveRange,
  serveStatus,
  startFakeUpstream,
} from './testing/upstream.ts';

const SIZE = 400_000;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function upstream(...answers: Answer[]) {
  const server = await startFakeUpstream(...answers);
  cleanups.push(server.close);
  return server;
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Waits between tries pass at once; the streams' watch sleeps until the test moves the time. */
function impatientClock(): FakeClock {
  const clock = fakeClock();
  return { ...clock, sleep: (ms, signal) => (ms < 5_000 ? Promise.resolve() : clock.sleep(ms, signal)) };
}

interface Door {
  readonly port: number;
  readonly gateway: Gateway;
  readonly clock: FakeClock;
  /** Resolves with what `open` or `send` of the next request came to. */
  readonly outcome: () => Promise<unknown>;
}

/** A bare server that sends one range of a file through the gateway. */
async function door(file: OpenFile, range: ByteRange = { start: 0, end: SIZE }): Promise<Door> {
  const clock = impatientClock();
  const gateway = createGateway({ clock, log: silent });
  const outcomes: Promise<unknown>[] = [];
  const arrived = Promise.withResolvers<void>();
  const server = http.createServer((_, res) => {
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const job = { file, range, ctx: playCtx(gone.signal) };
    const run = async (): Promise<unknown> => {
      const body = await gateway.open(job);
      res.writeHead(206, { 'Content-Length': range.end - range.start });
      return gateway.send(res, body, job);
    };
    outcomes.push(
      run().catch((error: unknown) => {
        res.destroy();
        return error;
      }),
    );
    arrived.resolve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const outcome = async (): Promise<unknown> => {
    await arrived.promise;
    return outcomes.at(-1);
  };
  return { port: (server.address() as AddressInfo).port, gateway, clock, outcome };
}

async function fetchBody(port: number): Promise<Buffer> {
  const res = await fetch(`http://127.0.0.1:${port}/`);
  return Buffer.from(await res.arrayBuffer());
}

/** Waits for what other sockets do, without a fixed time. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!holds() && performance.now() < deadline) await new Promise(setImmediate);
  expect(holds()).toBe(true);
}

/** Waits until a figure has stopped moving. */
async function untilStill(figure: () => number): Promise<void> {
  let last = -1;
  for (let turns = 0; turns < 300; turns += 1) {
    if (figure() !== last || last <= 0) turns = 0;
    last = figure();
    await new Promise(setImmediate);
  }
}

describe('a proxied body', () => {
  test('has the bytes that were asked for', async () => {
    const up = await upstream(serveRange(SIZE));
    const { port, gateway } = await door(fakeFile(SIZE, [up.url]), { start: 1000, end: 300_001 });
    expect((await fetchBody(port)).equals(patternBytes(1000, 300_001))).toBe(true);
    expect(up.ranges).toEqual(['bytes=1000-300000']);
    expect(gateway.totals).toMatchObject({ open: 0, started: 1, resumed: 0, failed: 0, bytes: 299_001 });
  });

  test('goes on from the last byte when the upstream dies on the way', async () => {
    const up = await upstream(serveRange(SIZE, 100_000), serveRange(SIZE, 250_000), serveRange(SIZE));
    const { port, gateway } = await door(fakeFile(SIZE, [up.url]));
    expect((await fetchBody(port)).equals(patternBytes(0, SIZE))).toBe(true);
    expect(gateway.totals).toMatchObject({ resumed: 2, failed: 0 });
    const resumedAt = Number(/^bytes=(\d+)-/.exec(up.ranges[1] ?? '')?.[1]);
    expect(resumedAt).toBeGreaterThan(0);
    expect(resumedAt).toBeLessThanOrEqual(100_000);
  });

  test.each([
    ['more than it promised at first', 0],
    ['more than it promised after it was resumed', 100_000],
  ])('has no byte too many when the upstream sends %s', async (_, cutAt) => {
    const tooMuch: Answer = (req, res) => {
      const start = Number(/^bytes=(\d+)-/.exec(req.headers.range ?? '')?.[1]);
      const range = `bytes ${start}-${SIZE - 51}/${SIZE}`;
      res.writeHead(206, { 'Content-Range': range, 'Transfer-Encoding': 'chunked' });
      res.end(Buffer.concat([patternBytes(start, SIZE), Buffer.alloc(70_000, 255)]));
    };
    const up = await upstream(...(cutAt > 0 ? [serveRange(SIZE, cutAt)] : []), tooMuch);
    const { port, gateway, outcome } = await door(fakeFile(SIZE, [up.url]), { start: 1000, end: SIZE - 50 });
    expect((await fetchBody(port)).equals(patternBytes(1000, SIZE - 50))).toBe(true);
    await outcome();
    expect(gateway.totals).toMatchObject({ open: 0, failed: 0, bytes: SIZE - 1050 });
    await until(() => up.open() === 0);
  });

  test('takes a fresh link when the old one has expired on the way', async () => {
    const old = await upstream(serveRange(SIZE, 100_000), serveStatus(403));
    const fresh = await upstream(serveRange(SIZE));
    const file = fakeFile(SIZE, [old.url, fresh.url]);
    const { port } = await door(file);
    expect((await fetchBody(port)).equals(patternBytes(0, SIZE))).toBe(true);
    expect(file.linkCalls).toBe(2);
    expect(fresh.ranges).toHaveLength(1);
  });

  test('is cut, not ended, when the upstream breaks off again and again', async () => {
    const up = await upstream(serveRange(SIZE, 100_000), (_, res) => res.destroy());
    const { port, gateway, outcome } = await door(fakeFile(SIZE, [up.url]));
    expect(await fetchBody(port).catch((error: unknown) => error)).toBeInstanceOf(Error);
    await outcome();
    expect(gateway.totals).toMatchObject({ open: 0, failed: 1 });
    expect(up.ranges.length).toBeLessThan(12);
  });

  test('lets go of the upstream at once when the client leaves', async () => {
    const up = await upstream((_, res) => {
      res.writeHead(206, { 'Content-Length': SIZE, 'Content-Range': `bytes 0-${SIZE - 1}/${SIZE}` });
      res.write(patternBytes(0, 1000));
    });
    const { port, gateway, outcome } = await door(fakeFile(SIZE, [up.url]));
    const client = http.get({ port, host: '127.0.0.1', agent: false });
    const [res] = (await once(client, 'response')) as [http.IncomingMessage];
    await once(res, 'data');
    expect(up.open()).toBe(1);
    client.destroy();
    await outcome();
    await until(() => up.open() === 0);
    expect(gateway.totals.open).toBe(0);
    expect(up.ranges).toHaveLength(1);
  });

  test('resumes when the upstream falls silent', async () => {
    const up = await upstream((_, res) => {
      res.writeHead(206, { 'Content-Length': SIZE, 'Content-Range': `bytes 0-${SIZE - 1}/${SIZE}` });
      res.write(patternBytes(0, 1000));
    }, serveRange(SIZE));
    const { port, gateway, clock } = await door(fakeFile(SIZE, [up.url]));
    const body = fetchBody(port);
    await until(() => gateway.totals.bytes === 1000);
    await clock.advance(36_000);
    expect((await body).equals(patternBytes(0, SIZE))).toBe(true);
    expect(up.ranges[1]).toBe(`bytes=1000-${SIZE - 1}`);
  });

  test('asks for its link once a minute while its client pauses, which has it renewed, and no more when it is over', async () => {
    const size = 50_000_000;
    const up = await upstream(serveRange(size));
    const file = fakeFile(size, [up.url]);
    let asked = 0;
    const watched: OpenFile = {
      ...file,
      link(purpose, ctx) {
        asked += 1;
        return file.link(purpose, ctx);
      },
    };
    const { port, gateway, clock } = await door(watched, { start: 0, end: size });
    const req = http.get({ host: '127.0.0.1', port, agent: false });
    const [res] = (await once(req, 'response')) as [http.IncomingMessage];
    res.pause();
    await untilStill(() => gateway.totals.bytes);
    for (let minute = 0; minute < 5; minute += 1) await clock.advance(60_000);
    expect(asked).toBeWithin(1 + 4, 1 + 6);
    req.destroy();
    await until(() => gateway.totals.open === 0);
    const before = asked;
    for (let minute = 0; minute < 5; minute += 1) await clock.advance(60_000);
    expect(asked).toBe(before);
  });

  test('waits for a client that pauses, and gives up one that is gone for hours', async () => {
    const big = 48_000_000; // more than the buffers between two sockets hold
    const up = await upstream((_, res) => {
      res.writeHead(206, { 'Content-Length': big, 'Content-Range': `bytes 0-${big - 1}/${big}` });
      res.end(Buffer.alloc(big));
    });
    const { port, gateway, clock, outcome } = await door(fakeFile(big, [up.url]), { start: 0, end: big });
    const client = http.get({ port, host: '127.0.0.1', agent: false });
    client.on('error', () => {});
    const [res] = (await once(client, 'response')) as [http.IncomingMessage];
    res.on('error', () => {});
    res.pause();
    await untilStill(() => gateway.totals.bytes);
    await clock.advance(3_600_000);
    expect(gateway.totals.open).toBe(1);
    await clock.advance(3_700_000);
    await outcome();
    expect(gateway.totals).toMatchObject({ open: 0, started: 1 });
  });
});

describe('opening a body', () => {
  const opening = async (file: OpenFile, range?: ByteRange): Promise<unknown> => {
    const { port, outcome } = await door(file, range);
    await fetchBody(port).catch(() => {});
    return outcome();
  };

  test.each([401, 403, 404, 410])('a link refused with %d is renewed once', async (status) => {
    const up = await upstream(serveStatus(status), serveRange(SIZE));
    const file = fakeFile(SIZE, [`${up.url}/old`, `${up.url}/new`]);
    expect(await opening(file)).toBeUndefined();
    expect(file.linkCalls).toBe(2);
  });

  test('a fresh link that is refused too is an error, after few requests', async () => {
    const up = await upstream(serveStatus(403));
    const failure = await opening(fakeFile(SIZE, [up.url]));
    expect(failure).toMatchObject({ code: 'link_expired' });
    expect(up.ranges.length).toBeLessThanOrEqual(6);
  });

  test('a refusal of files that leave by a way of their own says that links may be bound to the other', async () => {
    const up = await upstream(serveStatus(403));
    const error = await opening({ ...fakeFile(SIZE, [up.url]), fileEgress: 'socks5://elsewhere' });
    expect(error).toMatchObject({ code: 'link_expired' });
    expect(error).toHaveProperty('detail.remedy', expect.stringContaining('Egress for files'));
  });

  test('many streams that find one link refused renew it once', async () => {
    const old = await upstream(serveStatus(403));
    const fresh = await upstream(serveRange(SIZE));
    const file = fakeFile(SIZE, [old.url, fresh.url]);
    const { port } = await door(file);
    const bodies = await Promise.all(Array.from({ length: 8 }, () => fetchBody(port)));
    expect(bodies.every((body) => body.length === SIZE)).toBe(true);
    expect(file.linkCalls).toBe(2);
  });

  const wrong: [name: string, answer: Answer][] = [
    ['a file of another size', serveRange(SIZE - 1)],
    ['a whole file of another size', serveStatus(200, { 'Content-Length': '0' })],
    ['another part', serveStatus(206, { 'Content-Range': `bytes 0-99/${SIZE}`, 'Content-Length': '0' })],
    ['no word about the part', serveStatus(206)],
    ['a size that ends before the part', serveStatus(416, { 'Content-Range': 'bytes */100' })],
    ['nothing but redirects', (req, res) => serveStatus(302, { Location: String(req.url) })(req, res)],
    [
      'a packed file',
      serveStatus(206, { 'Content-Range': `bytes 100-${SIZE - 1}/${SIZE}`, 'Content-Encoding': 'gzip' }),
    ],
    ['a redirect to a file of the machine', serveStatus(302, { Location: 'file:///etc/passwd' })],
  ];
  test.each(wrong)('an upstream with %s is refused before the head', async (_, answer) => {
    const up = await upstream(answer);
    expect(await opening(fakeFile(SIZE, [up.url]), { start: 100, end: SIZE })).toMatchObject({
      code: 'protocol',
    });
  });

  test('an upstream that ignores ranges serves from the start only', async () => {
    const whole: Answer = (_, res) => {
      res.writeHead(200, { 'Content-Length': SIZE });
      res.end(patternBytes(0, SIZE));
    };
    const up = await upstream(whole);
    const { port } = await door(fakeFile(SIZE, [up.url]), { start: 0, end: 1000 });
    expect((await fetchBody(port)).equals(patternBytes(0, 1000))).toBe(true);
    expect(await opening(fakeFile(SIZE, [up.url]), { start: 5, end: 1000 })).toMatchObject({
      code: 'protocol',
    });
  });

  test('a redirect of the CDN is followed, and its headers stay with their host', async () => {
    const seen: (string | undefined)[] = [];
    const target = await upstream((req, res) => {
      seen.push(req.headers['x-secret'] as string | undefined);
      serveRange(SIZE)(req, res);
    });
    const up = await upstream(serveStatus(302, { Location: target.url }));
    const file = fakeFile(SIZE, [up.url], { headers: { 'X-Secret': 'for the first host' } });
    expect(await opening(file)).toBeUndefined();
    expect(seen).toEqual([undefined]);
  });

  test.each([
    'http://127.0.0.1:1/',
    'http://localhost./admin',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[fd00:ec2::254]/',
    'http://[64:ff9b::7f00:1]/',
    'http://2130706433/',
    'HTTP://0x7f.1/',
  ])('SSRF: a public cloud can not send the gateway to %s', async (location) => {
    const asked: string[] = [];
    const file: OpenFile = {
      ...fakeFile(SIZE, ['https://dl.example.com/film']),
      transport: {
        async request({ url }) {
          asked.push(url);
          const head = { status: 302, headers: { location } };
          return { ...head, body: Readable.from([]) };
        },
      },
    };
    expect(await opening(file)).toMatchObject({ code: 'protocol' });
    expect(asked).toEqual(['https://dl.example.com/film']);
  });

  test('headers of a link do not follow a redirect from TLS to plain http on the same host', async () => {
    const seen: unknown[] = [];
    const file: OpenFile = {
      ...fakeFile(SIZE, ['https://dl.example.com/film'], { headers: { 'X-Secret': 'only by TLS' } }),
      transport: {
        async request({ headers }) {
          seen.push(headers?.['X-Secret']);
          const head = { status: 302, headers: { location: 'http://dl.example.com/film' } };
          return { ...head, body: Readable.from([]) };
        },
      },
    };
    await opening(file);
    expect(seen.slice(0, 2)).toEqual(['only by TLS', undefined]);
  });

  test('a transcoded copy is never passed off as the file', async () => {
    const up = await upstream(serveRange(SIZE));
    const failure = await opening(fakeFile(SIZE, [up.url], { variant: { rendition: '480p' } }));
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure).toMatchObject({ code: 'unsupported' });
    expect(up.ranges).toHaveLength(0);
  });

  test('a short outage is waited out, and a named waiting time is passed on at once', async () => {
    const shaky = await upstream(serveStatus(503), serveStatus(503), serveStatus(503), serveRange(SIZE));
    expect(await opening(fakeFile(SIZE, [shaky.url]))).toBeUndefined();
    const down = await upstream(serveStatus(503));
    expect(await opening(fakeFile(SIZE, [down.url]))).toMatchObject({ code: 'unavailable' });
    expect(down.ranges.length).toBeLessThan(10);
    const busy = await upstream(serveStatus(429, { 'Retry-After': '60' }));
    expect(await opening(fakeFile(SIZE, [busy.url]))).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 60_000,
    });
    expect(busy.ranges).toHaveLength(1);
  });
});
