import { expect } from 'bun:test';
import type { HttpResponse } from '../../src/core/http-client.ts';
import type { Link } from '../../src/core/link.ts';
import { bytesOf, patientCtx, wantedBytes } from './fixture.ts';
import { type ContractTest, expectAbort, expectCode, has, needing, type Opened } from './test-case.ts';

export const readTests: readonly ContractTest[] = needing('read', [
  {
    name: 'a file is read whole',
    async run(opened) {
      const { file } = opened.fixture;
      expect(await read(opened, 0, file.size)).toEqual(wantedBytes(file, 0, file.size));
    },
  },
  {
    name: 'a file is read in parts, the ends included',
    async run(opened) {
      const { file } = opened.fixture;
      for (const [start, end] of partsOf(file.size)) {
        expect(await read(opened, start, end)).toEqual(wantedBytes(file, start, end));
      }
    },
  },
  {
    name: 'a range outside the file is invalid_argument',
    async run(opened) {
      const { size } = opened.fixture.file;
      for (const [start, end] of [
        [0, size + 1],
        [-1, 10],
        [10, 5],
        [0.5, 10],
      ] as const) {
        await expectCode(read(opened, start, end), 'invalid_argument');
      }
    },
  },
  {
    name: 'reading a folder is not_a_file, and a missing id not_found',
    async run({ driver, fixture }) {
      const args = { start: 0, end: 0 };
      await expectCode(
        has(driver.read).call(driver, { ...args, id: fixture.emptyFolder }, patientCtx()),
        'not_a_file',
      );
      await expectCode(
        has(driver.read).call(driver, { ...args, id: driver.root }, patientCtx()),
        'not_a_file',
      );
      await expectCode(
        has(driver.read).call(driver, { ...args, id: fixture.missing }, patientCtx()),
        'not_found',
      );
    },
  },
  {
    name: 'a read that is cancelled lets go, and the file can be read again',
    async run(opened) {
      const { file } = opened.fixture;
      const stream = await has(opened.driver.read).call(
        opened.driver,
        { id: file.id, start: 0, end: file.size },
        patientCtx(),
      );
      const reader = stream.getReader();
      expect((await reader.read()).done).toBe(false);
      await reader.cancel();
      expect(await read(opened, 0, 10)).toEqual(wantedBytes(file, 0, 10));
    },
  },
  {
    name: 'aborting ends a read that is under way',
    async run({ driver, fixture: { file } }) {
      const leave = new AbortController();
      const args = { id: file.id, start: 0, end: file.size };
      const stream = await has(driver.read).call(driver, args, patientCtx(leave.signal));
      const reader = stream.getReader();
      expect((await reader.read()).done).toBe(false);
      leave.abort();
      await expectAbort(readOut(reader));
      await expectAbort(has(driver.read).call(driver, args, patientCtx(leave.signal)));
    },
  },
]);

export const linkTests: readonly ContractTest[] = needing('link', [
  {
    name: 'a link says what it is',
    async run(opened) {
      const { file } = opened.fixture;
      for (const purpose of ['download', 'play'] as const) {
        const link = await linkOf(opened, purpose);
        expect(new URL(link.url).protocol).toMatch(/^https?:$/);
        expect(link.variant).toBe('original');
        if (link.expiresAt !== undefined) expect(link.expiresAt).toBeGreaterThan(0);
        if (link.size !== undefined) expect(link.size).toBe(file.size);
      }
    },
  },
  {
    name: 'the bytes behind a link are the file, whole and in parts',
    async run(opened) {
      const { file } = opened.fixture;
      const link = await linkOf(opened, 'download');
      const whole = await fetchLink(opened, link);
      expect(whole.status).toBe(200);
      expect(await bodyOf(whole)).toEqual(wantedBytes(file, 0, file.size));
      for (const [start, end] of partsOf(file.size)) {
        if (start === end) continue; // HTTP has no range of no bytes
        const part = await fetchLink(opened, link, { Range: `bytes=${start}-${end - 1}` });
        expect(part.status).toBe(206);
        expect(part.headers['content-range']).toBe(`bytes ${start}-${end - 1}/${file.size}`);
        expect(await bodyOf(part)).toEqual(wantedBytes(file, start, end));
      }
    },
  },
  {
    name: 'the link of a folder is not_a_file, and of a missing id not_found',
    async run({ driver, fixture }) {
      const link = has(driver.link).bind(driver);
      await expectCode(link({ id: fixture.emptyFolder, purpose: 'download' }, patientCtx()), 'not_a_file');
      await expectCode(link({ id: fixture.missing, purpose: 'download' }, patientCtx()), 'not_found');
    },
  },
  {
    name: 'asking for a link under a signal that has fired rejects with an AbortError',
    async run({ driver, fixture: { file } }) {
      const ctx = patientCtx(AbortSignal.abort());
      await expectAbort(has(driver.link).call(driver, { id: file.id, purpose: 'play' }, ctx));
    },
  },
]);

/** First, last and middle bytes, one byte, and none. */
function partsOf(size: number): (readonly [number, number])[] {
  const middle = size >> 1;
  return [
    [0, 1],
    [0, 100],
    [middle, middle + 500],
    [size - 1, size],
    [1, size],
    [middle, middle],
    [size, size],
  ];
}

async function read({ driver, fixture }: Opened, start: number, end: number): Promise<Uint8Array> {
  return bytesOf(await has(driver.read).call(driver, { id: fixture.file.id, start, end }, patientCtx()));
}

async function readOut(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

function linkOf({ driver, fixture }: Opened, purpose: 'download' | 'play'): Promise<Link> {
  return has(driver.link).call(driver, { id: fixture.file.id, purpose }, patientCtx());
}

function fetchLink(
  { http }: Opened,
  link: Link,
  headers: Record<string, string> = {},
): Promise<HttpResponse> {
  if (http === undefined) throw new Error('the harness of a driver with links needs an HTTP client');
  const { signal } = patientCtx();
  return http.request({ method: 'GET', url: link.url, headers: { ...link.headers, ...headers }, signal });
}

async function bodyOf({ body }: HttpResponse): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) throw new Error('the body is not bytes');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
