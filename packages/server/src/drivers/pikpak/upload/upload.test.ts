import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Driver, UploadSource } from '../../../core/driver.ts';
import type { Entry } from '../../../core/entry.ts';
import { isAbort, StorageError } from '../../../core/errors.ts';
import { ctx, startWorld, type World } from '../testing/sandbox-world.ts';
import { GcidHash } from './gcid.ts';

const MIB = 1024 * 1024;
const NAME = 'new.bin';

let world: World;
let driver: Driver;
beforeEach(async () => {
  world = await startWorld();
  driver = world.open();
});
afterEach(() => world.close());

/** Bytes that the sandbox has not seen. */
function bytesOf(size: number, salt = 7): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + salt + (index >> 10)) % 256);
}

function sourceOf(bytes: Uint8Array, more: Partial<UploadSource> = {}): UploadSource {
  return {
    size: bytes.length,
    open: (start, end) => new Blob([bytes.slice(start, end)]).stream(),
    hash: async () => gcidOf(bytes),
    ...more,
  };
}

function gcidOf(bytes: Uint8Array): string {
  const hash = new GcidHash(bytes.length);
  hash.update(bytes);
  return hash.digest();
}

async function upload(source: UploadSource, { name = NAME, signal = ctx().signal } = {}): Promise<Entry> {
  const entry = await driver.upload?.({ dir: driver.root, name, source }, ctx(signal));
  if (entry === undefined) throw new Error('the driver takes no uploads');
  return entry;
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function contentOf({ id }: Entry): Promise<Uint8Array> {
  const link = await driver.link?.({ id, purpose: 'download' }, ctx());
  const { signal } = ctx();
  const response = await world.env
    .http('sandbox-direct')
    .request({ method: 'GET', url: link?.url ?? '', signal });
  const stream: AsyncIterable<Uint8Array> = response.body;
  return Buffer.concat(await Array.fromAsync(stream));
}

/** That nothing of an upload is left shows when another file takes exactly its name. */
async function expectNameFree(): Promise<void> {
  await driver.close();
  driver = world.restart().open();
  const { name } = await upload(sourceOf(bytesOf(10, 99)));
  expect(name).toBe(NAME);
}

function requests(method: string): number {
  const { requests: seen } = world.sandbox.stats();
  return Object.entries(seen)
    .filter(([row]) => row.startsWith(`${method} /upload_tmp/`))
    .reduce((sum, [, count]) => sum + count, 0);
}

const SIZES = [
  { size: 20_000, puts: 1, posts: 0 },
  { size: 10 * MIB, puts: 1, posts: 0 },
  { size: 26 * MIB + 5, puts: 6, posts: 2 },
];

describe('an upload', () => {
  test.each(SIZES)('of $size bytes arrives whole in $puts puts', async ({ size, puts, posts }) => {
    const bytes = bytesOf(size);
    const entry = await upload(sourceOf(bytes));
    expect(entry).toMatchObject({ name: NAME, size, hashes: { gcid: gcidOf(bytes) } });
    expect(Buffer.compare(await contentOf(entry), bytes)).toBe(0);
    expect([requests('PUT'), requests('POST')]).toEqual([puts, posts]);
  });

  test('of 300 MiB, that nobody has in memory, arrives whole', async () => {
    const size = 300 * MIB;
    /** Each MiB is another one. */
    const chunk = (index: number): Uint8Array => {
      const bytes = new Uint8Array(MIB).fill(index % 251);
      new DataView(bytes.buffer).setUint32(0, index);
      return bytes;
    };
    async function* bytesFrom(start: number, end: number): AsyncGenerator<Uint8Array> {
      for (let at = start; at < end; ) {
        const [index, offset] = [Math.floor(at / MIB), at % MIB];
        const part = chunk(index).subarray(offset, Math.min(MIB, offset + end - at));
        at += part.length;
        yield part;
      }
    }
    const hash = new GcidHash(size);
    for await (const bytes of bytesFrom(0, size)) hash.update(bytes);
    const gcid = hash.digest();
    const source = {
      size,
      open: (start: number, end: number) => {
        const bytes = bytesFrom(start, end);
        return new ReadableStream<Uint8Array>({
          async pull(controller) {
            const { done, value } = await bytes.next();
            if (done === true) controller.close();
            else controller.enqueue(value);
          },
        });
      },
      hash: async () => gcid,
    };
    expect(await upload(source)).toMatchObject({ name: NAME, size, hashes: { gcid } });
    expect([requests('PUT'), requests('POST')]).toEqual([60, 2]);
  });

  test('of content that PikPak has sends no byte', async () => {
    const bytes = bytesOf(20_000);
    await upload(sourceOf(bytes));
    const unread = sourceOf(bytes, {
      open: () => {
        throw new Error('read');
      },
    });
    const entry = await upload(unread, { name: 'twin.bin' });
    expect([entry.name, requests('PUT')]).toEqual(['twin.bin', 1]);
  });

  test('of nothing sends no byte', async () => {
    expect(await upload(sourceOf(new Uint8Array()))).toMatchObject({ name: NAME, size: 0 });
    expect(requests('PUT')).toBe(0);
  });

  test('goes through the storage’s way out', async () => {
    const own = world.open({
      username: 'demo@sluice.test',
      password: 'sluice-demo',
      egress: 'sandbox',
      disable_media_link: true,
    });
    const entry = await own.upload?.({ dir: own.root, name: NAME, source: sourceOf(bytesOf(3000)) }, ctx());
    expect(entry).toMatchObject({ name: NAME, size: 3000 });
  });

  test('into a full account is refused before a byte is sent', async () => {
    driver = world.open({ username: 'full@sluice.test', password: 'sluice-demo' });
    const huge = sourceOf(bytesOf(10), { size: 2 ** 43 });
    expect(await failureOf(upload(huge))).toMatchObject({ code: 'quota_exceeded' });
    expect(requests('PUT')).toBe(0);
  });
});

describe('an upload that meets a fault goes on:', () => {
  const BIG = 26 * MIB;

  test.each([
    [
      'a part refused for a moment',
      { kind: 'store_error', status: 503, code: 'ServiceUnavailable' },
      '*partNumber=3&*',
    ],
    ['a part cut in the middle', { kind: 'store_hang_up', afterBytes: 100_000 }, '*partNumber=2&*'],
    ['an answer to a part that is lost', { kind: 'store_hang_up' }, '*partNumber=1&*'],
    [
      'credentials that are over',
      { kind: 'store_error', status: 403, code: 'SecurityTokenExpired' },
      '*partNumber=4&*',
    ],
  ] as const)('%s', async (_, fault, path) => {
    const bytes = bytesOf(BIG);
    world.sandbox.faults.add({ ...fault, match: { method: 'PUT', path }, times: 1 });
    const entry = await upload(sourceOf(bytes));
    expect(world.sandbox.faults.pending()).toEqual([]);
    expect(entry).toMatchObject({ name: NAME, size: BIG });
    expect(Buffer.compare(await contentOf(entry), bytes)).toBe(0);
  });

  test.each([
    [
      'the beginning refused',
      'POST',
      '*?uploads*',
      { kind: 'store_error', status: 500, code: 'InternalError' },
    ],
    ['the end refused', 'POST', '*?uploadId=*', { kind: 'store_error', status: 500, code: 'InternalError' }],
    ['an answer to the end that is lost', 'POST', '*?uploadId=*', { kind: 'store_hang_up' }],
  ] as const)('%s', async (_, method, path, fault) => {
    world.sandbox.faults.add({ ...fault, match: { method, path }, times: 1 });
    expect(await upload(sourceOf(bytesOf(BIG)))).toMatchObject({ name: NAME, size: BIG });
    expect(world.sandbox.faults.pending()).toEqual([]);
  });

  test.each(['store_hang_up', 'store_error'] as const)('a single put that meets %s', async (kind) => {
    const match = { method: 'PUT' };
    world.sandbox.faults.add(
      kind === 'store_error'
        ? { kind, status: 502, code: 'BadGateway', match, times: 2 }
        : { kind, match, times: 1 },
    );
    const bytes = bytesOf(30_000);
    const entry = await upload(sourceOf(bytes));
    expect(entry).toMatchObject({ name: NAME, size: 30_000 });
    expect(Buffer.compare(await contentOf(entry), bytes)).toBe(0);
    expect(world.sandbox.faults.pending()).toEqual([]);
  });

  test.each(['before', 'after'] as const)('an announcement cut %s it was carried out', async (when) => {
    const match = { method: 'POST', path: '/drive/v1/files' };
    world.sandbox.faults.add({ kind: 'hang_up', when, match, times: 1 });
    expect(await upload(sourceOf(bytesOf(30_000)))).toMatchObject({ name: NAME, size: 30_000 });
    await driver.remove?.({ ids: [await idOf(NAME)], mode: 'purge' }, ctx());
    await expectNameFree();
  });

  test('a lost announcement of content that PikPak has', async () => {
    const bytes = bytesOf(20_000);
    await upload(sourceOf(bytes), { name: 'first.bin' });
    const match = { method: 'POST', path: '/drive/v1/files' };
    world.sandbox.faults.add({ kind: 'hang_up', when: 'after', match, times: 1 });
    expect(await upload(sourceOf(bytes))).toMatchObject({ name: NAME, size: 20_000 });
  });

  test.each(['token_expired', 'captcha_invalid'] as const)('%s in the middle', async (kind) => {
    for (const [method, path] of [
      ['POST', '/drive/v1/files'],
      ['GET', '/drive/v1/files/*'],
    ] as const) {
      world.sandbox.faults.add({ kind, match: { method, path }, times: 1 });
    }
    expect(await upload(sourceOf(bytesOf(30_000)))).toMatchObject({ name: NAME, size: 30_000 });
    expect(world.sandbox.faults.pending()).toEqual([]);
  });
});

async function idOf(name: string): Promise<string> {
  const { entries } = await driver.list({ dir: driver.root }, ctx());
  return entries.find((entry) => entry.name === name)?.id ?? '';
}

describe('an upload that fails leaves its name free:', () => {
  test('the store stays broken', async () => {
    const fault = { kind: 'store_error', status: 500, code: 'InternalError' } as const;
    world.sandbox.faults.add({ ...fault, match: { method: 'PUT' }, times: Infinity });
    expect(await failureOf(upload(sourceOf(bytesOf(26 * MIB))))).toMatchObject({ code: 'unavailable' });
    world.sandbox.faults.clear();
    await expectNameFree();
  });

  test('the store takes no credentials: it is tried twice, not for ever', async () => {
    const fault = { kind: 'store_error', status: 403, code: 'AccessDenied' } as const;
    world.sandbox.faults.add({ ...fault, match: { method: 'PUT' }, times: Infinity });
    expect(await failureOf(upload(sourceOf(bytesOf(30_000))))).toMatchObject({
      code: 'unavailable',
      detail: { vendorCode: 'AccessDenied' },
    });
    expect(requests('PUT')).toBe(2);
    world.sandbox.faults.clear();
    await expectNameFree();
  });

  test('the file changes while it is sent, in one piece or in parts', async () => {
    for (const size of [30_000, 26 * MIB]) {
      const bytes = bytesOf(size);
      const changed = bytes.with(size - 7, 0);
      const source = sourceOf(changed, { hash: async () => gcidOf(bytes) });
      expect(await failureOf(upload(source))).toMatchObject({ code: 'protocol' });
      expect(await idOf(NAME)).toBe('');
    }
    await expectNameFree();
  });

  test('the caller leaves', async () => {
    const leave = new AbortController();
    const source = sourceOf(bytesOf(26 * MIB), {
      open: () => new ReadableStream({ pull: () => leave.abort() }),
    });
    expect(isAbort(await failureOf(upload(source, { signal: leave.signal })))).toBe(true);
    await expectNameFree();
  });

  test('the storage is closed', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const source = sourceOf(bytesOf(26 * MIB), { open: () => new ReadableStream({ pull: () => begin() }) });
    const outcome = failureOf(upload(source));
    await begun;
    await driver.close();
    expect(await outcome).toBeInstanceOf(StorageError);
    await expectNameFree();
  });
});

