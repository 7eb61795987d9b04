import { describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeClock } from '../../testing/fake-clock.ts';
import type { ContentHash } from '../core/content-hash.ts';
import { openSpoolDisk } from './disk.ts';
import { limitsFrom } from './limits.ts';
import type { SpoolLimits } from './room.ts';
import { createSpool, type ExpectedBody, type SpooledFile } from './spool.ts';
import { memoryRecords } from './testing/memory-records.ts';
import { memoryDisk, noSpaceLeft, NO_LIMITS } from './testing/memory-disk.ts';

const MIB = 1024 * 1024;
const never = new AbortController().signal;
const log = { debug() {}, info() {}, warn() {}, error() {} };

async function* bodyOf(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
}

async function textOf(file: SpooledFile, start = 0, end = file.size): Promise<string> {
  return new Response(file.open(start, end)).text();
}

function spoolOn(disk = memoryDisk(), limits: Partial<SpoolLimits> = {}) {
  return createSpool({
    disk,
    records: memoryRecords(),
    clock: fakeClock(),
    limits: () => ({ ...NO_LIMITS, ...limits }),
    log,
  });
}

/** Counts how often it reads content. */
function countingHash(needsSize: boolean): ContentHash & { begun: number[] } {
  const begun: number[] = [];
  return {
    begun,
    kind: 'gcid',
    needsSize,
    begin(size) {
      begun.push(size);
      let seen = 0;
      return { update: (bytes) => void (seen += bytes.length), digest: () => `${seen} of ${size}` };
    },
  };
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a spooled upload', () => {
  test('can be read again, whole and in parts, until it is discarded', async () => {
    const disk = memoryDisk();
    const spool = await spoolOn(disk);
    const file = await spool.receive(bodyOf('hello ', '', 'world'), {}, never);
    expect([file.size, await textOf(file), await textOf(file, 6, 11)]).toEqual([11, 'hello world', 'world']);
    await file.discard();
    await file.discard();
    expect([disk.content.size, spool.used]).toEqual([0, 0]);
  });

  test('of no bytes is a file too', async () => {
    const spool = await spoolOn();
    const file = await spool.receive(bodyOf(), { size: 0 }, never);
    expect([file.size, await textOf(file)]).toEqual([0, '']);
  });

  test('of a known size is hashed while it comes', async () => {
    const spool = await spoolOn();
    const hash = countingHash(true);
    const file = await spool.receive(bodyOf('abc'), { size: 3, compute: [hash] }, never);
    expect(hash.begun).toEqual([3]);
    expect(await file.hash(hash, never)).toBe('3 of 3');
    expect(hash.begun).toEqual([3]);
  });

  test('of an unknown size is read once more for a hash that needs the size, and no more', async () => {
    const spool = await spoolOn();
    const hash = countingHash(true);
    const file = await spool.receive(bodyOf('abc'), { compute: [hash] }, never);
    expect(hash.begun).toEqual([]);
    expect([await file.hash(hash, never), await file.hash(hash, never)]).toEqual(['3 of 3', '3 of 3']);
    expect(hash.begun).toEqual([3]);
  });

  const wrong: readonly (readonly [string, ExpectedBody, string])[] = [
    ['shorter than announced', { size: 9 }, 'ended after 8 of 9'],
    ['longer than announced', { size: 7 }, 'longer than the 7'],
    ['of another hash', { hashes: { md5: '0'.repeat(32) } }, 'another md5'],
  ];
  test.each(wrong)('%s is refused, and nothing is left of it', async (_, expected, message) => {
    const disk = memoryDisk();
    const spool = await spoolOn(disk);
    const error = await failureOf(spool.receive(bodyOf('four', 'more'), expected, never));
    expect(error).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining(message) as unknown,
    });
    expect([disk.content.size, spool.used]).toEqual([0, 0]);
  });

  test('of the hash that its sender vouched for is taken, whatever the case', async () => {
    const spool = await spoolOn();
    const hashes = { md5: '900150983CD24FB0D6963F7D28E17F72' };
    expect(await spool.receive(bodyOf('abc'), { hashes }, never)).toMatchObject({ size: 3 });
  });

  test('that breaks off leaves nothing', async () => {
    const disk = memoryDisk();
    const spool = await spoolOn(disk);
    const cut = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(5);
      throw new Error('aborted');
    };
    expect(await failureOf(spool.receive(cut(), { size: 10 }, never))).toMatchObject({
      code: 'invalid_argument',
    });
    expect([disk.content.size, spool.used]).toEqual([0, 0]);
  });

  test('whose sender has left leaves nothing, and its body is let go of', async () => {
    const disk = memoryDisk();
    const spool = await spoolOn(disk);
    const leave = new AbortController();
    let letGo = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield new Uint8Array(5);
          leave.abort();
        }
      } finally {
        letGo = true;
      }
    };
    expect(await failureOf(spool.receive(endless(), {}, leave.signal))).toMatchObject({ name: 'AbortError' });
    expect([disk.content.size, spool.used, letGo]).toEqual([0, 0, true]);
  });
});

