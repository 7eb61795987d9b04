import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { mod251 } from '../media/mod251.ts';
import type { Blob } from '../types.ts';
import { allowed, ask, type CdnFixture, open, signal, startCdn } from './wire-fixture.ts';

const GIB = 1024 ** 3;

let cdn: CdnFixture;

beforeAll(async () => {
  cdn = await startCdn();
});

beforeEach(() => {
  cdn.faults.clear();
  cdn.allow(allowed(mod251(1000)));
});

afterAll(() => cdn.close());

const get = (headers = {}, url = '/download/?fid=1') => ask(cdn.port, `GET ${url}`, headers);
const pattern = (start: number, end: number) =>
  Uint8Array.from({ length: end - start }, (_, i) => (start + i) % 251);

describe('a download', () => {
  test('comes whole, with its length and type and without a name', async () => {
    const { status, headers, body } = await get();
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-length': '1000',
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      date: 'Thu, 15 Jan 2026 00:00:00 GMT',
    });
    expect(headers).not.toContainAnyKeys(['content-disposition', 'content-range', 'transfer-encoding']);
    expect(new Uint8Array(body)).toEqual(pattern(0, 1000));
  });

  test.each([
    ['bytes=0-0', 'bytes 0-0/1000', 0, 1],
    ['bytes=300-399', 'bytes 300-399/1000', 300, 400],
    ['bytes=990-', 'bytes 990-999/1000', 990, 1000],
    ['bytes=-5', 'bytes 995-999/1000', 995, 1000],
  ])('gives %s as a part', async (range, contentRange, start, end) => {
    const { status, headers, body } = await get({ range });
    expect(status).toBe(206);
    expect(headers['content-range']).toBe(contentRange);
    expect(headers['content-length']).toBe(String(end - start));
    expect(new Uint8Array(body)).toEqual(pattern(start, end));
  });

  test('refuses a range beyond the end and says how long the file is', async () => {
    const { status, headers, body } = await get({ range: 'bytes=1000-' });
    expect([status, headers['content-range'], headers['content-length'], body.length]).toEqual([
      416,
      'bytes */1000',
      '0',
      0,
    ]);
  });

  test('answers HEAD as GET but for the body', async () => {
    const whole = await ask(cdn.port, 'HEAD /download/');
    expect([whole.status, whole.headers['content-length'], whole.body.length]).toEqual([200, '1000', 0]);
    const part = await ask(cdn.port, 'HEAD /download/', { range: 'bytes=10-19' });
    expect([part.status, part.headers['content-range'], part.headers['content-length']]).toEqual([
      206,
      'bytes 10-19/1000',
      '10',
    ]);
  });

  test('of nothing is an empty 200, and any range of it 416', async () => {
    cdn.allow(allowed(mod251(0)));
    const whole = await get();
    expect([whole.status, whole.headers['content-length'], whole.body.length]).toEqual([200, '0', 0]);
    expect((await get({ range: 'bytes=0-' })).status).toBe(416);
  });

  test('of 4 GiB has byte i mod 251 at far places', async () => {
    cdn.allow(allowed(mod251(4 * GIB)));
    for (const start of [2 ** 31 - 5, 2 ** 32 - 1_000_000, 4 * GIB - 300_000]) {
      const end = Math.min(start + 600_000, 4 * GIB);
      const { headers, body } = await get({ range: `bytes=${start}-${end - 1}` });
      expect(headers['content-range']).toBe(`bytes ${start}-${end - 1}/${4 * GIB}`);
      expect(Buffer.compare(body, pattern(start, end))).toBe(0);
    }
  });

  test('with a refused link, another method or a demand for JSON has no body', async () => {
    expect((await ask(cdn.port, 'POST /download/')).status).toBe(405);
    expect((await get({ accept: 'application/json' })).status).toBe(406);
    expect((await get({ accept: 'application/json, text/plain, */*' })).status).toBe(200);
    expect((await get({ accept: 'video/*' })).status).toBe(200);
    for (const status of [401, 403, 404] as const) {
      cdn.allow({ ok: false, status });
      const answer = await get();
      expect([answer.status, answer.headers['content-length'], answer.body.length]).toEqual([status, '0', 0]);
    }
  });

  test('that is cut announces its full length and ends early', async () => {
    cdn.allow(allowed(mod251(1_000_000), { cutAt: 450_000 }));
    const whole = await get();
    expect(whole.headers['content-length']).toBe('1000000');
    expect(Buffer.compare(whole.body, pattern(0, 450_000))).toBe(0);
    const across = await get({ range: 'bytes=449990-' });
    expect([across.headers['content-length'], across.body.length]).toEqual(['550010', 10]);
    const beyond = await get({ range: 'bytes=500000-500099' });
    expect([beyond.status, beyond.headers['content-length'], beyond.body.length]).toEqual([206, '100', 0]);
    const before = await get({ range: 'bytes=0-99' });
    expect([before.status, before.body.length]).toEqual([206, 100]);
  });
});

