import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fakeClock } from '../../testing/fake-clock.ts';
import type { Entry } from '../core/entry.ts';
import type { Log } from '../core/runtime.ts';
import { type BlockCache, createBlockCache } from './block-cache.ts';
import { BLOCK_BYTES, contentKey, fileLength } from './format.ts';

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const GCID = 'A'.repeat(40);
const SIZE = 3 * BLOCK_BYTES + 1_000_000;
const CONTENT = Buffer.alloc(SIZE, Buffer.from(Array.from({ length: 251 }, (_, i) => i)));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-blocks-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function film(overrides: Partial<Entry> = {}): Entry {
  return { id: '1', name: 'a.mp4', kind: 'file', size: SIZE, hashes: { gcid: GCID }, ...overrides };
}

function cache(maxBytes: number | (() => number) = 100 * BLOCK_BYTES, clock = fakeClock()): BlockCache {
  const most = typeof maxBytes === 'number' ? () => maxBytes : maxBytes;
  return createBlockCache({ folder, maxBytes: most, clock, log: SILENT });
}

/** Blocks on disk, without their folders. */
function onDisk(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('-'));
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds() && performance.now() < deadline) await new Promise(setImmediate);
  expect(holds()).toBe(true);
}

/** Lets a range of the content pass as a stream would, and waits until it is written. */
async function keep(blocks: BlockCache, entry = film(), start = 0, end = SIZE): Promise<void> {
  const keeper = blocks.keeper(entry);
  const before = blocks.totals.kept;
  const last = end === SIZE ? Math.ceil(SIZE / BLOCK_BYTES) : Math.floor(end / BLOCK_BYTES);
  const whole = last - Math.ceil(start / BLOCK_BYTES);
  for (let at = start; at < end; at += 100_000) {
    keeper?.pass(at, CONTENT.subarray(at, Math.min(end, at + 100_000)));
  }
  keeper?.drop();
  await until(() => blocks.totals.kept === before + whole);
}

