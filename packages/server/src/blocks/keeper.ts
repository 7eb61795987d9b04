import type { BlockStore } from './block-store.ts';
import { BLOCK_BYTES, blockLength, type ContentKey } from './format.ts';

/** Blocks that are being gathered or written at one time, of all streams: 8 MiB of memory. Others pass by unkept. */
const MOST_BUFFERS = 4;

/** Buffers of a block each, used again while any is in use. */
export class BlockBuffers {
  readonly #free: Buffer[] = [];
  #used = 0;

  take(): Buffer | undefined {
    if (this.#used === MOST_BUFFERS) return undefined;
    this.#used += 1;
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
  }

  give(buffer: Buffer): void {
    this.#used -= 1;
    if (this.#used === 0) this.#free.length = 0;
    else this.#free.push(buffer);
  }
}

/** Gathers whole blocks of one content from the bytes of one stream as they pass. Never holds the stream up. */
export class Keeper {
  readonly #store: BlockStore;
  readonly #key: ContentKey;
  readonly #buffers: BlockBuffers;
  #block: { readonly index: number; readonly buffer: Buffer; filled: number } | undefined;

  constructor(store: BlockStore, key: ContentKey, buffers: BlockBuffers) {
    this.#store = store;
    this.#key = key;
    this.#buffers = buffers;
  }

  /** Bytes that pass, and where in the content they begin. They are copied. */
  pass(position: number, bytes: Uint8Array): void {
    let at = position;
    let rest = bytes;
    while (rest.length > 0) {
      const index = Math.floor(at / BLOCK_BYTES);
      const left = (index + 1) * BLOCK_BYTES - at;
      const part = rest.length > left ? rest.subarray(0, left) : rest;
      this.#gather(index, at - index * BLOCK_BYTES, part);
      at += part.length;
      rest = rest.subarray(part.length);
    }
  }

  #gather(index: number, within: number, bytes: Uint8Array): void {
    if (within === 0) this.#begin(index);
    const block = this.#block;
    if (block === undefined) return;
    if (block.index !== index || block.filled !== within) {
      this.drop(); // there was a leap
      return;
    }
    block.buffer.set(bytes, within);
    block.filled += bytes.length;
    const length = blockLength(this.#key.size, index);
    if (block.filled < length) return;
    this.#block = undefined;
    void this.#store
      .put(this.#key, index, block.buffer.subarray(0, length))
      .finally(() => this.#buffers.give(block.buffer));
  }

  #begin(index: number): void {
    this.drop();
    if (!this.#store.wants(this.#key, index)) return;
    const buffer = this.#buffers.take();
    if (buffer !== undefined) this.#block = { index, buffer, filled: 0 };
  }

  /** Lets go of a block that is not whole. */
  drop(): void {
    if (this.#block === undefined) return;
    this.#buffers.give(this.#block.buffer);
    this.#block = undefined;
  }
}