test('what a killed upload of the same file left behind gives way', async () => {
  const bytes = bytesOf(30_000);
  const killed = world.restart().open();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const stuck = sourceOf(bytes, { open: () => new ReadableStream({ pull: () => begin() }) });
  const ended = failureOf(
    Promise.resolve(killed.upload?.({ dir: killed.root, name: NAME, source: stuck }, ctx())),
  );
  await begun; // and nothing more is heard of it
  expect(await upload(sourceOf(bytes))).toMatchObject({ name: NAME, size: 30_000 });
  await killed.close();
  expect(await ended).toBeInstanceOf(StorageError);
});

test('a name that another upload holds, unseen, is exists, and that upload goes on', async () => {
  const other = world.open();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: free, resolve: go } = Promise.withResolvers<void>();
  const slow = bytesOf(30_000);
  const waiting = sourceOf(slow, {
    open: (start, end) =>
      new ReadableStream({
        async pull(controller) {
          begin();
          await free;
          controller.enqueue(slow.slice(start, end));
          controller.close();
        },
      }),
  });
  const first = other.upload?.({ dir: other.root, name: NAME, source: waiting }, ctx());
  await begun;
  expect(await failureOf(upload(sourceOf(bytesOf(20_000, 3))))).toMatchObject({ code: 'exists' });
  go();
  expect(await first).toMatchObject({ name: NAME, size: 30_000 });
});
