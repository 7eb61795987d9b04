import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Blob } from '../../types.ts';

/** Bytes on disk. */
export interface SpooledFile {
  readonly path: string;
  readonly size: number;
  /** Lower-case hex. */
  readonly md5: string;
}

/** Where uploaded bytes are kept, and how many. */
export interface SpoolOptions {
  /** The system's folder for temporary files unless said. A folder of the spool's own is made in it. */
  readonly folder?: string;
  /** 16 GiB unless said. */
  readonly limitBytes?: number;
}

/** The spool is full, or closed. */
export class SpoolError extends Error {
  override readonly name = 'SpoolError';
}

const DEFAULT_LIMIT = 16 * 1024 ** 3;
const READ_CHUNK = 256 * 1024;

/** Keeps uploaded bytes in files of a folder that comes with the first and goes with `close`. */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #limit: number;
  readonly #removals = new Set<Promise<void>>();
  #folder: Promise<string> | undefined;
  #used = 0;
  #count = 0;
  #closed = false;

  constructor(options: SpoolOptions = {}) {
    this.#options = options;
    this.#limit = options.limitBytes ?? DEFAULT_LIMIT;
  }

  /** Writes a stream to a new file, chunk by chunk. Leaves nothing behind when it fails. @throws SpoolError and what the stream throws */
  async write(body: AsyncIterable<Uint8Array>): Promise<SpooledFile> {
    this.#count += 1;
    const name = String(this.#count); // taken before any wait: others may begin meanwhile
    const path = join(await this.#ownFolder(), name);
    const md5 = createHash('md5');
    let size = 0;
    const file = await open(path, 'wx');
    try {
      for await (const chunk of body) {
        this.#take(chunk.length);
        size += chunk.length;
        md5.update(chunk);
        await file.appendFile(chunk);
      }
    } catch (error) {
      await file.close();
      await this.#remove(path, size);
      throw error;
    }
    await file.close();
    return { path, size, md5: md5.digest('hex') };
  }

  /** Removes files that nobody reads any more, in the background. */
  discard(files: Iterable<SpooledFile>): void {
    for (const { path, size } of files) {
      const removal = this.#remove(path, size).finally(() => this.#removals.delete(removal));
      this.#removals.add(removal);
    }
  }

  /** Removes all files and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#removals);
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }

  #take(bytes: number): void {
    if (this.#closed) throw new SpoolError('the sandbox was stopped or reset');
    if (this.#used + bytes > this.#limit)
      throw new SpoolError(`the sandbox keeps at most ${this.#limit} bytes of uploads`);
    this.#used += bytes;
  }

  async #remove(path: string, size: number): Promise<void> {
    this.#used -= size;
    await rm(path, { force: true });
  }

  #ownFolder(): Promise<string> {
    if (this.#closed) throw new SpoolError('the sandbox was stopped or reset');
    this.#folder ??= makeFolder(this.#options.folder ?? tmpdir()).catch((error: unknown) => {
      this.#folder = undefined;
      throw error;
    });
    return this.#folder;
  }
}

async function makeFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  return mkdtemp(join(parent, 'sluice-sandbox-'));
}

/** What a spooled file holds. */
export function spooledBlob({ path, size }: SpooledFile, mimeType: string): Blob {
  return {
    size,
    mimeType,
    async *slice(start, end) {
      if (end <= start) return;
      const stream: AsyncIterable<Uint8Array> = createReadStream(path, {
        start,
        end: end - 1,
        highWaterMark: READ_CHUNK,
      });
      yield* stream;
    },
  };
}
