import { createHash, type Hash } from 'node:crypto';
import type { ContentHash } from '../../../core/content-hash.ts';

const LEAST_BLOCK = 256 * 1024;
const LARGEST_BLOCK = 2 * 1024 * 1024;
const MAX_BLOCKS = 512;

/** Bytes of a block in content of `size` bytes (protocol reference §4.1). */
export function gcidBlockSize(size: number): number {
  let block = LEAST_BLOCK;
  while (size / block > MAX_BLOCKS && block < LARGEST_BLOCK) block *= 2;
  return block;
}

/**
 * PikPak's content hash, computed as the content goes by: SHA-1 over the SHA-1s of its blocks (protocol reference §4.1). The size must be
 * known from the start; content of another size gets a hash that fits nothing.
 */
export class GcidHash {
  readonly #blocks: BlockHashes;

  /** @param size Bytes of the whole content. */
  constructor(size: number) {
    this.#blocks = new BlockHashes(gcidBlockSize(size));
  }

  /** Takes the next bytes. They may be reused afterwards. */
  update(bytes: Uint8Array): void {
    this.#blocks.update(bytes);
  }

  /** Upper-case hex. To be called once, at the end. */
  digest(): string {
    return gcidOf([this.#blocks.digest()]);
  }
}

/** How content that is to be uploaded is hashed. */
export const GCID_HASH: ContentHash = { kind: 'gcid', needsSize: true, begin: (size) => new GcidHash(size) };

/** The SHA-1s of the blocks of a part that begins where a block does. */
export class BlockHashes {
  readonly #blockSize: number;
  readonly #done: Buffer[] = [];
  #current: Hash = createHash('sha1');
  #filled = 0;

  constructor(blockSize: number) {
    this.#blockSize = blockSize;
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + this.#blockSize - this.#filled);
      this.#current.update(bytes.subarray(at, end));
      this.#filled += end - at;
      at = end;
      if (this.#filled === this.#blockSize) this.#close();
    }
  }

  /** The blocks' SHA-1s, one after the other. To be called once, at the end. */
  digest(): Uint8Array {
    if (this.#filled > 0) this.#close();
    return Buffer.concat(this.#done);
  }

  #close(): void {
    this.#done.push(this.#current.digest());
    this.#current = createHash('sha1');
    this.#filled = 0;
  }
}

/** The gcid of content from the block hashes of its parts in their order. Upper-case hex. */
export function gcidOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').toUpperCase();
}
