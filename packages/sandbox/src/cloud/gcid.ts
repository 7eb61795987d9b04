import { createHash, hash } from 'node:crypto';
import type { Blob } from '../types.ts';

const MIN_BLOCK = 262_144;
const MAX_BLOCK = 2_097_152;
const MAX_BLOCKS = 512;

/** Block size for content of `size` bytes (protocol reference §4.1, fact A O R). */
export function gcidBlockSize(size: number): number {
  let block = MIN_BLOCK;
  while (size / block > MAX_BLOCKS && block < MAX_BLOCK) block *= 2;
  return block;
}

/** The same hash as `gcidOf` for bytes in memory that fill no more than one block. */
export function gcidOfBlock(bytes: Uint8Array): string {
  if (bytes.length > MIN_BLOCK) throw new RangeError('more than one block');
  const digests = bytes.length === 0 ? bytes : hash('sha1', bytes, 'buffer');
  return hash('sha1', digests, 'hex').toUpperCase();
}

/** The service's content hash: SHA-1 over the SHA-1s of the blocks, upper-case hex (§4.1). Reads the whole blob. */
export async function gcidOf(blob: Blob): Promise<string> {
  const blockSize = gcidBlockSize(blob.size);
  const whole = createHash('sha1');
  let block = createHash('sha1');
  let filled = 0;
  for await (const chunk of blob.slice(0, blob.size)) {
    let at = 0;
    while (at < chunk.length) {
      const take = Math.min(blockSize - filled, chunk.length - at);
      block.update(chunk.subarray(at, at + take));
      at += take;
      filled += take;
      if (filled === blockSize) {
        whole.update(block.digest());
        block = createHash('sha1');
        filled = 0;
      }
    }
  }
  if (filled > 0) whole.update(block.digest());
  return whole.digest('hex').toUpperCase();
}
