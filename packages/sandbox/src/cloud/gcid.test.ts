import { describe, expect, test } from 'bun:test';
import type { Blob } from '../types.ts';
import { bytesBlob, textBlob } from './blobs.ts';
import { mod251 } from './cloud-fixture.ts';
import { gcidBlockSize, gcidOf, gcidOfBlock } from './gcid.ts';

function zeros(size: number): Blob {
  return bytesBlob(new Uint8Array(size), 'application/octet-stream');
}

function upTo256(size: number): Blob {
  const bytes = new Uint8Array(size).map((_, i) => i % 256);
  bytes.fill(0xff, 262_144);
  return bytesBlob(bytes, 'application/octet-stream');
}

/** Protocol reference §4.1. */
const VECTORS: readonly (readonly [string, Blob, string])[] = [
  ['nothing', zeros(0), 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709'],
  ['hello', textBlob('hello'), '6B4F89A54E2D27ECD7E8DA05B4AB8FD9D1D8B119'],
  ['one block', upTo256(262_144), '1592A0A4C2552DCE960C4302C5FCBEAB74AD90B7'],
  ['one block and a byte', upTo256(262_145), '8D8E0641A07D3B8680976CFE8B4D0ACA47D0F844'],
  ['1 MiB of zeros', zeros(1_048_576), '0520DBDA33EE8F713865D1F6B75DF465AC2B482F'],
  ['1 MiB and a byte of zeros', zeros(1_048_577), 'AFFF8F22E4AF3C3E7EE6AB74834927510837B855'],
  ['1 MiB of the pattern', mod251(1_048_576), '96FD114C1E415B462663B372D3F5505DFDA6EEB5'],
  ['128 MiB of the pattern', mod251(134_217_728), '9B84D1F47CD29D705A00D68ADF0F91930B35E33D'],
  ['128 MiB and a byte of the pattern', mod251(134_217_729), '6F88A56B3716096BD032A0A8D04604687205EBDE'],
  ['300 MiB of the pattern', mod251(314_572_800), 'B42B6A1D2F8C78E73EEF8A12010C3253E800F113'],
];

describe('gcid', () => {
  test.each(VECTORS)('of %s matches the reference', async (_name, blob, gcid) => {
    expect(await gcidOf(blob)).toBe(gcid);
  });

  test('of bytes within one block is the same without reading a blob', () => {
    expect(gcidOfBlock(new TextEncoder().encode('hello'))).toBe('6B4F89A54E2D27ECD7E8DA05B4AB8FD9D1D8B119');
    expect(gcidOfBlock(new Uint8Array())).toBe('DA39A3EE5E6B4B0D3255BFEF95601890AFD80709');
    expect(() => gcidOfBlock(new Uint8Array(262_145))).toThrow('more than one block');
  });

  test.each([
    [0, 262_144],
    [134_217_728, 262_144],
    [134_217_729, 524_288],
    [268_435_456, 524_288],
    [268_435_457, 1_048_576],
    [536_870_912, 1_048_576],
    [536_870_913, 2_097_152],
    [6_442_450_944, 2_097_152],
  ])('of %d bytes is made of blocks of %d', (size, block) => {
    expect(gcidBlockSize(size)).toBe(block);
  });
});
