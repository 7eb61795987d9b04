import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { testWith } from '../wire/outside-tools.ts';
import type { Blob } from '../types.ts';
import { createMedia } from './index.ts';

const SAMPLE = join(import.meta.dir, 'files/sample.mp4');
const MIB = 1024 * 1024;

async function read(blob: Blob, start: number, end: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blob.slice(start, end)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('bundled files', () => {
  test.each([
    ['sample.mp4', 'video/mp4', 4, 'ftyp'],
    ['sample.mp3', 'audio/mpeg', 0, 'ID3'],
    ['photo-1.jpg', 'image/jpeg', 0, '\u00ff\u00d8'],
    ['photo-2.jpg', 'image/jpeg', 0, '\u00ff\u00d8'],
    ['photo-3.jpg', 'image/jpeg', 0, '\u00ff\u00d8'],
    ['cover.jpg', 'image/jpeg', 0, '\u00ff\u00d8'],
    ['guide.pdf', 'application/pdf', 0, '%PDF-1.4'],
    ['archive.zip', 'application/zip', 0, 'PK\u0003\u0004'],
    ['sample.srt', 'application/x-subrip', 0, '1\n00:00:01,000 --> '],
    ['sample.ass', 'text/x-ssa', 0, '[Script Info]'],
    ['readme.md', 'text/markdown', 0, '# '],
    ['notes.txt', 'text/plain', 0, 'Notes\n'],
  ])('%s is there, and is what its type says', async (name, mimeType, at, magic) => {
    const blob = createMedia().file(name);
    expect(blob.mimeType).toBe(mimeType);
    expect((await read(blob, at, at + magic.length)).toString('latin1')).toBe(magic);
    expect((await read(blob, 0, blob.size)).length).toBe(blob.size);
    expect(await read(blob, blob.size - 1, blob.size)).toHaveLength(1);
    expect(await read(blob, 5, 5)).toHaveLength(0);
  });

  test('are small', () => {
    const media = createMedia();
    expect(media.file('sample.mp4').size).toBeLessThan(2 * MIB);
    expect(media.file('sample.mp3').size).toBeLessThan(MIB);
  });

  test('that are not there are an error, not an empty file', () => {
    for (const name of ['other.mp4', '../index.ts', 'toString', ''])
      expect(() => createMedia().file(name)).toThrow(RangeError);
  });

  test('end with their film: the last subtitle is over when it is', async () => {
    const srt = createMedia().file('sample.srt');
    const last = (await read(srt, 0, srt.size))
      .toString()
      .match(/--> \S+/g)
      ?.at(-1);
    expect(last).toBe('--> 00:01:29,500');
  });
});

describe('generated content', () => {
  test.each([0, 1, 250, 251, 262_143, 262_144, 262_145, 2 ** 31 - 3, 2 ** 32 - 600_000])(
    'has byte i mod 251 from %d on',
    async (start) => {
      const end = start + 600_000;
      const expected = Uint8Array.from({ length: end - start }, (_, i) => (start + i) % 251);
      const bytes = await read(createMedia().generated('mod251', 2 ** 32), start, end);
      expect(Buffer.compare(bytes, expected)).toBe(0);
    },
  );

  test('does not go on after its end', async () => {
    const blob = createMedia().generated('mod251', 1000);
    expect([...(await read(blob, 998, 2000))]).toEqual([998 % 251, 999 % 251]);
  });

  test('comes whole, however much is asked for', async () => {
    let size = 0;
    const gigabyte = createMedia().generated('mod251', 2 ** 30);
    for await (const chunk of gigabyte.slice(0, 2 ** 30)) size += chunk.length;
    expect(size).toBe(2 ** 30);
  });
});

interface Probe {
  readonly format: { readonly duration: string };
  readonly streams: readonly {
    readonly codec_name: string;
    readonly width?: number;
    readonly height?: number;
  }[];
}

testWith('ffprobe', 'the film is H.264 and AAC, 90 s long, with a key frame each second', async () => {
  const args = ['-v', 'error', '-of', 'json', '-show_format', '-show_streams', SAMPLE];
  const child = Bun.spawn(['ffprobe', ...args], { stdout: 'pipe', stderr: 'pipe' });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect([await child.exited, err]).toEqual([0, '']);
  const probe: Probe = JSON.parse(out);
  expect(probe.streams).toMatchObject([
    { codec_name: 'h264', width: 1280, height: 720 },
    { codec_name: 'aac' },
  ]);
  expect(Number(probe.format.duration)).toBeCloseTo(90, 1);
  expect(await keyFrames()).toEqual(Array.from({ length: 90 }, (_, second) => second));
});

/** Times of the key frames of the film's picture, in seconds. */
async function keyFrames(): Promise<number[]> {
  const args = [
    '-v',
    'error',
    '-of',
    'csv=p=0',
    '-select_streams',
    'v',
    '-show_entries',
    'packet=pts_time,flags',
  ];
  const child = Bun.spawn(['ffprobe', ...args, SAMPLE], { stdout: 'pipe' });
  const lines = (await new Response(child.stdout).text()).split('\n');
  return lines.filter((line) => line.includes('K')).map((line) => Number(line.split(',')[0]));
}
