import { describe, expect, test } from 'bun:test';
import { BlockHashes, GcidHash, gcidBlockSize, gcidOf } from './gcid.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

function patterned(size: number, modulus: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => index % modulus);
}

function gcidIn(bytes: Uint8Array, step: number): string {
  const hash = new GcidHash(bytes.length);
  for (let at = 0; at < bytes.length; at += step) hash.update(bytes.subarray(at, at + step));
  return hash.digest();
}

/** Protocol reference §4.1. */
const VECTORS: readonly (readonly [string, Uint8Array, string])[] = [
  ['nothing', new Uint8Array(), 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709'],
  ['hello', new TextEncoder().encode('hello'), '6B4F89A54E2D27ECD7E8DA05B4AB8FD9D1D8B119'],
  ['256 KiB', patterned(256 * KIB, 256), '1592A0A4C2552DCE960C4302C5FCBEAB74AD90B7'],
  [
    '256 KiB and a byte',
    Buffer.concat([patterned(256 * KIB, 256), new Uint8Array([255])]),
    '8D8E0641A07D3B8680976CFE8B4D0ACA47D0F844',
  ],
  ['1 MiB of zeros', new Uint8Array(MIB), '0520DBDA33EE8F713865D1F6B75DF465AC2B482F'],
  ['1 MiB and a byte of zeros', new Uint8Array(MIB + 1), 'AFFF8F22E4AF3C3E7EE6AB74834927510837B855'],
  ['1 MiB of the pattern', patterned(MIB, 251), '96FD114C1E415B462663B372D3F5505DFDA6EEB5'],
];

describe('a gcid', () => {
  test.each(VECTORS)('of %s', (_, bytes, gcid) => {
    expect(gcidIn(bytes, bytes.length || 1)).toBe(gcid);
    expect(gcidIn(bytes, 65_537)).toBe(gcid);
  });

  test('of 300 MiB of zeros takes larger blocks', () => {
    const hash = new GcidHash(300 * MIB);
    const piece = new Uint8Array(4 * MIB);
    for (let at = 0; at < 75; at += 1) hash.update(piece);
    expect(hash.digest()).toBe('5574776D8FC9EC3EF68426932D808926A36F764A');
  });

  test('of parts that begin where blocks do is the gcid of the whole', () => {
    const bytes = patterned(MIB, 251);
    const parts = [bytes.subarray(0, 512 * KIB), bytes.subarray(512 * KIB)].map((part) => {
      const hashes = new BlockHashes(256 * KIB);
      hashes.update(part);
      return hashes.digest();
    });
    expect(gcidOf(parts)).toBe('96FD114C1E415B462663B372D3F5505DFDA6EEB5');
  });

  test.each([
    [0, 256 * KIB],
    [128 * MIB, 256 * KIB],
    [128 * MIB + 1, 512 * KIB],
    [256 * MIB, 512 * KIB],
    [256 * MIB + 1, MIB],
    [512 * MIB, MIB],
    [512 * MIB + 1, 2 * MIB],
    [2 ** 42, 2 * MIB],
  ])('%p bytes are cut into blocks of %p', (size, block) => {
    expect(gcidBlockSize(size)).toBe(block);
  });
});
