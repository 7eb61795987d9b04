import { describe, expect, test } from 'bun:test';
import { bytesBlob, readBlob, withFreeBox } from './blobs.ts';
import type { Blob } from '../types.ts';

const FILM = bytesBlob(new TextEncoder().encode('film'), 'video/mp4');

async function slice(blob: Blob, start: number, end: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blob.slice(start, end)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a film with a free box', () => {
  test('is the film, then a box of the given length that says it is free', async () => {
    const padded = withFreeBox(FILM, 100_000);
    const bytes = Buffer.from(await readBlob(padded));
    expect(padded).toMatchObject({ size: 100_004, mimeType: 'video/mp4' });
    expect(bytes).toHaveLength(100_004);
    expect(bytes.subarray(0, 4).toString()).toBe('film');
    expect(bytes.readUInt32BE(4)).toBe(100_000);
    expect(bytes.subarray(8, 12).toString()).toBe('free');
    expect(bytes.subarray(12).every((byte) => byte === 0)).toBe(true);
  });

  test('can be read at any place', async () => {
    const padded = withFreeBox(FILM, 20);
    const whole = Buffer.from(await readBlob(padded));
    for (let start = 0; start <= whole.length; start++)
      for (let end = start; end <= whole.length; end++)
        expect(await slice(padded, start, end)).toEqual(whole.subarray(start, end));
  });

  test('needs room for the header of the box', () => {
    expect(() => withFreeBox(FILM, 7)).toThrow('at least 8 bytes');
  });
});
