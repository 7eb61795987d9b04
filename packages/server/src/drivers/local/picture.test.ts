import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { has, outcomeOf } from '../../../testing/contract/test-case.ts';
import { patientCtx } from '../../../testing/driver-contract.ts';
import type { Driver } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { createLocalDriver } from './driver.ts';

const random = { bytes: (n: number) => crypto.getRandomValues(new Uint8Array(n)), fraction: () => 0.5 };
const ffmpeg = Bun.which('ffmpeg') ?? undefined;

let rootFolder: string;
beforeAll(async () => {
  rootFolder = await mkdtemp(join(tmpdir(), 'sluice-pictures-'));
  await put('wide.png', await pngOf(1200, 300));
  await put('bomb.png', bombOf(30_000, 30_000));
  await put('cut.png', (await pngOf(1200, 300)).subarray(0, 120));
  await put('text.jpg', 'not a picture');
  await put('empty.webp', '');
  await put('secret', 'SECRET');
  await put('list.mp4', `#EXTM3U\n#EXTINF:1,\nfile://${join(rootFolder, 'secret')}\n#EXT-X-ENDLIST\n`);
  await put('noise.mkv', crypto.getRandomValues(new Uint8Array(50_000)));
  await put('notes.txt', 'x');
});
afterAll(() => rm(rootFolder, { recursive: true, force: true }));

const put = (name: string, bytes: string | Uint8Array) => Bun.write(join(rootFolder, name), bytes);

function open(config: { readonly thumbnails?: boolean } = {}, tool = ffmpeg): Driver {
  return createLocalDriver(
    { rootFolder, showHidden: true, mkdirMode: 0o777, ...config },
    { random, ffmpeg: tool },
  );
}

const draw = (id: string, driver = open()) => has(driver.thumbnail).call(driver, { id }, patientCtx());

async function codeOf(call: Promise<unknown>): Promise<string> {
  const outcome = await outcomeOf(call);
  return outcome instanceof StorageError ? outcome.code : String(outcome);
}

async function pngOf(width: number, height: number): Promise<Uint8Array> {
  const dot = Buffer.concat([
    SIGNATURE,
    ihdr(1, 1),
    chunk('IDAT', deflateSync(Buffer.from([0, 9, 9, 9]))),
    chunk('IEND'),
  ]);
  return new Bun.Image(dot).resize(width, height).png().bytes();
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A small file that unpacks to gigabytes of the same colour. */
function bombOf(width: number, height: number): Uint8Array {
  const rows = Buffer.alloc((width * 3 + 1) * 1000);
  return Buffer.concat([SIGNATURE, ihdr(width, height), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

function ihdr(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8); // eight bits, RGB
  return chunk('IHDR', head);
}

function chunk(type: string, data: Uint8Array = new Uint8Array()): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(Bun.hash.crc32(body));
  return Buffer.concat([length, body, sum]);
}

describe('pictures of a local folder', () => {
  test('are said of images, and of films where there is an ffmpeg', async () => {
    const pictured = async (driver: Driver) => {
      const { entries } = await driver.list({ dir: driver.root }, patientCtx());
      return entries.filter((entry) => entry.pictured === true).map(({ name }) => name);
    };
    const images = ['bomb.png', 'cut.png', 'empty.webp', 'text.jpg', 'wide.png'];
    expect(
      await pictured(createLocalDriver({ rootFolder, showHidden: true, mkdirMode: 0o777 }, { random })),
    ).toEqual(images);
    expect(await pictured(open({}, '/usr/bin/ffmpeg'))).toEqual(
      [...images, 'list.mp4', 'noise.mkv'].toSorted(),
    );
    const off = open({ thumbnails: false });
    expect([await pictured(off), off.thumbnail]).toEqual([[], undefined]);
  });

  test('are small and keep their shape', async () => {
    const { bytes, mimeType } = await draw('/wide.png');
    expect(mimeType).toBe('image/webp');
    expect(await new Bun.Image(bytes).metadata()).toMatchObject({ width: 360, height: 90, format: 'webp' });
  });

  test('decompression bomb: an image of 900 million pixels is refused by its head', async () => {
    const before = process.memoryUsage().rss;
    expect(await codeOf(draw('/bomb.png'))).toBe('unsupported');
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  test.each(['/cut.png', '/text.jpg', '/empty.webp', '/notes.txt'])('none is made of %s', async (id) => {
    expect(await codeOf(draw(id))).toBe('unsupported');
  });

  test('none is made of a folder, nor of what a symbolic link points to', async () => {
    await symlink(join(rootFolder, 'wide.png'), join(rootFolder, 'link.png'));
    expect(await codeOf(draw('/'))).toBe('not_a_file');
    expect(await codeOf(draw('/link.png'))).toBe('not_found');
    await rm(join(rootFolder, 'link.png'));
  });
});

describe.if(ffmpeg !== undefined && process.platform === 'linux')('pictures of films', () => {
  beforeAll(async () => {
    const film = join(rootFolder, 'film.mp4');
    const source = 'color=c=red:s=1280x720:d=2';
    await Bun.spawn([
      ffmpeg ?? '',
      '-loglevel',
      'quiet',
      '-f',
      'lavfi',
      '-i',
      source,
      '-pix_fmt',
      'yuv420p',
      film,
    ]).exited;
  });

  test('are taken also from films that are shorter than the moment', async () => {
    const { bytes, mimeType } = await draw('/film.mp4');
    expect(mimeType).toBe('image/jpeg');
    expect(await new Bun.Image(bytes).metadata()).toMatchObject({ height: 203, format: 'jpeg' });
  });

  test('playlist that calls itself a film (local file disclosure): nothing that it names is read', async () => {
    expect(await codeOf(draw('/list.mp4'))).toBe('unsupported');
  });

  test('none is made of noise', async () => {
    expect(await codeOf(draw('/noise.mkv'))).toBe('unsupported');
  });

  test('aborting ends the program that draws', async () => {
    const leave = new AbortController();
    const driver = open();
    const drawn = has(driver.thumbnail).call(driver, { id: '/film.mp4' }, patientCtx(leave.signal));
    leave.abort();
    expect((await outcomeOf(drawn)) as Error).toMatchObject({ name: 'AbortError' });
  });
});
