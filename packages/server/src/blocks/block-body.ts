import { Readable } from 'node:stream';
import type { BlockStore, OpenBlock } from './block-store.ts';
import { BLOCK_BYTES, blockLength, type ContentKey, isIntact, PIECE_BYTES } from './format.ts';

/** Blocks looked at for one body: 512 MiB. What follows is another body. */
const MOST_BLOCKS = 256;

/** Up to where the blocks from `start` on are held without a gap; `start` itself where they are not. */
export function heldUntil(store: BlockStore, key: ContentKey, start: number, end: number): number {
  const first = Math.floor(start / BLOCK_BYTES);
  let index = first;
  while (index * BLOCK_BYTES < end && index - first < MOST_BLOCKS && store.has(key, index)) index += 1;
  return index === first ? start : Math.min(end, index * BLOCK_BYTES);
}

/** Where the first held block after `start` begins, if there is one before `end` among the next blocks. */
export function heldAgainAt(store: BlockStore, key: ContentKey, start: number, end: number): number {
  const first = Math.floor(start / BLOCK_BYTES) + 1;
  for (let index = first; index * BLOCK_BYTES < end && index - first < MOST_BLOCKS; index += 1) {
    if (store.has(key, index)) return index * BLOCK_BYTES;
  }
  return end;
}

/** Bytes from held blocks, each piece checked before it is handed on. Ends early where a block turns out damaged. */
export class BlockBody extends Readable {
  readonly #store: BlockStore;
  readonly #key: ContentKey;
  readonly #end: number;
  #at: number;
  #block: { readonly index: number; readonly open: OpenBlock } | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(store: BlockStore, key: ContentKey, range: { readonly start: number; readonly end: number }) {
    super();
    this.#store = store;
    this.#key = key;
    this.#at = range.start;
    this.#end = range.end;
  }

  override _read(): void {
    this.#reading = this.#bring();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    void this.#letGo();
    done(error);
  }

  async #bring(): Promise<void> {
    const bytes = await this.#next();
    if (!this.destroyed) this.push(bytes ?? null);
  }

  async #letGo(): Promise<void> {
    await this.#reading;
    await this.#close();
  }

  /** The rest of the piece at which the body stands. */
  async #next(): Promise<Buffer | undefined> {
    if (this.#at >= this.#end) return undefined;
    const index = Math.floor(this.#at / BLOCK_BYTES);
    const block = await this.#openBlock(index);
    if (block === undefined) return undefined;
    const within = this.#at - index * BLOCK_BYTES;
    const piece = Math.floor(within / PIECE_BYTES);
    const from = piece * PIECE_BYTES;
    const length = Math.min(PIECE_BYTES, blockLength(this.#key.size, index) - from);
    const bytes = await readPiece(block, piece, length);
    if (bytes === undefined) {
      this.#store.damaged(block.name);
      return undefined;
    }
    const to = Math.min(length, this.#end - index * BLOCK_BYTES - from);
    const asked = bytes.subarray(within - from, to);
    this.#at += asked.length;
    this.#store.totals.served += asked.length;
    return asked;
  }

  async #openBlock(index: number): Promise<OpenBlock | undefined> {
    if (this.#block?.index === index) return this.#block.open;
    await this.#close();
    const open = await this.#store.open(this.#key, index);
    if (open !== undefined) this.#block = { index, open };
    return open;
  }

  async #close(): Promise<void> {
    const file = this.#block?.open.file;
    this.#block = undefined;
    await file?.close().catch(() => {}); // it was open for reading: nothing is lost
  }
}

/** Undefined where the disk has not what was written. */
async function readPiece(block: OpenBlock, piece: number, length: number): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafeSlow(length);
  const read = await block.file.read(bytes, 0, length, piece * PIECE_BYTES).catch(() => undefined);
  const isRight = read?.bytesRead === length && isIntact(block.name, block.trailer, piece, bytes);
  return isRight ? bytes : undefined;
}