async function bytesOf(body: Readable | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('the cache of blocks', () => {
  test('gives back what has passed, from any byte to any other', async () => {
    const blocks = cache();
    await keep(blocks);
    for (const [start, end] of [
      [0, SIZE],
      [1, 2],
      [BLOCK_BYTES - 1, BLOCK_BYTES + 1],
      [262_143, 700_001],
      [SIZE - 1, SIZE],
    ] as const) {
      const held = blocks.read(film(), { start, end });
      expect(held?.end).toBe(end);
      expect((await bytesOf(held?.body)).equals(CONTENT.subarray(start, end))).toBe(true);
    }
    expect(blocks.totals).toMatchObject({ kept: 4, damaged: 0 });
  });

  test('knows the same content in another storage, and no other content', async () => {
    const blocks = cache();
    await keep(blocks);
    const range = { start: 0, end: SIZE };
    const twin = film({ id: 'other', name: 'b.mkv', hashes: { gcid: GCID.toLowerCase() } });
    expect(blocks.read(twin, range)?.end).toBe(SIZE);
    for (const other of [
      film({ hashes: { gcid: 'B'.repeat(40) } }),
      film({ hashes: { sha1: GCID } }),
      film({ size: SIZE + 1 }),
      film({ hashes: {} }),
    ]) {
      expect(blocks.read(other, range)).toBeUndefined();
    }
  });

  test.each([
    ['an MD5, which can be forged', { md5: 'a'.repeat(32) }],
    ['a path', { gcid: '../../../../etc/passwd/aaaaaaaaaaaaaaaaaaaaaaaaaa' }],
    ['nothing', {}],
    ['an empty hash', { sha1: '' }],
  ])('goes by no hash that is %s', (_, hashes) => {
    expect(contentKey(film({ hashes }))).toBeUndefined();
  });

  test('keeps nothing of a block that did not pass whole', async () => {
    const blocks = cache();
    await keep(blocks, film(), 10, 2 * BLOCK_BYTES + 10);
    expect(onDisk()).toHaveLength(1);
    expect(blocks.read(film(), { start: 0, end: SIZE })).toBeUndefined();
    expect(blocks.missingUntil(film(), { start: 0, end: SIZE })).toBe(BLOCK_BYTES);
    expect(blocks.read(film(), { start: BLOCK_BYTES, end: SIZE })?.end).toBe(2 * BLOCK_BYTES);
  });

  test('drops a block in which there was a leap', () => {
    const blocks = cache();
    const keeper = blocks.keeper(film());
    keeper?.pass(0, CONTENT.subarray(0, 1000));
    keeper?.pass(2000, CONTENT.subarray(2000, BLOCK_BYTES));
    expect(onDisk()).toHaveLength(0);
  });

  test('stays within its bound: what was not used for longest makes room', async () => {
    const blocks = cache(3 * fileLength(BLOCK_BYTES));
    for (const index of [0, 1, 2]) await keep(blocks, film(), index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
    await bytesOf(blocks.read(film(), { start: 0, end: 1 })?.body);
    await keep(blocks, film({ hashes: { gcid: 'C'.repeat(40) } }), 0, BLOCK_BYTES);
    await until(() => onDisk().length === 3);
    expect(blocks.read(film(), { start: 0, end: 1 })).toBeDefined();
    expect(blocks.read(film(), { start: BLOCK_BYTES, end: SIZE })).toBeUndefined();
    expect(blocks.read(film(), { start: 2 * BLOCK_BYTES, end: SIZE })).toBeDefined();
    expect(blocks.bytes).toBeLessThanOrEqual(3 * fileLength(BLOCK_BYTES));
    expect(blocks.totals.evicted).toBe(1);
  });

  test('shrinks with its setting, and is emptied when that is 0', async () => {
    let most = 100 * BLOCK_BYTES;
    const blocks = cache(() => most);
    await keep(blocks);
    most = 2 * fileLength(BLOCK_BYTES);
    blocks.read(film(), { start: 0, end: 1 });
    await until(() => onDisk().length === 2);
    most = 0;
    expect(blocks.read(film(), { start: 2 * BLOCK_BYTES, end: SIZE })).toBeUndefined();
    await until(() => onDisk().length === 0);
    expect(blocks.keeper(film())).toBeUndefined();
  });

  test('finds its blocks again after a restart, in the order of their use', async () => {
    const clock = fakeClock();
    const before = cache(undefined, clock);
    await keep(before);
    await clock.advance(1_000_000_000_000); // past the times that the disk gave them
    await bytesOf(before.read(film(), { start: 0, end: 1 })?.body);
    const after = cache(fileLength(BLOCK_BYTES));
    await after.load(new AbortController().signal);
    expect(after.read(film(), { start: 0, end: 1 })).toBeDefined();
    expect(onDisk()).toHaveLength(1);
  });

  test('removes what a killed process left unfinished, and nothing that is not its own', async () => {
    await keep(cache());
    const [block = ''] = onDisk();
    writeFileSync(join(folder, `${block}.7.part`), 'half');
    writeFileSync(join(folder, block.slice(0, 2), 'somebody-else.txt'), 'mine');
    const blocks = cache();
    await blocks.load(new AbortController().signal);
    expect(onDisk().some((name) => name.endsWith('.part'))).toBe(false);
    expect(onDisk().some((name) => name.endsWith('somebody-else.txt'))).toBe(true);
  });

  test.each([
    ['cut short', (path: string) => truncateSync(path, 1000)],
    ['emptied', (path: string) => truncateSync(path, 0)],
    ['filled with zeros', (path: string) => writeFileSync(path, Buffer.alloc(statSync(path).size))],
    ['gone', (path: string) => rmSync(path)],
    [
      'another block',
      (path: string) => {
        const other = onDisk()
          .map((name) => join(folder, name))
          .find((name) => name !== path && statSync(name).size === statSync(path).size);
        writeFileSync(path, readFileSync(other ?? ''));
      },
    ],
  ])('hands out nothing of a block that is %s, and forgets it', async (_, damage) => {
    const blocks = cache();
    await keep(blocks);
    const path = onDisk().find((name) => name.endsWith('-1')) ?? '';
    damage(join(folder, path));
    const held = blocks.read(film(), { start: 0, end: SIZE });
    const bytes = await bytesOf(held?.body);
    expect(bytes.equals(CONTENT.subarray(0, BLOCK_BYTES))).toBe(true);
    expect(blocks.totals.damaged).toBe(1);
    expect(blocks.read(film(), { start: BLOCK_BYTES, end: SIZE })).toBeUndefined();
    await until(() => !onDisk().includes(path));
  });

  test('hands out what comes before a single flipped bit, and not one byte of its piece', async () => {
    const blocks = cache();
    await keep(blocks);
    const path = join(folder, onDisk().find((name) => name.endsWith('-0')) ?? '');
    const raw = readFileSync(path);
    raw[600_000] = (raw[600_000] ?? 0) ^ 1;
    writeFileSync(path, raw);
    const bytes = await bytesOf(blocks.read(film(), { start: 0, end: SIZE })?.body);
    expect(bytes.equals(CONTENT.subarray(0, 2 * 262_144))).toBe(true);
  });

  test('leaves a disk that can’t be written to alone for a minute, and tries again', async () => {
    const clock = fakeClock();
    let warnings = 0;
    const log = { ...SILENT, warn: () => void (warnings += 1) };
    const blocks = createBlockCache({ folder, maxBytes: () => 100 * BLOCK_BYTES, clock, log });
    const inTheWay = join(folder, contentKey(film())?.name.slice(0, 2) ?? '');
    writeFileSync(inTheWay, '');
    const keeper = blocks.keeper(film());
    keeper?.pass(0, CONTENT.subarray(0, BLOCK_BYTES));
    await until(() => warnings === 1);
    rmSync(inTheWay);
    keeper?.pass(BLOCK_BYTES, CONTENT.subarray(BLOCK_BYTES, 2 * BLOCK_BYTES));
    await clock.advance(60_000);
    await keep(blocks, film(), 2 * BLOCK_BYTES, 3 * BLOCK_BYTES);
    expect(onDisk().map((name) => name.slice(-2))).toEqual(['-2']);
    expect({ warnings, kept: blocks.totals.kept }).toEqual({ warnings: 1, kept: 1 });
  });

  test('writes a block once that two streams bring, and lets nobody else read it', async () => {
    const blocks = cache();
    const [one, two] = [blocks.keeper(film()), blocks.keeper(film())];
    for (const keeper of [one, two]) keeper?.pass(0, CONTENT.subarray(0, BLOCK_BYTES));
    await until(() => blocks.totals.kept >= 1 && onDisk().every((name) => !name.endsWith('.part')));
    expect(blocks.totals.kept).toBe(1);
    const [block = ''] = onDisk();
    expect(statSync(join(folder, block)).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, block.slice(0, 2))).mode & 0o777).toBe(0o700);
  });

  test('gathers four blocks at a time, and lets others pass unkept', async () => {
    const blocks = cache();
    const keepers = Array.from({ length: 6 }, (_, i) =>
      blocks.keeper(film({ hashes: { gcid: String(i).repeat(40) } })),
    );
    for (const keeper of keepers) keeper?.pass(0, CONTENT.subarray(0, BLOCK_BYTES - 1));
    for (const keeper of keepers)
      keeper?.pass(BLOCK_BYTES - 1, CONTENT.subarray(BLOCK_BYTES - 1, BLOCK_BYTES));
    await until(() => blocks.totals.kept === 4);
    expect(onDisk()).toHaveLength(4);
  });
});