describe('a scripted fault', () => {
  const match = { path: '/download/*' };

  test('answers with a status, once', async () => {
    cdn.faults.add({ kind: 'cdn_status', status: 503, retryAfterSeconds: 2, match, times: 1 });
    const struck = await get();
    expect([struck.status, struck.headers['retry-after'], struck.body.length]).toEqual([503, '2', 0]);
    expect((await get()).status).toBe(200);
  });

  test('cuts the body of a range after so many bytes', async () => {
    cdn.faults.add({ kind: 'cut_body', afterBytes: 7, match, times: 1 });
    const { headers, body } = await get({ range: 'bytes=100-199' });
    expect(headers['content-length']).toBe('100');
    expect(new Uint8Array(body)).toEqual(pattern(100, 107));
  });

  test('announces and sends a wrong size', async () => {
    cdn.faults.add({ kind: 'wrong_size', delta: 100, match, times: 1 });
    const longer = await get();
    expect([longer.headers['content-length'], longer.body.length]).toEqual(['1100', 1100]);
    expect(new Uint8Array(longer.body.subarray(1000))).toEqual(new Uint8Array(100));
    cdn.faults.add({ kind: 'wrong_size', delta: -400, match, times: 1 });
    const shorter = await get({ range: 'bytes=500-' });
    expect(shorter.headers['content-range']).toBe('bytes 500-599/600');
    expect(new Uint8Array(shorter.body)).toEqual(pattern(500, 600));
  });

  test('slows the body down, and it still comes whole', async () => {
    cdn.faults.add({ kind: 'slow_body', bytesPerSecond: 5000, match, times: 1 });
    const began = performance.now();
    const { body } = await get();
    expect(new Uint8Array(body)).toEqual(pattern(0, 1000));
    expect(performance.now() - began).toBeGreaterThan(150);
  });
});

describe('connection limits', () => {
  const sockets: { destroy(): void }[] = [];

  /** Opens a download and waits for its first bytes, so that it surely holds its place. */
  async function hold(url: string): Promise<void> {
    const socket = await open(cdn.port, `GET ${url}`);
    sockets.push(socket);
    await once(socket, 'readable');
  }

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await emptied();
  });

  /** Resolves when no download is in progress. */
  async function emptied(): Promise<void> {
    const deadline = performance.now() + 1000;
    while (cdn.limits.open() > 0 && performance.now() < deadline) await get({}, '/download/?poll');
    expect(cdn.limits.open()).toBe(0);
  }

  test('allow eight downloads of one URL', async () => {
    cdn.allow(allowed(mod251(4 * GIB)));
    for (let i = 0; i < 8; i++) await hold('/download/?fid=same');
    cdn.allow(allowed(mod251(1000)));
    const ninth = await get({}, '/download/?fid=same');
    expect([ninth.status, ninth.body.length]).toEqual([503, 0]);
    expect((await get({}, '/download/?fid=other')).status).toBe(200);
  });

  test('allow twenty downloads of one account', async () => {
    cdn.allow(allowed(mod251(4 * GIB)));
    for (let i = 0; i < 20; i++) await hold(`/download/?fid=${i}`);
    cdn.allow(allowed(mod251(1000)));
    expect((await get({}, '/download/?fid=20')).status).toBe(503);
    cdn.allow(allowed(mod251(1000), { owner: 'account:2' }));
    expect((await get({}, '/download/?fid=20')).status).toBe(200);
  });
});

describe('a client that leaves', () => {
  /** Endless content that tells when its reader is done with it. */
  function watched(onRelease: () => void): Blob {
    const source = mod251(4 * GIB);
    return {
      ...source,
      async *slice(start, end) {
        try {
          yield* source.slice(start, end);
        } finally {
          onRelease();
        }
      },
    };
  }

  test('frees its place, and the content is let go, within a second', async () => {
    const released = signal();
    cdn.allow(allowed(watched(released.fire)));
    const socket = await open(cdn.port, 'GET /download/');
    await once(socket, 'readable');
    expect(cdn.limits.open()).toBe(1);
    const left = performance.now();
    socket.destroy();
    await released.seen;
    expect(performance.now() - left).toBeLessThan(1000);
    expect(cdn.limits.open()).toBe(0);
  });

  test('in the middle of a slow body is not waited for', async () => {
    const released = signal();
    cdn.faults.add({ kind: 'slow_body', bytesPerSecond: 10, match: {}, times: 1 });
    cdn.allow(allowed(watched(released.fire)));
    const socket = await open(cdn.port, 'GET /download/');
    await once(socket, 'readable');
    const left = performance.now();
    socket.destroy();
    await released.seen;
    expect(performance.now() - left).toBeLessThan(1000);
    expect(cdn.limits.open()).toBe(0);
  });
});