describe('the room for uploads', () => {
  test('a disk without enough free space takes no byte of a file', async () => {
    const disk = memoryDisk();
    disk.space = 256 * MIB + 9;
    const spool = await spoolOn(disk);
    let asked = false;
    const body = async function* (): AsyncGenerator<Uint8Array> {
      asked = true;
      yield new Uint8Array(10);
    };
    expect(await failureOf(spool.receive(body(), { size: 10 }, never))).toMatchObject({
      code: 'quota_exceeded',
      message: expect.stringContaining('disk') as unknown,
    });
    expect([asked, disk.content.size, spool.used]).toEqual([false, 0, 0]);
  });

  test('two uploads don’t count on the same space', async () => {
    const disk = memoryDisk();
    disk.space = 256 * MIB + 15;
    const spool = await spoolOn(disk);
    let go = (): void => {};
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      await new Promise<void>((resolve) => (go = resolve));
      yield new Uint8Array(10);
    };
    const first = spool.receive(slow(), { size: 10 }, never);
    const second = await failureOf(spool.receive(bodyOf(new Uint8Array(10)), { size: 10 }, never));
    expect(second).toMatchObject({ code: 'quota_exceeded' });
    go();
    await (await first).discard();
    expect(spool.used).toBe(0);
  });

  test('a disk that fills up in mid-upload is told of, and nothing is left', async () => {
    const disk = memoryDisk();
    disk.beforeWrite = (at) => {
      if (at > 0) throw noSpaceLeft();
    };
    const spool = await spoolOn(disk);
    expect(await failureOf(spool.receive(bodyOf('ab', 'cd'), { size: 4 }, never))).toMatchObject({
      code: 'quota_exceeded',
      detail: { remedy: expect.stringContaining('Free space') as unknown },
    });
    expect([disk.content.size, spool.used]).toEqual([0, 0]);
  });

  test('a file above the limit is refused, its size being known or not', async () => {
    const spool = await spoolOn(memoryDisk(), { file: 10 });
    const large = { code: 'quota_exceeded', message: expect.stringContaining('above 10 bytes') as unknown };
    expect(await failureOf(spool.receive(bodyOf(), { size: 11 }, never))).toMatchObject(large);
    expect(await failureOf(spool.receive(bodyOf('12345678901'), {}, never))).toMatchObject(large);
  });

  test('one user can’t take more than one’s share, nor all together more than there is', async () => {
    const spool = await spoolOn(memoryDisk(), { perUser: 10, total: 15 });
    const take = (size: number, owner: number): Promise<SpooledFile> =>
      spool.receive(bodyOf(new Uint8Array(size)), { size, owner }, never);
    const first = await take(8, 1);
    expect(await failureOf(take(3, 1))).toMatchObject({ code: 'quota_exceeded', retry: 'later' });
    await take(7, 2);
    expect(await failureOf(take(1, 3))).toMatchObject({ code: 'quota_exceeded', retry: 'later' });
    await first.discard();
    expect(await take(8, 1)).toMatchObject({ size: 8 });
  });

  test('settings of 0 set no limit', () => {
    const limits = limitsFrom((key) => (key === 'upload_user_limit' ? '0.5' : '0'));
    const none = Number.POSITIVE_INFINITY;
    expect(limits).toEqual({ file: none, total: none, perUser: 512 * MIB });
  });
});

describe('a spool on a real disk', () => {
  test('removes at its start what a crash has left, and shows its files to nobody else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-spool-'));
    try {
      await Bun.write(join(folder, 'left'), 'over');
      const spool = await createSpool({
        disk: await openSpoolDisk(folder),
        records: memoryRecords(),
        clock: fakeClock(),
        limits: () => NO_LIMITS,
        log,
      });
      expect(await readdir(folder)).toEqual([]);
      const bytes = Buffer.alloc(3 * MIB, 'ab');
      const file = await spool.receive(bodyOf(bytes.subarray(0, MIB), bytes.subarray(MIB)), {}, never);
      const [name = ''] = await readdir(folder);
      expect((await Bun.file(join(folder, name)).stat()).mode & 0o777).toBe(0o600);
      const read = Buffer.from(await new Response(file.open(1, 2 * MIB)).arrayBuffer());
      expect(read.equals(bytes.subarray(1, 2 * MIB))).toBe(true);
      await file.discard();
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
