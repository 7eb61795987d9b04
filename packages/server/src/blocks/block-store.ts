import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Log } from '../core/runtime.ts';
import { BlockIndex } from './block-index.ts';
import {
  BLOCK_BYTES,
  BLOCK_NAME,
  blockLength,
  blockName,
  type ContentKey,
  fileLength,
  isTrailer,
  trailerLength,
  trailerOf,
} from './format.ts';

/** What a cache of blocks has done, for `/metrics`. */
export interface BlockTotals {
  /** Bytes handed out. */
  served: number;
  /** Blocks written. */
  kept: number;
  /** Blocks that made room for others. */
  evicted: number;
  /** Blocks found damaged, and removed. */
  damaged: number;
}

export interface BlockStoreOptions {
  readonly folder: string;
  /** Bytes on disk at most, asked at each: it is a setting. 0 for none at all. */
  readonly maxBytes: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

/** An open block. */
export interface OpenBlock {
  readonly name: string;
  readonly file: FileHandle;
  readonly trailer: Buffer;
}

const UNFINISHED = '.part';
/** After a failed write nothing is kept for so long: a disk that is full does not empty in a second. */
const REST_MS = 60_000;

/**
 * Blocks of content on disk, bounded, found by what they contain. Whatever can't be read or written is as good as not there: it comes from
 * the cloud.
 *
 * A block is written under another name and renamed when whole. It is not forced to the disk: after a power cut its checksums tell whether
 * it came there, which costs less than waiting at every one.
 */
export class BlockStore {
  readonly totals: BlockTotals = { served: 0, kept: 0, evicted: 0, damaged: 0 };
  readonly #options: BlockStoreOptions;
  readonly #index = new BlockIndex();
  readonly #writing = new Set<string>();
  #made = 0;
  #restUntil = 0;
  #removing: Promise<void> = Promise.resolve();

  constructor(options: BlockStoreOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#options.maxBytes() > 0;
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#index.total;
  }

  /**
   * Finds what earlier processes left, and removes what one left unfinished or what is too much by now. Blocks count from the moment they are found.
   * Never rejects: a folder that can't be read holds nothing.
   */
  async load(signal: AbortSignal): Promise<void> {
    const folders = await readdir(this.#options.folder).catch(() => []); // not made yet
    for (const folder of folders) {
      if (signal.aborted) return;
      if (/^[\da-f]{2}$/.test(folder)) await this.#loadFolder(folder);
    }
    await this.trim();
  }

  async #loadFolder(folder: string): Promise<void> {
    const path = join(this.#options.folder, folder);
    const names = await readdir(path).catch(() => []); // whatever can't be read is not there
    const found: { name: string; size: number; used: number }[] = [];
    for (const name of names) {
      if (name.endsWith(UNFINISHED)) await rm(join(path, name), { force: true }).catch(() => {}); // tried again next time
      if (!BLOCK_NAME.test(name) || this.#index.has(name)) continue;
      const file = await stat(join(path, name)).catch(() => undefined); // removed a moment ago
      if (file !== undefined) found.push({ name, size: file.size, used: file.mtimeMs });
    }
    found.sort((a, b) => a.used - b.used);
    for (const { name, size } of found) this.#index.add(name, size);
  }

  has(key: ContentKey, index: number): boolean {
    return this.isOn && this.#index.has(blockName(key, index));
  }

  /** Opens a block whose length and form are right. Undefined, and the block is gone, where they are not. */
  async open(key: ContentKey, index: number): Promise<OpenBlock | undefined> {
    const name = blockName(key, index);
    if (!this.has(key, index)) return undefined;
    this.#index.touch(name);
    const length = blockLength(key.size, index);
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path(name), 'r');
      const trailer = Buffer.alloc(trailerLength(length));
      const { size } = await file.stat();
      const { bytesRead } = await file.read(trailer, 0, trailer.length, length);
      if (size === fileLength(length) && bytesRead === trailer.length && isTrailer(trailer)) {
        const now = this.#options.clock.now() / 1000;
        await file.utimes(now, now); // the order of use outlives the process
        return { name, file, trailer };
      }
    } catch (error) {
      this.#options.log.debug({ name, error }, 'a cached block can’t be read'); // somebody has tidied up
    }
    await file?.close();
    this.damaged(name);
    return undefined;
  }

  /** Forgets a block that is not what was written. */
  damaged(name: string): void {
    if (!this.#index.has(name)) return;
    this.#index.remove(name);
    this.totals.damaged += 1;
    this.#remove([name]);
  }

  /** Whether a block would be taken now. */
  wants(key: ContentKey, index: number): boolean {
    const name = blockName(key, index);
    const fits = this.#options.maxBytes() >= fileLength(BLOCK_BYTES);
    return (
      fits &&
      this.#options.clock.now() >= this.#restUntil &&
      !this.#index.has(name) &&
      !this.#writing.has(name)
    );
  }

  /** Keeps a whole block. Never rejects; `bytes` may be used again when it resolves. */
  async put(key: ContentKey, index: number, bytes: Uint8Array): Promise<void> {
    if (!this.wants(key, index)) return;
    const name = blockName(key, index);
    const temporary = `${this.#path(name)}.${(this.#made += 1)}${UNFINISHED}`;
    this.#writing.add(name);
    try {
      await this.#write(name, temporary, bytes);
      this.#index.add(name, fileLength(bytes.length));
      this.totals.kept += 1;
      await this.trim();
    } catch (error) {
      this.#restUntil = this.#options.clock.now() + REST_MS;
      this.#options.log.warn({ reason: String(error) }, 'the block cache can’t be written to, and rests');
      await rm(temporary, { force: true }).catch(() => {}); // the next start finds it
    } finally {
      this.#writing.delete(name);
    }
  }

  async #write(name: string, temporary: string, bytes: Uint8Array): Promise<void> {
    await mkdir(join(this.#options.folder, name.slice(0, 2)), { recursive: true, mode: 0o700 });
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writev([bytes, trailerOf(name, bytes)]);
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path(name));
  }

  /** Brings what is on disk down to what is allowed by now; all of it when that is nothing. */
  trim(): Promise<void> {
    const names = [...this.#index.shrink(this.#options.maxBytes())];
    this.totals.evicted += names.length;
    this.#remove(names);
    return this.#removing;
  }

  #remove(names: readonly string[]): void {
    if (names.length === 0) return;
    this.#removing = this.#removeAfter(this.#removing, names);
  }

  async #removeAfter(earlier: Promise<void>, names: readonly string[]): Promise<void> {
    await earlier;
    for (const name of names) {
      if (this.#index.has(name)) continue; // kept anew meanwhile
      await rm(this.#path(name), { force: true }).catch((error: unknown) => {
        this.#options.log.warn({ reason: String(error) }, 'a cached block can’t be removed');
      });
    }
  }

  #path(name: string): string {
    return join(this.#options.folder, name.slice(0, 2), name);
  }
}
