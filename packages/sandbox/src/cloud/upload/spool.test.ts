import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBlobs, readBlob } from '../blobs.ts';
import { mod251 } from '../cloud-fixture.ts';
import { Spool, spooledBlob } from './spool.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spool-test-'));
  folders.push(folder);
  return folder;
}

async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

async function failure(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => 'nothing failed',
    (error: unknown) => String(error),
  );
}

describe('a spool', () => {
  test('takes files that come at the same moment, the first ones as well', async () => {
    const spool = new Spool({ folder: await makeFolder() });
    const pattern = mod251(4000);
    const files = await Promise.all([0, 1, 2, 3].map((at) => spool.write(pattern.slice(at, at + 1000))));
    expect(new Set(files.map(({ path }) => path)).size).toBe(4);
    await spool.close();
  });

  test('keeps what was written, readable at any place, parts one after the other', async () => {
    const spool = new Spool({ folder: await makeFolder() });
    const pattern = mod251(600_000);
    const files = [
      await spool.write(pattern.slice(0, 250_001)),
      await spool.write(pattern.slice(250_001, 600_000)),
    ];
    const blob = concatBlobs(
      files.map((file) => spooledBlob(file, 'video/mp4')),
      'video/mp4',
    );
    expect(blob).toMatchObject({ size: 600_000, mimeType: 'video/mp4' });
    expect(Buffer.from(await readBlob(blob)).equals(Buffer.from(await readBlob(pattern)))).toBe(true);
    for (const [start, end] of [
      [0, 0],
      [250_000, 250_002],
      [599_999, 600_000],
    ] as const)
      expect(await collect(blob.slice(start, end))).toEqual(await collect(pattern.slice(start, end)));
    await spool.close();
  });

  test('tells size and MD5', async () => {
    const spool = new Spool({ folder: await makeFolder() });
    const hello = (async function* () {
      yield Buffer.from('hel');
      yield Buffer.from('lo');
    })();
    expect(await spool.write(hello)).toMatchObject({ size: 5, md5: '5d41402abc4b2a76b9719d911017c592' });
    await spool.close();
  });

  test('leaves nothing behind of a stream that breaks', async () => {
    const folder = await makeFolder();
    const spool = new Spool({ folder });
    const broken = (async function* () {
      yield Buffer.from('half');
      throw new Error('the client left');
    })();
    expect(await failure(spool.write(broken))).toContain('the client left');
    expect(await filesIn(folder)).toEqual([]);
    await spool.close();
  });

  test('refuses what goes beyond its limit, and takes more once files are discarded', async () => {
    const folder = await makeFolder();
    const spool = new Spool({ folder, limitBytes: 1000 });
    const file = await spool.write(mod251(900).slice(0, 900));
    expect(await failure(spool.write(mod251(101).slice(0, 101)))).toContain('at most 1000 bytes');
    spool.discard([file]);
    expect((await spool.write(mod251(1000).slice(0, 1000))).size).toBe(1000);
    expect(await filesIn(folder)).toHaveLength(1);
    await spool.close();
  });

  test('removes its folder when it is closed, and takes no more', async () => {
    const folder = await makeFolder();
    const spool = new Spool({ folder });
    await spool.write(mod251(10).slice(0, 10));
    await spool.close();
    expect(await readdir(folder)).toEqual([]);
    expect(await failure(spool.write(mod251(10).slice(0, 10)))).toContain('stopped or reset');
  });

  test('makes no folder before the first bytes come', async () => {
    const folder = await makeFolder();
    const spool = new Spool({ folder });
    await spool.close();
    expect(await readdir(folder)).toEqual([]);
  });
});

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
